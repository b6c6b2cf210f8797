"""The weekly summary: days that tile the week, and numbers that agree with one another."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from agents.core.numbers import AgentNumbers, ApprovalNumbers, QueueNumbers, TicketNumbers, WeekNumbers
from agents.core.report import Period
from agents.core.report_weekly import days_of, weekly

BERLIN = ZoneInfo("Europe/Berlin")
NO_TICKETS = TicketNumbers(opened=0, assigned=0, closed=0, queues={}, overdue=0, due_soon=0)
NO_QUESTIONS = ApprovalNumbers(open=(), asked_at=(), verdicts={}, expired=0)
IDLE = QueueNumbers(open={}, finished={}, stuck=0, late=0, dead=0, oldest_wait=None)
QUIET = WeekNumbers(queue=IDLE, approvals=NO_QUESTIONS, agents=(), tickets=NO_TICKETS, days=[{}] * 8)


def week_to(local: str, zone: ZoneInfo = BERLIN) -> Period:
    """The seven local days up to a local time."""
    until = datetime.fromisoformat(local)
    since = until.replace(day=until.day - 7)
    return Period(since=since.replace(tzinfo=zone).timestamp(), until=until.replace(tzinfo=zone).timestamp())


@pytest.mark.parametrize(
    ("until", "hours"), [("2026-06-15T09:00", 168), ("2026-03-30T09:00", 167), ("2026-10-26T09:00", 169)]
)
def test_the_days_of_a_week_follow_one_another_and_are_the_whole_week(until: str, hours: int) -> None:
    """Also where one of them has 23 or 25 hours."""
    period = week_to(until)
    days = days_of(period, BERLIN)
    assert period.until - period.since == hours * 3_600
    assert (days[0].period.since, days[-1].period.until) == (period.since, period.until)
    assert all(one.period.until == next.period.since for one, next in pairwise(days))
    assert len(days) == 8


def test_the_first_and_the_last_day_say_which_part_of_them_counts() -> None:
    labels = [day.label for day in days_of(week_to("2026-06-15T09:00"), BERLIN)]
    assert labels[:2] == ["Mon 8 from 09:00", "Tue 9 Jun"]
    assert labels[-2:] == ["Sun 14 Jun", "Mon 15 to 09:00"]
    midnight = days_of(week_to("2026-06-15T00:00"), BERLIN)
    assert [day.label for day in midnight][::6] == ["Mon 8 Jun", "Sun 14 Jun"]


def busy() -> WeekNumbers:
    days = [{"succeeded": 3}, {"succeeded": 2, "dead": 1}, {}, {"expired": 1}, {}, {}, {"cancelled": 2}, {"failed": 1}]
    queue = replace(
        IDLE, finished={"succeeded": 5, "dead": 1, "expired": 1, "cancelled": 2, "failed": 1}, late=1, dead=1
    )
    agent = AgentNumbers(agent="triage", finished=queue.finished, incidents=1)
    return WeekNumbers(
        queue=queue, approvals=NO_QUESTIONS, agents=(agent,), tickets=replace(NO_TICKETS, opened=4), days=days
    )


def test_picture_table_and_headline_tell_the_same_number() -> None:
    found = weekly(busy(), QUIET, week_to("2026-06-15T09:00"), BERLIN)
    assert found.chart is not None
    assert found.table is not None
    rows = {row[0]: row[1] for row in found.table.rows}
    assert rows["Jobs finished"] == "10 (+10)"
    assert found.headline.startswith("10 jobs finished, 10 more than the week before.")
    assert sum(map(sum, found.chart.series.values())) == 10
    for name, bars in found.chart.series.items():
        assert str(rows[f"of these {name}"]).split(" ")[0] == f"{sum(bars):g}"


def test_what_needs_a_look_is_collected_from_every_part() -> None:
    found = weekly(busy(), QUIET, week_to("2026-06-15T09:00"), BERLIN)
    assert {(fact.label, fact.value) for fact in found.facts} == {
        ("Failed jobs", "2"), ("Jobs too late", "1"), ("Dead letters kept", "1"), ("Incidents", "1"),
    }  # fmt: skip
    assert found.headline.endswith("4 things need a look.")
    assert [part.title for part in found.parts] == ["Queue health", "Agent performance", "Support"]


def test_a_quiet_week_is_one_line() -> None:
    found = weekly(QUIET, busy(), week_to("2026-06-15T09:00"), BERLIN)
    assert found.quiet
    assert (found.table, found.chart, found.parts) == (None, None, ())


def test_time_saved_is_told_only_where_an_owner_estimated_it() -> None:
    period = week_to("2026-06-15T09:00")
    without = weekly(busy(), QUIET, period, BERLIN)
    assert "saved" not in str(without)
    known = replace(busy(), agents=(replace(busy().agents[0], minutes_each=4.0),))
    told = weekly(known, QUIET, period, BERLIN)
    assert told.table is not None
    assert told.table.rows[-1] == ("Time saved (owners' estimate)", "20 min", "-")
