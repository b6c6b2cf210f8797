"""When a ticket's due time calls for a reminder."""

from datetime import UTC, datetime

import pytest

from agents.core.errors import InvalidInput
from agents.core.sla import LAST_STAGE, read_quiet_hours, stage_of

HOUR = 3_600.0
DUE = 24 * HOUR


@pytest.mark.parametrize(
    ("hours", "stage"),
    [(0, 0), (17.9, 0), (18, 1), (23.9, 1), (24, 2), (24.9, 2), (25, 3), (26.9, 3), (27, 4), (31, 5), (39, 6), (55, 7)],
)
def test_reminders_come_before_the_breach_at_it_and_then_at_doubling_gaps(hours: float, stage: int) -> None:
    assert stage_of(created_at=0, due_at=DUE, now=hours * HOUR) == stage


def test_a_forgotten_ticket_stops_being_reminded_of() -> None:
    assert stage_of(created_at=0, due_at=DUE, now=400 * 24 * HOUR) == LAST_STAGE


def test_the_stage_never_falls_as_time_goes_on() -> None:
    stages = [stage_of(created_at=0, due_at=DUE, now=minute * 60) for minute in range(0, 7 * 24 * 60, 7)]

    assert stages == sorted(stages)


def test_quiet_hours_may_go_over_midnight_and_follow_the_zones_own_clock() -> None:
    quiet = read_quiet_hours("20:00-07:00", "Europe/Berlin")

    assert quiet is not None
    assert quiet.covers(datetime(2026, 7, 1, 18, 30, tzinfo=UTC))
    assert not quiet.covers(datetime(2026, 1, 1, 18, 30, tzinfo=UTC))
    assert quiet.covers(datetime(2026, 1, 1, 5, 59, tzinfo=UTC))
    assert not quiet.covers(datetime(2026, 1, 1, 6, 0, tzinfo=UTC))


@pytest.mark.parametrize(("text", "zone"), [("8-9", "UTC"), ("25:00-07:00", "UTC"), ("20:00-07:00", "Mars/Olympus")])
def test_quiet_hours_that_cannot_be_read_are_refused_with_an_example(text: str, zone: str) -> None:
    with pytest.raises(InvalidInput, match="Example"):
        read_quiet_hours(text, zone)
