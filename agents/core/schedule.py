"""When something recurs: what people write, the local moments it stands for, and which of them are due. Pure.

A slot is one local date and time, such as `2026-03-29T02:30`; its name is its identity, so each happens once. Where clocks
go forward and the slot's time does not exist, it moves to the first minute that does. Where clocks go back and the time
comes twice, the first counts. Slots that fall together by that are one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.core.cron import Cron, looks_like_cron, read_cron
from agents.core.errors import InvalidInput
from agents.core.ids import PersonId

GRACE_SECONDS = 15 * 60.0
"""How late a slot may still be served; later it is said to be missed."""

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WORDS = {"daily": range(7), "weekdays": range(5), "weekends": range(5, 7)}
EXAMPLES = (
    "`weekdays 09:00`, `mon,thu 16:30`, `daily 08:00`, `monthly 1 09:00`, `monthly last 17:00`, "
    "`every 2 hours from 08:00 to 18:00 on weekdays`, `cron 0 9 * * 1-5`"
)
EVERY = "`every 30 minutes` or `every 2 hours from 08:00 to 18:00 on weekdays`"
LEAST_MINUTES = 5
"""Between two slots: more often nobody reads it, and nothing would be left of the channel."""
LONGEST_TEXT = 150
MOST_SLOTS = 1000
"""Slots looked at together: nobody reads a longer list of what was missed."""

_TIME = re.compile(r"^(\d{1,2})[:.](\d{2})\s*$")
_EVERY = re.compile(r"^every (?:(\d{1,6}) ?)?(m|min|mins|minutes?|h|hours?)(?= |$)(.*)$")
_WINDOW = re.compile(r" (?:from|between) (\S+) (?:to|and|until) (\S+)(?= |$)")
_ON = re.compile(r" on (.+)$")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """`days` are days of the week (0 is Monday), or empty when `month_day` says which day of the month: 1 to 31, where a
    shorter month uses its last day, or -1 for the last day always. `cron` says the days instead of both. `written` is
    the form to show where the days and times alone would not say it as well."""

    days: frozenset[int]
    month_day: int | None
    times: tuple[time, ...]
    cron: Cron | None = None
    written: str = ""

    def __str__(self) -> str:
        """The form that `read_spec` reads back."""
        if self.written:
            return self.written
        clock = ",".join(f"{moment:%H:%M}" for moment in self.times)
        if self.month_day is not None:
            return f"monthly {'last' if self.month_day == -1 else self.month_day} {clock}"
        for word, days in WORDS.items():
            if self.days == frozenset(days):
                return f"{word} {clock}"
        return f"{','.join(DAYS[day][:3] for day in sorted(self.days))} {clock}"


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One occurrence: its local name, and when it is, in seconds since 1970."""

    name: str
    at: float


@dataclass(frozen=True, kw_only=True)
class Due:
    """What to do now: at most one slot runs, the others that went by are missed."""

    run: Slot | None = None
    missed: tuple[Slot, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Something that recurs. `done_until` is the moment up to which every slot was run or called missed."""

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
    params: dict[str, object]

    def next_slot(self, now: float) -> Slot | None:
        """The next occurrence after `now`."""
        return next(slots_after(self.spec, ZoneInfo(self.timezone), now), None)

    def due(self, now: float) -> Due:
        """What is to be done at `now`."""
        return due(self.spec, ZoneInfo(self.timezone), since=self.done_until, now=now)


def read_spec(text: str) -> Spec:
    """Reads what a person wrote. Raises `InvalidInput` with examples, also for what never comes or comes too often."""
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"That is too long for a time. Write it like {EXAMPLES}.")
    spec = _read(" ".join(text.strip().lower().split()))
    minutes = [moment.hour * 60 + moment.minute for moment in spec.times]
    following = [*minutes[1:], minutes[0] + 24 * 60]
    closest = min(later - earlier for earlier, later in zip(minutes, following, strict=True))
    if closest < LEAST_MINUTES:
        raise InvalidInput(
            f"“{text.strip()}” comes too often: {LEAST_MINUTES} minutes must lie between two times. "
            f"For example `every {LEAST_MINUTES} minutes` or `every hour`."
        )
    return spec


def read_zone(name: str) -> str:
    """The name of a time zone that this machine knows. Raises `InvalidInput` with an example."""
    try:
        return ZoneInfo(name.strip()).key
    except (KeyError, ValueError, OSError):
        raise InvalidInput(f"I do not know the time zone “{name}”. Write it like Europe/Berlin.") from None


def due(spec: Spec, zone: ZoneInfo, *, since: float, now: float, grace: float = GRACE_SECONDS) -> Due:
    """Sorts the slots after `since` and up to `now`: the newest runs when it is not older than `grace`, all others are
    missed. A clock that went back finds nothing."""
    passed: list[Slot] = []
    for slot in slots_after(spec, zone, since):
        if slot.at > now:
            break
        passed.append(slot)
        passed = passed[-MOST_SLOTS:]
    if passed and now - passed[-1].at <= grace:
        return Due(run=passed[-1], missed=tuple(passed[:-1]))
    return Due(missed=tuple(passed))


def slots_after(spec: Spec, zone: ZoneInfo, since: float) -> Iterator[Slot]:
    """Every slot later than `since`, in order, until the calendar ends."""
    day = datetime.fromtimestamp(since, UTC).astimezone(zone).date() - timedelta(days=1)
    moved: Slot | None = None
    while day < date(9999, 12, 30):
        for moment in spec.times if _includes(spec, day) else ():
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


def _slot(local: datetime, zone: ZoneInfo) -> Slot:
    name = local.strftime("%Y-%m-%dT%H:%M")
    while not _exists(local, zone):
        local += timedelta(minutes=1)
    return Slot(name=name, at=local.replace(tzinfo=zone).timestamp())


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether clocks of that zone ever show this time: they skip an hour in spring, and Samoa once skipped a day."""
    there = local.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
    return there.replace(tzinfo=None) == local


def _includes(spec: Spec, day: date) -> bool:
    if spec.cron is not None:
        return spec.cron.includes(day)
    if spec.month_day is None:
        return day.weekday() in spec.days
    last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    wanted = last.day if spec.month_day == -1 else min(spec.month_day, last.day)
    return day.day == wanted


def _read(text: str) -> Spec:
    if looks_like_cron(text):
        fields = text.removeprefix("cron ")
        cron = read_cron(fields)
        return Spec(days=frozenset(), month_day=None, times=cron.times, cron=cron, written=f"cron {fields}")
    if text.startswith("every "):
        return _every(text)
    words = text.replace(" at ", " ").replace(", ", ",").split()
    if len(words) >= 2 and words[0] in ("monthly", "month-end"):
        return _monthly(words, text)
    if len(words) == 1 and _TIME.match(words[0].split(",")[0]):
        words = ["daily", *words]
    if len(words) != 2:
        raise InvalidInput(f"I cannot read “{text}” as a time. Write it like {EXAMPLES}.")
    return Spec(days=_days(words[0]), month_day=None, times=_times(words[1]))


def _every(text: str) -> Spec:
    """`every 30 minutes`, with hours of the day and days of the week if so wished; counted anew from each day's start."""
    match = _EVERY.match(text)
    if match is None:
        raise InvalidInput(f"I cannot read “{text}” as a time. Write it like {EVERY}, or {EXAMPLES}.")
    number, unit, rest = match.groups()
    step = int(number or 1) * (60 if unit.startswith("h") else 1)
    window, on = _WINDOW.search(rest), _ON.search(_WINDOW.sub("", rest))
    if _ON.sub("", _WINDOW.sub("", rest)).strip():
        raise InvalidInput(f"I cannot read “{rest.strip()}” in “{text}”. Write it like {EVERY}.")
    if not LEAST_MINUTES <= step <= 12 * 60:
        raise InvalidInput(
            f"“{text}” is outside of what I can do: from every {LEAST_MINUTES} minutes to every 12 hours. "
            f"Write it like {EVERY}, or `daily 09:00`."
        )
    (start,) = _times(window[1])[:1] if window else (time(0, 0),)
    (end,) = _times(window[2])[:1] if window else (time(23, 59),)
    if end <= start:
        raise InvalidInput(f"In “{text}” the day ends before it begins. Write it like {EVERY}.")
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    days = _days(on[1].replace(", ", ",").replace(" and ", ",")) if on else frozenset(range(7))
    times = tuple(time(minute // 60, minute % 60) for minute in range(first, last + 1, step))
    unit = "hour" if step % 60 == 0 else "minute"
    count = step // 60 if unit == "hour" else step
    written = f"every {unit}" if count == 1 else f"every {count} {unit}s"
    if window:
        written += f" from {start:%H:%M} to {end:%H:%M}"
    if days != frozenset(range(7)):
        written += f" on {str(Spec(days=days, month_day=None, times=())).strip()}"
    return Spec(days=days, month_day=None, times=times, written=written)


def _monthly(words: list[str], text: str) -> Spec:
    if words[0] == "month-end":
        words = ["monthly", "last", *words[1:]]
    number = words[1].rstrip(".stndrh")
    day = -1 if words[1] == "last" else int(number) if number.isdigit() else 0
    if len(words) != 3 or not (day == -1 or 1 <= day <= 31):
        raise InvalidInput(f"I cannot read “{text}” as a day of the month. Write it like {EXAMPLES}.")
    return Spec(days=frozenset(), month_day=day, times=_times(words[2]))


def _days(word: str) -> frozenset[int]:
    plain = word if word in WORDS else word.rstrip("s") + "s"
    if plain in WORDS:
        return frozenset(WORDS[plain])
    found: set[int] = set()
    for part in word.split(","):
        matching = [number for number, day in enumerate(DAYS) if len(part) >= 2 and f"{day}s".startswith(part)]
        if len(matching) != 1:
            raise InvalidInput(f"I do not know the day “{part}”. Write it like {EXAMPLES}.")
        found.update(matching)
    return frozenset(found)


def _times(word: str) -> tuple[time, ...]:
    found: set[time] = set()
    for part in word.split(","):
        match = _TIME.match(part)
        if not match or int(match[1]) > 23 or int(match[2]) > 59:
            raise InvalidInput(f"“{part}” is not a time of day. Write it like 09:00, on the 24-hour clock.")
        found.add(time(int(match[1]), int(match[2])))
    return tuple(sorted(found))
