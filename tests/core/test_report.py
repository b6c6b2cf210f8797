"""What digests say: the numbers add up, and the words agree with them."""

import pytest

from agents.core import report, report_parts
from agents.core.numbers import AgentNumbers, QueueNumbers
from agents.core.report import Period

DAY = Period(since=0.0, until=86_400.0)


def queue(**changes: object) -> QueueNumbers:
    values = {"open": {}, "finished": {}, "stuck": 0, "late": 0, "dead": 0, "oldest_wait": None} | changes
    return QueueNumbers(**values)  # type: ignore[arg-type]  # the test says what it needs


def value(found: report.Report, label: str) -> str:
    return next(fact.value for fact in found.facts if fact.label == label)


def test_the_bars_of_the_chart_add_up_to_the_numbers_beside_it() -> None:
    lanes = {"fast": {"queued": 3, "running": 1}, "normal": {"queued": 4, "waiting": 7}}
    found = report_parts.queue_health(queue(open=lanes, finished={"succeeded": 9}), queue(), DAY)

    assert found.chart is not None
    assert sum(found.chart.series["to start"]) == int(value(found, "Waiting to start")) == 7
    assert sum(found.chart.series["running"]) == int(value(found, "Running")) == 1
    assert sum(found.chart.series["waiting"]) == int(value(found, "Waiting for people or time")) == 7
    assert found.headline == "9 jobs finished, 15 open, nothing needs attention."


def test_the_text_of_a_chart_says_every_number_in_it() -> None:
    found = report_parts.queue_health(queue(open={"heavy": {"queued": 2, "waiting": 5}}), queue(), DAY)

    assert found.chart is not None
    assert found.chart.alt == "Open work by lane (jobs). heavy: 2 to start, 0 running, 5 waiting."


def test_trouble_is_named_in_the_headline() -> None:
    found = report_parts.queue_health(queue(finished={"succeeded": 1, "dead": 1}, dead=1, stuck=1), queue(), DAY)

    assert found.headline == "2 jobs finished, 0 open, 2 need attention."
    assert not found.quiet


def test_a_source_that_failed_is_said_and_never_shown_as_quiet() -> None:
    found = report.unavailable(report_parts.queue_health(queue(), queue(), DAY), "Helpdesk")

    assert found.missing == ("Helpdesk",)
    assert not found.quiet


def test_rates_of_nothing_are_a_dash_and_not_zero() -> None:
    numbers = AgentNumbers(agent="triage")

    assert report.percent(numbers.completion) == "-"


def test_time_saved_counts_only_what_succeeded() -> None:
    numbers = AgentNumbers(agent="triage", finished={"succeeded": 3, "failed": 2}, minutes_each=4)

    assert numbers.minutes_saved == 12


def test_the_trend_compares_whole_percent_points() -> None:
    now = AgentNumbers(agent="triage", finished={"succeeded": 9, "failed": 1})
    before = AgentNumbers(agent="triage", finished={"succeeded": 4, "failed": 1})
    found = report_parts.agent_performance([now], [before], DAY)

    assert found.table is not None
    assert found.table.columns == ("", "triage")
    assert found.table.rows[:2] == (("Jobs", "10"), ("Completed", "90% (+10)"))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3_700, "1 h 1 min"), (7_200, "2 h"), (90_000, "1 d 1 h"), (-5, "0 s")],
)
def test_durations_are_said_in_two_units(seconds: float, words: str) -> None:
    assert report.duration(seconds) == words
