"""Two years of days, in three time zones, with everything that happens to a bot: it starts again, it is down for a while, two
replicas look at the same schedule, and one of them acts on what it read before the other wrote.

What is simulated is the decision (`Schedule.due`) and the two writes that protect it: a slot is settled once, and what was
done is written down. Nothing is waited for: the clock is a number.
"""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agents.core.ids import PersonId
from agents.core.schedule import GRACE_SECONDS, Due, Holidays, Schedule
from agents.core.spec import read_spec

FIRST, LAST = date(2027, 1, 1), date(2028, 12, 31)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
CLOSED: Holidays = dict.fromkeys((date(2027, 3, 28), date(2027, 12, 25), date(2028, 2, 29), date(2028, 11, 5)), "")


@dataclass
class Rows:
    """What the database holds."""

    schedule: Schedule
    settled: dict[str, str] = field(default_factory=dict)
    served: list[tuple[str, float]] = field(default_factory=list)

    def take(self, found: Due, now: float) -> None:
        """What `handlers.operations.serving.serve_due` writes."""
        for slot in found.missed:
            self.settled.setdefault(slot.name, "missed")
        if found.run is not None and found.run.name not in self.settled:
            self.settled[found.run.name] = "sent"
            self.served.append((found.run.name, now))
        newest = found.run or (found.missed[-1] if found.missed else None)
        if newest is not None:
            self.schedule = replace(self.schedule, done_until=newest.at)


def schedule(spec: str, zone: str, since: float) -> Schedule:
    return Schedule(
        id=1, kind="digest", name="queue-health", channel="C0OPS", spec=read_spec(spec), timezone=zone,
        owner=PersonId("T0LOCAL/U0ANA"), enabled=True, created_at=since, done_until=since, last_slot=None, params={},
        version=1, history=(),
    )  # fmt: skip


def live(rows: Rows, end: float, seed: int, *, down_hours: float = 0.0) -> None:
    """Looks at the schedule again and again until `end`, seldom enough to be quick and often enough to be in time: at once
    after each slot could be due, by one replica or by both, the second with what it read before the first wrote."""
    chance = random.Random(seed)
    now = rows.schedule.done_until
    while (coming := rows.schedule.next_slot(now, CLOSED)) is not None and coming.at < end:
        until_then = coming.at - now
        now += until_then * chance.random() * 0.9 if chance.random() < 0.3 else until_then
        now += chance.uniform(0, GRACE_SECONDS)
        if down_hours and chance.random() < 0.05:
            now += chance.uniform(0, down_hours * 3_600)
        read_by_both = rows.schedule
        rows.take(read_by_both.due(now, CLOSED), now)
        if chance.random() < 0.5:
            now += chance.uniform(0, 60)
            rows.take(read_by_both.due(now, CLOSED), now)
        if chance.random() < 0.5:
            rows.take(rows.schedule.due(now, CLOSED), now)


def days(rows: Rows) -> Counter[str]:
    return Counter(name[:10] for name, _ in rows.served)


def every_day() -> set[str]:
    return {(FIRST + timedelta(days=number)).isoformat() for number in range((LAST - FIRST).days + 1)}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("spec", ["daily 02:15", "cron 30 1 * * *", "daily 09:00"])
def test_each_digest_comes_exactly_once_on_every_day_of_two_years(zone: str, spec: str) -> None:
    """02:15 does not exist, and 01:30 comes twice, on the days that clocks change in one of these zones."""
    there = ZoneInfo(zone)
    rows = Rows(schedule(spec, zone, datetime(2027, 1, 1, tzinfo=there).timestamp()))
    live(rows, datetime(2029, 1, 1, tzinfo=there).timestamp() - 1, seed=1)

    assert set(days(rows)) == every_day()
    assert set(days(rows).values()) == {1}
    assert "missed" not in rows.settled.values()


@pytest.mark.parametrize("zone", ZONES)
def test_with_holidays_each_other_day_has_one_and_the_holidays_have_none(zone: str) -> None:
    there = ZoneInfo(zone)
    rows = Rows(schedule("daily 02:15 except holidays", zone, datetime(2027, 1, 1, tzinfo=there).timestamp()))
    live(rows, datetime(2029, 1, 1, tzinfo=there).timestamp() - 1, seed=2)

    assert set(days(rows)) == every_day() - {day.isoformat() for day in CLOSED}
    assert set(days(rows).values()) == {1}
    assert "missed" not in rows.settled.values()


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", range(3))
def test_after_restarts_and_pauses_each_day_was_served_once_in_time_or_is_called_missed(zone: str, seed: int) -> None:
    there = ZoneInfo(zone)
    rows = Rows(schedule("daily 02:15", zone, datetime(2027, 1, 1, tzinfo=there).timestamp()))
    live(rows, datetime(2029, 1, 1, tzinfo=there).timestamp() - 1, seed=seed, down_hours=60)

    assert max(days(rows).values()) == 1
    assert {name[:10] for name in rows.settled} >= every_day()
    missed = {name[:10] for name, state in rows.settled.items() if state == "missed"}
    assert missed
    assert not missed & set(days(rows))
    late = [now - _at(name, there) for name, now in rows.served]
    assert max(late) <= GRACE_SECONDS + 3_600  # 02:15 is served at 03:00 where it does not exist


def _at(name: str, zone: ZoneInfo) -> float:
    return datetime.fromisoformat(name).replace(tzinfo=zone).astimezone(UTC).timestamp()
