"""The local moments that a schedule stands for, and which of them are due. Pure.

A slot is one local date and time, such as `2026-03-29T02:30`; its name is its identity, so each happens once. Where clocks
go forward and the slot's time does not exist, it moves to the first minute that does. Where clocks go back and the time
comes twice, the first counts. Slots that fall together by that are one. A holiday is a local date in the schedule's zone:
a schedule that skips holidays has no slots then, so none of them runs and none is missed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from agents.core.errors import InvalidInput
from agents.core.ids import PersonId
from agents.core.spec import Spec

GRACE_SECONDS = 15 * 60.0
"""How late a slot may still be served; later it is said to be missed."""

MOST_SLOTS = 1000
"""Slots looked at together: nobody reads a longer list of what was missed."""

FARTHEST = timedelta(days=40 * 366)
"""What does not come within that time never comes: a 29 February on a Sunday is at most 40 years away."""

WINDOWS_DAYS = (2, 10, 45, 400)
"""How far back the slot before another one is looked for: near first, since some come every five minutes."""

Holidays = Mapping[date, str]
"""Local dates on which schedules that skip holidays do nothing -> name, "" where none is written."""


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One occurrence: its local name, and when it is, in seconds since 1970."""

    name: str
    at: float

    @property
    def day(self) -> date:
        return date.fromisoformat(self.name[:10])


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A day that is left out, because it is a holiday."""

    day: date
    holiday: str

    def __str__(self) -> str:
        """`25 December: Christmas Day`"""
        return f"{self.day.day} {self.day:%B}: {self.holiday or 'holiday'}"


@dataclass(frozen=True, kw_only=True)
class Due:
    """What to do now: at most one slot runs, the others that went by are missed."""

    run: Slot | None = None
    missed: tuple[Slot, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who changed a schedule to this version, when, and what: `times from “daily 08:00” to “daily 09:00”`."""

    version: int
    by: PersonId
    at: float
    what: str


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Something that recurs. `done_until` is the moment up to which every slot was run or called missed; `history` holds
    the last changes, oldest first."""

    id: int
    kind: str
    name: str
    channel: str | None
    spec: Spec
    timezone: str
    owner: PersonId
    enabled: bool
    created_at: float
    done_until: float
    last_slot: str | None
    params: Mapping[str, object]
    version: int
    history: tuple[Change, ...]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def next_slot(self, now: float, holidays: Holidays) -> Slot | None:
        """The next occurrence after `now`."""
        return next(slots_after(self.spec, self.zone, now, holidays), None)

    def due(self, now: float, holidays: Holidays) -> Due:
        """What is to be done at `now`."""
        return due(self.spec, self.zone, since=self.done_until, now=now, holidays=holidays)

    def outlook(self, now: float, holidays: Holidays, *, most: int) -> list[Slot | Skipped]:
        """The next `most` occurrences, and the holidays before and between them."""
        return outlook(self.spec, self.zone, now, holidays, most=most)


def read_zone(name: str) -> str:
    """The name of a time zone that this machine knows. Raises `InvalidInput` with an example."""
    try:
        return ZoneInfo(name.strip()).key
    except (KeyError, ValueError, OSError):
        raise InvalidInput(f"I do not know the time zone “{name}”. Write it like Europe/Berlin.") from None


def due(
    spec: Spec,
    zone: ZoneInfo,
    *,
    since: float,
    now: float,
    holidays: Holidays = {},  # noqa: B006 - never changed
    grace: float = GRACE_SECONDS,
) -> Due:
    """Sorts the slots after `since` and up to `now`: the newest runs when it is not older than `grace`, all others are
    missed. A clock that went back finds nothing."""
    passed: list[Slot] = []
    for slot in slots_after(spec, zone, since, holidays):
        if slot.at > now:
            break
        passed.append(slot)
        passed = passed[-MOST_SLOTS:]
    if passed and now - passed[-1].at <= grace:
        return Due(run=passed[-1], missed=tuple(passed[:-1]))
    return Due(missed=tuple(passed))


def slots_after(
    spec: Spec,
    zone: ZoneInfo,
    since: float,
    holidays: Holidays = {},  # noqa: B006 - never changed
) -> Iterator[Slot]:
    """Every slot later than `since`, in order, for the next 40 years."""
    day = _local_day(since, zone) - timedelta(days=1)
    end = min(day, date(9999, 12, 30) - FARTHEST) + FARTHEST
    moved: Slot | None = None
    while day < end:
        for moment in spec.times if _comes_on(spec, day, holidays) else ():
            local = datetime.combine(day, moment)
            slot = _slot(local, zone)
            if slot.at <= since:
                continue
            if moved is not None and moved.at < slot.at:
                yield moved
            moved = None
            if _exists(local, zone):
                yield slot
            else:
                moved = slot
        day += timedelta(days=1)


def outlook(spec: Spec, zone: ZoneInfo, now: float, holidays: Holidays, *, most: int) -> list[Slot | Skipped]:
    """The next `most` slots after `now`, with the holidays that are left out before and between them."""
    slots: list[Slot] = []
    for slot in slots_after(spec, zone, now, holidays):
        slots.append(slot)
        if len(slots) == most:
            break
    if not slots or not spec.skips_holidays:
        return list(slots)
    first, last = _local_day(now, zone), slots[-1].day
    skipped = [
        Skipped(day=day, holiday=name)
        for day, name in holidays.items()
        if first <= day <= last and spec.includes(day) and (day > first or _comes_later(spec, day, zone, now))
    ]
    return sorted([*slots, *skipped], key=lambda one: (one.day, one.at if isinstance(one, Slot) else 0.0))


def slot_before(spec: Spec, zone: ZoneInfo, at: float, holidays: Holidays) -> Slot | None:
    """The last slot before `at`; None when there was none for a year."""
    for days in WINDOWS_DAYS:
        found = None
        for slot in slots_after(spec, zone, at - days * 86_400, holidays):
            if slot.at >= at:
                break
            found = slot
        if found is not None:
            return found
    return None


def at_of(slot: str, zone: ZoneInfo) -> float:
    """When the slot of that name is, in seconds since 1970."""
    return _slot(datetime.fromisoformat(slot), zone).at


def _comes_on(spec: Spec, day: date, holidays: Holidays) -> bool:
    return spec.includes(day) and not (spec.skips_holidays and day in holidays)


def _comes_later(spec: Spec, day: date, zone: ZoneInfo, now: float) -> bool:
    return any(_slot(datetime.combine(day, moment), zone).at > now for moment in spec.times)


def _local_day(at: float, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).date()


def _slot(local: datetime, zone: ZoneInfo) -> Slot:
    name = local.strftime("%Y-%m-%dT%H:%M")
    while not _exists(local, zone):
        local += timedelta(minutes=1)
    return Slot(name=name, at=local.replace(tzinfo=zone).timestamp())


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks of that zone ever show this time: they skip an hour in spring, and Samoa once skipped a day."""
    there = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) == local
