"""Schedules that skip holidays: by the local date of their own zone, and never as something that was missed."""

from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.schedule import Holidays, Skipped, Slot, due, outlook, slots_after
from agents.core.spec import read_spec, without_holidays

BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS: Holidays = {date(2026, 12, 25): "Christmas Day", date(2026, 12, 26): "", date(2027, 1, 1): "New Year"}


def moment(text: str, zone: ZoneInfo = BERLIN) -> float:
    """Seconds since 1970 of a local time."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def said(spec: str, now: str, *, most: int = 3, zone: ZoneInfo = BERLIN) -> list[str]:
    found = outlook(read_spec(spec), zone, moment(now, zone), CHRISTMAS, most=most)
    return [str(one) if isinstance(one, Skipped) else one.name for one in found]


@pytest.mark.parametrize(
    "written",
    [
        "weekdays 09:00 except holidays",
        "Weekdays 9:00, but not on public holidays",
        "weekdays excluding holidays 09:00",
        "weekdays 09:00 no holidays",
        "weekdays without bank holidays 09:00",
    ],
)
def test_people_say_it_in_their_own_way(written: str) -> None:
    assert str(read_spec(written)) == "weekdays 09:00 except holidays"
    assert read_spec(str(read_spec(written))) == read_spec(written)


@pytest.mark.parametrize(
    "always", ["monthly last 17:00", "every 2 hours from 08:00 to 18:00 on weekdays", "cron 0 9 * * 1-5"]
)
def test_every_form_of_time_can_skip_holidays(always: str) -> None:
    spec = read_spec(f"{always} except holidays")
    assert spec.skips_holidays
    assert str(spec) == f"{always} except holidays"
    assert without_holidays(str(spec)) == (always, True)


def test_a_holiday_has_no_slot_and_what_is_not_there_is_not_missed() -> None:
    spec = read_spec("daily 09:00 except holidays")
    after_a_week_down = due(
        spec, BERLIN, since=moment("2026-12-24T10:00"), now=moment("2026-12-28T09:05"), holidays=CHRISTMAS
    )
    assert after_a_week_down.run is not None
    assert after_a_week_down.run.name == "2026-12-28T09:00"
    assert [slot.name for slot in after_a_week_down.missed] == ["2026-12-27T09:00"]

    only_holidays = due(
        spec, BERLIN, since=moment("2026-12-24T10:00"), now=moment("2026-12-26T23:00"), holidays=CHRISTMAS
    )
    assert (only_holidays.run, only_holidays.missed) == (None, ())


def test_who_does_not_ask_for_it_comes_on_holidays_too() -> None:
    assert said("daily 09:00", "2026-12-24T10:00") == ["2026-12-25T09:00", "2026-12-26T09:00", "2026-12-27T09:00"]


def test_the_outlook_names_each_holiday_at_its_place() -> None:
    assert said("weekdays 09:00 except holidays", "2026-12-24T10:00") == [
        "25 December: Christmas Day", "2026-12-28T09:00", "2026-12-29T09:00", "2026-12-30T09:00",
    ]  # fmt: skip
    assert said("sat,sun 09:00 except holidays", "2026-12-24T10:00", most=1) == [
        "26 December: holiday",
        "2026-12-27T09:00",
    ]


def test_a_holiday_whose_time_is_over_or_that_is_no_day_of_the_schedule_is_not_named() -> None:
    assert said("daily 09:00 except holidays", "2026-12-26T09:30", most=1) == ["2026-12-27T09:00"]
    assert said("daily 09:00 except holidays", "2026-12-26T08:30", most=1) == [
        "26 December: holiday",
        "2026-12-27T09:00",
    ]
    assert said("mon 09:00 except holidays", "2026-12-24T10:00", most=1) == ["2026-12-28T09:00"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu", "Asia/Kolkata"])
def test_a_holiday_is_a_date_of_the_schedules_own_zone(zone: str) -> None:
    """Christmas ends in Kiritimati 24 hours before it ends in Honolulu."""
    there = ZoneInfo(zone)
    names = said("daily 00:30 except holidays", "2026-12-24T12:00", most=2, zone=there)
    assert names == ["25 December: Christmas Day", "26 December: holiday", "2026-12-27T00:30", "2026-12-28T00:30"]


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 3, 29), "Europe/Berlin", ["2026-03-28T02:30", "2026-03-30T02:30"]),  # 02:30 does not exist there
        (date(2026, 10, 25), "Europe/Berlin", ["2026-10-24T02:30", "2026-10-26T02:30"]),  # and here it comes twice
        (date(2026, 10, 4), "Australia/Lord_Howe", ["2026-10-03T02:30", "2026-10-05T02:30"]),
    ],
)
def test_a_holiday_on_the_day_that_clocks_change_is_skipped_once(day: date, zone: str, expected: list[str]) -> None:
    there = ZoneInfo(zone)
    since = datetime.combine(day - timedelta(days=1), datetime.min.time(), tzinfo=there).timestamp()
    slots = slots_after(read_spec("daily 02:30 except holidays"), there, since, {day: ""})
    assert [slot.name for slot in islice(slots, 2)] == expected


def test_what_never_comes_has_no_slot_and_is_found_out_at_once() -> None:
    every_year = {date(year, 12, 25): "" for year in range(2026, 2090)}
    slots = slots_after(read_spec("cron 0 9 25 12 * except holidays"), BERLIN, moment("2026-01-01T00:00"), every_year)
    assert next(slots, None) is None


@given(
    since=st.integers(min_value=1_600_000_000, max_value=2_000_000_000),
    offsets=st.sets(st.integers(min_value=0, max_value=60), max_size=20),
    zone=st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Australia/Lord_Howe"]),
    spec=st.sampled_from(["daily 02:30", "weekdays 09:00,17:00", "every 6 hours", "cron 0 0 * * *"]),
)
def test_the_slots_are_all_slots_but_those_of_holidays(since: int, offsets: set[int], zone: str, spec: str) -> None:
    there = ZoneInfo(zone)
    first = datetime.fromtimestamp(since, there).date()
    holidays = {first + timedelta(days=offset): "" for offset in offsets}
    end = since + 60 * 86_400

    def until_then(spec: str, holidays: Holidays) -> list[Slot]:
        found = slots_after(read_spec(spec), there, since, holidays)
        return list(takewhile(lambda slot: slot.at < end, found))

    wanted = [slot for slot in until_then(spec, {}) if slot.day not in holidays]
    assert until_then(f"{spec} except holidays", holidays) == wanted
