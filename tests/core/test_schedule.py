"""When recurring things happen."""

from collections import Counter
from datetime import UTC, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.errors import InvalidInput
from agents.core.schedule import GRACE_SECONDS, due, read_zone, slots_after
from agents.core.spec import read_spec

BERLIN = ZoneInfo("Europe/Berlin")


def moment(text: str) -> float:
    """Seconds since 1970 of an aware ISO time."""
    return datetime.fromisoformat(text).timestamp()


def between(spec: str, zone: ZoneInfo, since: str, until: str) -> list[str]:
    found = takewhile(lambda slot: slot.at <= moment(until), slots_after(read_spec(spec), zone, moment(since)))
    return [slot.name for slot in found]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("weekdays 09:00", "weekdays 09:00"),
        ("Weekday 9:00", "weekdays 09:00"),
        ("daily at 8.30", "daily 08:30"),
        ("17:00", "daily 17:00"),
        ("mon, thu 16:30", "mon,thu 16:30"),
        ("Mondays 09:00,15:00", "mon 09:00,15:00"),
        ("monthly 31 09:00", "monthly 31 09:00"),
        ("month-end 17:00", "monthly last 17:00"),
        ("monthly 1st 09:00", "monthly 1 09:00"),
    ],
)
def test_a_time_is_read_and_written_back_in_one_form(written: str, kept: str) -> None:
    assert str(read_spec(written)) == kept
    assert read_spec(kept) == read_spec(written)


@pytest.mark.parametrize(
    "text", ["", "weekdays", "09:00 weekdays", "someday 09:00", "weekdays 25:00", "weekdays 9", "t 09:00", "monthly 0 09:00",
             "monthly 32 09:00", "weekdays 09:00 Europe/Berlin"]
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"09:00|16:30"):
        read_spec(text)


def test_an_unknown_time_zone_is_refused_with_an_example() -> None:
    assert read_zone("Europe/Berlin") == "Europe/Berlin"
    with pytest.raises(InvalidInput, match="Europe/Berlin"):
        read_zone("Mars/Olympus")
    with pytest.raises(InvalidInput, match="Europe/Berlin"):
        read_zone("../../etc/passwd")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("time", ["02:15", "02:30", "09:00", "00:00"])
def test_every_local_day_of_two_years_has_exactly_one_slot(zone: str, time: str) -> None:
    """S-E1. Lord Howe moves its clocks by half an hour."""
    slots = list(
        takewhile(
            lambda slot: slot.at < moment("2028-01-01T00:00+00:00"),
            slots_after(read_spec(f"daily {time}"), ZoneInfo(zone), moment("2026-01-01T00:00+00:00")),
        )
    )
    days = Counter(slot.name[:10] for slot in slots)
    assert 729 <= len(days) <= 731
    assert set(days.values()) == {1}
    assert [slot.at for slot in slots] == sorted(slot.at for slot in slots)


def test_a_time_that_the_clocks_skip_moves_to_the_first_minute_that_exists() -> None:
    [slot] = list(
        takewhile(
            lambda slot: slot.at < moment("2026-03-29T12:00+02:00"),
            slots_after(read_spec("daily 02:30"), BERLIN, moment("2026-03-28T12:00+01:00")),
        )
    )
    assert slot.name == "2026-03-29T02:30"
    assert slot.at == moment("2026-03-29T03:00+02:00")


def test_a_time_that_comes_twice_counts_once_and_is_the_first() -> None:
    [slot] = list(
        takewhile(
            lambda slot: slot.at < moment("2026-10-25T12:00+01:00"),
            slots_after(read_spec("daily 02:30"), BERLIN, moment("2026-10-24T12:00+02:00")),
        )
    )
    assert slot.at == moment("2026-10-25T02:30+02:00")
    later = due(read_spec("daily 02:30"), BERLIN, since=slot.at, now=moment("2026-10-25T02:31+01:00"))
    assert later.run is None
    assert not later.missed


def test_a_day_that_a_zone_skipped_is_served_when_the_next_one_begins() -> None:
    """Samoa had no 30 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    names = between("daily 09:00", apia, "2011-12-29T00:00-10:00", "2012-01-01T00:00+14:00")
    assert names == ["2011-12-29T09:00", "2011-12-30T09:00", "2011-12-31T09:00"]


@pytest.mark.parametrize(
    ("spec", "since", "until", "expected"),
    [
        ("monthly 31 09:00", "2027-01-31T12:00+01:00", "2027-04-30T12:00+02:00", ["2027-02-28", "2027-03-31", "2027-04-30"]),
        ("monthly 29 09:00", "2028-02-01T00:00+01:00", "2028-03-01T00:00+01:00", ["2028-02-29"]),
        ("monthly 30 09:00", "2027-02-01T00:00+01:00", "2027-03-02T00:00+01:00", ["2027-02-28"]),
        ("monthly last 09:00", "2027-12-01T00:00+01:00", "2028-02-29T23:00+01:00", ["2027-12-31", "2028-01-31", "2028-02-29"]),
        ("daily 09:00", "2027-12-31T12:00+01:00", "2028-01-01T12:00+01:00", ["2028-01-01"]),
        ("weekdays 09:00", "2027-12-30T12:00+01:00", "2028-01-03T12:00+01:00", ["2027-12-31", "2028-01-03"]),
        ("sat,sun 09:00", "2028-02-25T12:00+01:00", "2028-02-28T12:00+01:00", ["2028-02-26", "2028-02-27"]),
        ("monthly 31 09:00", "2027-08-31T12:00+02:00", "2027-10-31T12:00+01:00", ["2027-09-30", "2027-10-31"]),
        ("monthly 31 09:00", "2027-10-31T12:00+01:00", "2027-12-31T12:00+01:00", ["2027-11-30", "2027-12-31"]),
        ("monthly last 09:00", "2027-02-01T00:00+01:00", "2027-03-01T00:00+01:00", ["2027-02-28"]),
        ("daily 09:00", "2028-02-28T12:00+01:00", "2028-03-01T12:00+01:00", ["2028-02-29", "2028-03-01"]),
    ],
)  # fmt: skip
def test_ends_of_months_and_years(spec: str, since: str, until: str, expected: list[str]) -> None:
    """S-E4: twenty dates."""
    assert [name[:10] for name in between(spec, BERLIN, since, until)] == expected


@pytest.mark.parametrize(
    ("late_minutes", "days_down", "runs", "missed"),
    [(0, 0, True, 0), (14, 0, True, 0), (16, 0, False, 1), (5, 4, True, 4), (60, 4, False, 5)],
)
def test_after_a_pause_one_slot_runs_inside_the_grace_and_the_rest_is_missed(
    late_minutes: int, days_down: int, runs: bool, missed: int
) -> None:
    """S-E2: never several runs."""
    since = moment("2027-06-01T12:00+02:00")
    now = moment("2027-06-02T09:00+02:00") + days_down * 86400 + late_minutes * 60
    found = due(read_spec("daily 09:00"), BERLIN, since=since, now=now)
    assert (found.run is not None) is runs
    assert len(found.missed) == missed


def test_nothing_is_due_when_the_clock_went_back() -> None:
    found = due(
        read_spec("daily 09:00"), BERLIN, since=moment("2027-06-02T09:00+02:00"), now=moment("2027-06-01T09:00+02:00")
    )
    assert found.run is None
    assert not found.missed


@given(
    since=st.integers(min_value=1_600_000_000, max_value=2_000_000_000),
    steps=st.lists(st.integers(min_value=1, max_value=200_000), max_size=20),
    zone=st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
    spec=st.sampled_from(["daily 02:30", "weekdays 09:00,17:00", "monthly last 23:59", "sun 00:00"]),
)
def test_however_often_one_looks_each_slot_is_settled_once_and_none_is_skipped(
    since: int, steps: list[int], zone: str, spec: str
) -> None:
    wanted, place = read_spec(spec), ZoneInfo(zone)
    settled: list[str] = []
    done, now = float(since), float(since)
    for step in steps:
        now += step
        found = due(wanted, place, since=done, now=now)
        if found.run is not None:
            assert now - found.run.at <= GRACE_SECONDS
        slots = [*found.missed, *([found.run] if found.run else [])]
        settled += [slot.name for slot in slots]
        done = slots[-1].at if slots else done
    every = [slot.name for slot in takewhile(lambda slot: slot.at <= now, slots_after(wanted, place, float(since)))]
    assert settled == every


def test_slots_are_named_by_local_time() -> None:
    first = next(slots_after(read_spec("daily 09:00"), ZoneInfo("Asia/Kathmandu"), moment("2027-06-01T00:00+00:00")))
    assert first.name == "2027-06-01T09:00"
    assert datetime.fromtimestamp(first.at, UTC).strftime("%H:%M") == "03:15"


EVERY_FORM = [
    ("every 30 minutes", "every 30 minutes", 48),
    ("Every hour", "every hour", 24),
    ("every 120 min", "every 2 hours", 12),
    ("every 2h from 8:00 to 18:00", "every 2 hours from 08:00 to 18:00", 6),
    ("every 90 minutes on weekdays between 09:00 and 12:00", "every 90 minutes from 09:00 to 12:00 on weekdays", 3),
    ("every 12 hours on mon and fri", "every 12 hours on mon,fri", 2),
    ("cron 0 9 * * 1-5", "cron 0 9 * * 1-5", 1),
    ("*/15 8-9 * * MON-FRI", "cron */15 8-9 * * mon-fri", 8),
    ("0 9 * jan,3-5/2 sun", "cron 0 9 * jan,3-5/2 sun", 1),
]


@pytest.mark.parametrize(("written", "kept", "times_a_day"), EVERY_FORM)
def test_intervals_and_cron_are_read_and_written_back(written: str, kept: str, times_a_day: int) -> None:
    spec = read_spec(written)
    assert str(spec) == kept
    assert read_spec(kept) == spec
    assert len(spec.times) == times_a_day


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("every minute", "every 5 minutes"),
        ("every 4 minutes", "every 5 minutes"),
        ("every 0 hours", "every 12 hours"),
        ("every 3 days", "every 30 minutes"),
        ("every 30 minutes from 18:00 to 08:00", "ends before it begins"),
        ("every 30 minutes from 8 to 18", "09:00"),
        ("every 30 minutes please", "“please”"),
        ("every 999999 minutes", "every 12 hours"),
        ("* * * * *", "comes too often"),
        ("cron */2 9 * * *", "comes too often"),
        ("daily 09:00,09:03", "comes too often"),
        ("daily 00:01,23:58", "comes too often"),
        ("0 9 30 2 *", "never come"),
        ("0 9 31 2,4,jun *", "never come"),
        ("cron 0 9 * *", "five fields"),
        ("cron 0 24 * * *", "hour: it goes from 0 to 23"),
        ("cron 60 9 * * *", "minute: it goes from 0 to 59"),
        ("cron 0 9 0 * *", "day: it goes from 1 to 31"),
        ("cron 0 9 * smarch *", "is no month"),
        ("cron 0 9 * * 8", "is no weekday"),
        ("cron 0 17-9 * * *", "holds no hour"),
        ("cron 0 */0 * * *", "holds no hour"),
        ("cron 0 9 ? * *", "cannot read “.” as a day"),
        ("1," * 100 + "1 9 * * *", "too long"),
    ],
)
def test_what_never_comes_or_comes_too_often_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(InvalidInput, match=why):
        read_spec(text)


@pytest.mark.parametrize(
    ("spec", "since", "until", "expected"),
    [
        ("0 9 29 2 *", "2027-01-01T00:00+01:00", "2032-12-31T00:00+01:00", ["2028-02-29T09:00", "2032-02-29T09:00"]),
        ("0 9 31 * *", "2027-01-31T12:00+01:00", "2027-06-01T00:00+02:00", ["2027-03-31T09:00", "2027-05-31T09:00"]),
        ("0 9 1 * mon", "2027-06-01T00:00+02:00", "2027-06-08T00:00+02:00", ["2027-06-01T09:00", "2027-06-07T09:00"]),
        ("0 9 */10 * mon", "2027-01-01T00:00+01:00", "2027-02-20T00:00+01:00", ["2027-01-11T09:00", "2027-02-01T09:00"]),
        ("0 9 * * 0", "2027-06-01T00:00+02:00", "2027-06-14T00:00+02:00", ["2027-06-06T09:00", "2027-06-13T09:00"]),
        ("0 9 * * 7", "2027-06-01T00:00+02:00", "2027-06-14T00:00+02:00", ["2027-06-06T09:00", "2027-06-13T09:00"]),
        ("every 12 hours on sat", "2027-06-04T00:00+02:00", "2027-06-07T00:00+02:00", ["2027-06-05T00:00", "2027-06-05T12:00"]),
    ],
)  # fmt: skip
def test_days_of_cron_and_of_intervals(spec: str, since: str, until: str, expected: list[str]) -> None:
    assert between(spec, BERLIN, since, until) == expected


def test_slots_that_the_clock_change_brings_together_are_one() -> None:
    """02:00 to 02:59 did not exist that night."""
    night = ("2026-03-29T01:15+01:00", "2026-03-29T04:00+02:00")
    expected = ["2026-03-29T01:30", "2026-03-29T03:00", "2026-03-29T03:30", "2026-03-29T04:00"]
    assert between("every 30 minutes", BERLIN, *night) == expected
    assert between("*/30 * * * *", BERLIN, *night) == expected
    assert between("daily 02:15,02:45", BERLIN, *night) == ["2026-03-29T02:45"]


def test_an_interval_in_the_hour_that_comes_twice_counts_once() -> None:
    names = between("every 30 minutes", BERLIN, "2026-10-25T01:45+02:00", "2026-10-25T03:15+01:00")
    assert names == ["2026-10-25T02:00", "2026-10-25T02:30", "2026-10-25T03:00"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("spec", ["cron 15 2 * * *", "every 12 hours from 02:10 to 14:00"])
def test_every_form_comes_exactly_once_on_each_of_731_days(zone: str, spec: str) -> None:
    """S-E1, with everything that `due` decides, by a clock that looks every six hours."""
    place, wanted = ZoneInfo(zone), read_spec(spec)
    start = datetime(2027, 1, 1, tzinfo=place).timestamp()
    end = datetime(2029, 1, 1, tzinfo=place).timestamp()
    ran: Counter[str] = Counter()
    done = now = start
    while now < end:
        now += 6 * 3_600
        found = due(wanted, place, since=done, now=now, grace=6 * 3_600)
        assert not found.missed
        if found.run is not None:
            ran[found.run.name[:10]] += 1
            done = found.run.at
    assert len(ran) == 731
    assert set(ran.values()) == {1}
