"""What a digest says, as values: numbers first, words made from them, so that text, table and chart always agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from agents.core.numbers import AgentNumbers, ApprovalNumbers, QueueNumbers, TicketNumbers


class ReportKind(StrEnum):
    """The digests there are."""

    QUEUE_HEALTH = "queue-health"
    APPROVALS = "approvals"
    AGENTS = "agent-performance"
    SUPPORT = "support-kpi"
    WEEKLY = "weekly"


@dataclass(frozen=True, kw_only=True)
class Period:
    """From `since` up to, but not including, `until`."""

    since: float
    until: float

    @property
    def before(self) -> "Period":
        """The period of the same length that ended where this one began: what a trend compares with."""
        return Period(since=2 * self.since - self.until, until=self.since)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One number with its name; `note` says what it is compared with, `attention` that somebody should look."""

    label: str
    value: str
    note: str = ""
    attention: bool = False


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows of short texts under named columns. `more` counts rows that were left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Stacked horizontal bars: one bar for each label, one segment for each series."""

    title: str
    labels: tuple[str, ...]
    series: Mapping[str, tuple[float, ...]]
    unit: str = "jobs"

    @property
    def alt(self) -> str:
        """The chart in words, for people who cannot see it; says every number."""
        bars = []
        for place, label in enumerate(self.labels):
            parts = [f"{_number(values[place])} {name}" for name, values in self.series.items()]
            bars.append(f"{label}: {', '.join(parts)}")
        return f"{self.title} ({self.unit}). {'; '.join(bars)}."


@dataclass(frozen=True, kw_only=True)
class Report:
    """One digest. `quiet` means there is nothing to tell; `missing` names sources that could not be read, so that a gap
    is never shown as a zero."""

    kind: ReportKind
    title: str
    headline: str
    period: Period
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    chart: Chart | None = None
    parts: tuple["Report", ...] = ()
    quiet: bool = False
    missing: tuple[str, ...] = ()


def queue_health(now: QueueNumbers, before: QueueNumbers, period: Period) -> Report:
    """Waiting, running, stuck, failed and late work, by lane."""
    totals = {
        status: sum(lane.get(status, 0) for lane in now.open.values()) for status in ("queued", "running", "waiting")
    }
    done, done_before = sum(now.finished.values()), sum(before.finished.values())
    failed = now.finished.get("failed", 0) + now.finished.get("dead", 0)
    facts = (
        Fact(label="Waiting to start", value=str(totals["queued"])),
        Fact(label="Running", value=str(totals["running"])),
        Fact(label="Waiting for people or time", value=str(totals["waiting"])),
        Fact(label="Finished", value=str(done), note=_against(done, done_before)),
        Fact(label="Failed", value=str(failed), attention=failed > 0),
        Fact(label="Too late", value=str(now.late), attention=now.late > 0),
        Fact(label="Stuck", value=str(now.stuck), attention=now.stuck > 0),
        Fact(label="Dead letters kept", value=str(now.dead), attention=now.dead > 0),
    )
    lanes = tuple(lane for lane in ("fast", "normal", "heavy") if any(now.open.get(lane, {}).values()))
    chart = Chart(
        title="Open work by lane",
        labels=lanes,
        series={
            name: tuple(float(now.open.get(lane, {}).get(status, 0)) for lane in lanes)
            for name, status in (("to start", "queued"), ("running", "running"), ("waiting", "waiting"))
        },
    )
    open_work = sum(totals.values())
    trouble = now.stuck + now.dead + now.late + failed
    return Report(
        kind=ReportKind.QUEUE_HEALTH,
        title="Queue health",
        headline=_queue_headline(open_work, done, trouble),
        period=period,
        facts=facts,
        chart=chart if lanes else None,
        quiet=not (open_work or done or trouble),
    )


def approvals(numbers: ApprovalNumbers, before: ApprovalNumbers, period: Period, *, most: int = 10) -> Report:
    """What waits for whom, and how long answers took."""
    answered, answered_before = sum(numbers.verdicts.values()), sum(before.verdicts.values())
    waiting = len(numbers.open)
    rows = tuple(
        (f"E{item.id}", item.question, duration(period.until - item.asked_at), item.waits_for)
        for item in numbers.open[:most]
    )
    facts = [
        Fact(label="Open questions", value=str(waiting), attention=waiting > 0),
        Fact(label="Answered", value=str(answered), note=_against(answered, answered_before)),
        Fact(label="Ran out of time", value=str(numbers.expired), attention=numbers.expired > 0),
    ]
    facts += [
        Fact(label=f"of these {name.replace('_', ' ')}", value=str(n)) for name, n in sorted(numbers.verdicts.items())
    ]
    if numbers.seconds:
        facts.append(Fact(label="Half were answered within", value=duration(_median(numbers.seconds))))
    headline = (
        "Nothing waits for an answer."
        if not waiting
        else f"{_count(waiting, 'question')} {_wait(waiting)} for an answer."
    )
    return Report(
        kind=ReportKind.APPROVALS,
        title="Approvals",
        headline=headline,
        period=period,
        facts=tuple(facts),
        table=Table(columns=("Id", "Question", "Age", "Waits for"), rows=rows, more=waiting - len(rows))
        if rows
        else None,
        quiet=not (waiting or answered or numbers.expired),
    )


def agent_performance(now: Sequence[AgentNumbers], before: Sequence[AgentNumbers], period: Period) -> Report:
    """How well each agent did, with the trend against the period before."""
    earlier = {numbers.agent: numbers for numbers in before}
    busy = [numbers for numbers in now if numbers.jobs or numbers.answered]
    rows = tuple(
        (
            n.agent,
            str(n.jobs),
            _with_trend(n.completion, earlier.get(n.agent, AgentNumbers(agent=n.agent)).completion),
            _with_trend(n.approval, earlier.get(n.agent, AgentNumbers(agent=n.agent)).approval),
            percent(n.correction),
            percent(n.escalation),
            percent(n.tool_errors),
            str(n.incidents),
        )
        for n in busy
    )
    jobs = sum(n.jobs for n in busy)
    saved = sum(n.minutes_saved for n in busy)
    facts = [Fact(label="Jobs finished", value=str(jobs), note=_against(jobs, sum(n.jobs for n in before)))]
    if saved:
        facts.append(
            Fact(label="Time saved", value=duration(saved * 60), note="by the owners' own estimate for one job")
        )
    incidents = sum(n.incidents for n in now)
    facts.append(Fact(label="Incidents", value=str(incidents), attention=incidents > 0))
    labels = tuple(n.agent for n in busy)
    chart = Chart(
        title="How jobs ended",
        labels=labels,
        series={
            name: tuple(float(sum(n.finished.get(status, 0) for status in statuses)) for n in busy)
            for name, statuses in (
                ("succeeded", ("succeeded",)),
                ("failed", ("failed", "dead")),
                ("too late or stopped", ("expired", "cancelled")),
            )
        },
    )
    columns = ("Agent", "Jobs", "Completed", "Approved as is", "Corrected", "Escalated", "Tool errors", "Incidents")
    return Report(
        kind=ReportKind.AGENTS,
        title="Agent performance",
        headline=f"{_count(jobs, 'job')} finished." if jobs else "No agent finished a job.",
        period=period,
        facts=tuple(facts),
        table=Table(columns=columns, rows=rows) if rows else None,
        chart=chart if labels else None,
        quiet=not busy and not incidents,
    )


def support_kpi(now: TicketNumbers, before: TicketNumbers, period: Period) -> Report:
    """Tickets opened, assigned and closed, and what is late."""
    open_tickets = sum(now.queues.values())
    facts = (
        Fact(label="Opened", value=str(now.opened), note=_against(now.opened, before.opened)),
        Fact(label="Assigned", value=str(now.assigned), note=_against(now.assigned, before.assigned)),
        Fact(label="Closed", value=str(now.closed), note=_against(now.closed, before.closed)),
        Fact(label="Open now", value=str(open_tickets)),
        Fact(label="Past due", value=str(now.overdue), attention=now.overdue > 0),
        Fact(label="Due within 2 hours", value=str(now.due_soon), attention=now.due_soon > 0),
    )
    queues = tuple(sorted((queue for queue, number in now.queues.items() if number), key=lambda q: (-now.queues[q], q)))
    chart = Chart(
        title="Open tickets by queue",
        labels=queues,
        series={"open": tuple(float(now.queues[queue]) for queue in queues)},
        unit="tickets",
    )
    late = f" {now.overdue} past due." if now.overdue else ""
    return Report(
        kind=ReportKind.SUPPORT,
        title="Support",
        headline=f"{_count(open_tickets, 'ticket')} open.{late}" if open_tickets else "No open tickets.",
        period=period,
        facts=facts,
        chart=chart if queues else None,
        quiet=not (open_tickets or now.opened or now.closed),
    )


def weekly(parts: Sequence[Report], period: Period) -> Report:
    """The weekly operations summary: each part's headline, then the parts that have something to tell."""
    telling = tuple(part for part in parts if not part.quiet)
    return Report(
        kind=ReportKind.WEEKLY,
        title="Weekly operations",
        headline=" ".join(part.headline for part in telling) or "A quiet week: nothing to report.",
        period=period,
        parts=telling,
        quiet=not telling,
        missing=tuple(name for part in parts for name in part.missing),
    )


def unavailable(report: Report, source: str) -> Report:
    """The same report, saying that a source could not be read."""
    return replace(report, missing=(*report.missing, source), quiet=False)


def duration(seconds: float) -> str:
    """A length of time in the two largest units that matter: "3 d 4 h", "2 h 5 min", "12 s"."""
    whole = max(0, round(seconds))
    for size, unit, smaller, name in ((86_400, "d", 3_600, "h"), (3_600, "h", 60, "min")):
        if whole >= size:
            rest = whole % size // smaller
            return f"{whole // size} {unit}" + (f" {rest} {name}" if rest else "")
    return f"{whole // 60} min" if whole >= 60 else f"{whole} s"


def percent(share: float | None) -> str:
    """A share as whole percent; a dash where there is nothing to count."""
    return "-" if share is None else f"{share * 100:.0f}%"


def _with_trend(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return percent(now)
    points = round((now - before) * 100)
    return f"{percent(now)} ({points:+d})" if points else percent(now)


def _queue_headline(open_work: int, done: int, trouble: int) -> str:
    if not (open_work or done or trouble):
        return "Nothing to report."
    state = "nothing needs attention" if not trouble else f"{trouble} need attention"
    return f"{_count(done, 'job')} finished, {open_work} open, {state}."


def _against(now: int, before: int) -> str:
    return "as before" if now == before else f"{now - before:+d} against the period before"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _wait(number: int) -> str:
    return "waits" if number == 1 else "wait"


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _number(value: float) -> str:
    return f"{value:g}"
