"""The weekly operations summary: one picture of the week by days, and every number beside that of the week before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from agents.core.numbers import WeekNumbers
from agents.core.report import Chart, Period, Report, ReportKind, Table, count, duration
from agents.core.report_parts import (
    ENDINGS,
    agent_performance,
    approvals,
    ended,
    median,
    queue_health,
    support_kpi,
)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One local day, or the part of it that lies in the period."""

    label: str
    period: Period


def days_of(period: Period, zone: ZoneInfo) -> tuple[Day, ...]:
    """The local days of a period, the first and the last as far as they belong to it. A day is 23 or 25 hours long where
    clocks change."""
    days: list[Day] = []
    at = period.since
    while at < period.until:
        local = datetime.fromtimestamp(at, UTC).astimezone(zone)
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), tzinfo=zone).timestamp()
        end = min(midnight, period.until)
        label = f"{local:%a} {local.day} {local:%b}"
        if local.time() != datetime.min.time():
            label = f"{local:%a} {local.day} from {local:%H:%M}"
        elif end < midnight:
            label = f"{local:%a} {local.day} to {datetime.fromtimestamp(end, UTC).astimezone(zone):%H:%M}"
        days.append(Day(label=label, period=Period(since=at, until=end)))
        at = end
    return tuple(days)


def weekly(now: WeekNumbers, before: WeekNumbers, period: Period, zone: ZoneInfo) -> Report:
    """What the week brought, what needs a look, and one line from each of the other digests that has something to tell."""
    parts = (
        queue_health(now.queue, before.queue, period),
        approvals(now.approvals, before.approvals, period),
        agent_performance(now.agents, before.agents, period),
        support_kpi(now.tickets, before.tickets, period),
    )
    telling = tuple(part for part in parts if not part.quiet)
    look = tuple(replace(fact, note="") for part in telling for fact in part.facts if fact.attention)
    done = sum(now.queue.finished.values())
    return Report(
        kind=ReportKind.WEEKLY,
        title="Weekly operations",
        headline=_headline(done, sum(before.queue.finished.values()), len(look))
        if telling
        else "A quiet week: nothing to report.",
        period=period,
        facts=look,
        table=_table(now, before) if telling else None,
        chart=_chart(now.days, days_of(period, zone)) if done else None,
        parts=tuple(replace(part, facts=(), table=None, chart=None) for part in telling),
        quiet=not telling,
        missing=tuple(name for part in parts for name in part.missing),
    )


def _headline(done: int, before: int, look: int) -> str:
    trend = "as many as" if done == before else f"{abs(done - before)} {'more' if done > before else 'fewer'} than"
    state = f"{count(look, 'thing')} {'needs' if look == 1 else 'need'} a look" if look else "Nothing needs a look"
    return f"{count(done, 'job')} finished, {trend} the week before. {state}."


def _chart(finished: Sequence[Mapping[str, int]], days: Sequence[Day]) -> Chart:
    return Chart(
        title="Jobs finished by day",
        labels=tuple(day.label for day in days),
        series={name: tuple(float(ended(day, statuses)) for day in finished) for name, statuses in ENDINGS},
    )


def _table(now: WeekNumbers, before: WeekNumbers) -> Table:
    """Rows of which at least one of the two weeks has something; the three ways in which jobs end add up to all."""
    weeks = (now, before)
    counted: list[tuple[str, list[int]]] = [
        ("Jobs finished", [sum(week.queue.finished.values()) for week in weeks]),
        *((f"of these {name}", [ended(week.queue.finished, statuses) for week in weeks]) for name, statuses in ENDINGS),
        ("Incidents", [sum(agent.incidents for agent in week.agents) for week in weeks]),
        ("Tickets opened", [week.tickets.opened for week in weeks]),
        ("Tickets closed", [week.tickets.closed for week in weeks]),
        ("Questions out of time", [week.approvals.expired for week in weeks]),
        ("Questions answered", [sum(week.approvals.verdicts.values()) for week in weeks]),
    ]
    shown = [
        (name, f"{new} ({new - old:+d})" if new != old else str(new), str(old))
        for name, (new, old) in counted
        if new or old
    ]
    answers = [duration(median(week.approvals.seconds)) if week.approvals.seconds else "-" for week in weeks]
    if any(answer != "-" for answer in answers):
        shown.append(("half of these within", answers[0], answers[1]))
    saved = [_saved(week) for week in weeks]
    if any(saved):
        shown.append(("Time saved (owners' estimate)", saved[0] or "-", saved[1] or "-"))
    return Table(columns=("", "This week", "Week before"), rows=tuple(shown))


def _saved(week: WeekNumbers) -> str | None:
    minutes = sum(agent.minutes_saved or 0.0 for agent in week.agents)
    return duration(minutes * 60) if minutes else None
