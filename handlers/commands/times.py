"""Times as people write them, brought to the form that schedules read."""

import re
from collections.abc import Sequence

from agents.core.errors import InvalidInput
from agents.core.schedule import read_spec

_CLOCK = re.compile(r"^(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?$", re.IGNORECASE)
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def spec_of(words: Sequence[str]) -> str:
    """`every weekday at 9am` becomes `weekdays 09:00`, `0 9 * * 1-5` becomes `mon,tue,wed,thu,fri 09:00`. What cannot be
    read stays as it is: `agents.core.schedule.read_spec` says what is wrong with it."""
    if _is_readable(" ".join(words)):
        return " ".join(words)
    cron = _cron(words)
    if cron:
        return cron
    kept = [
        word.lower().strip(",") for word in words if word.lower() not in ("every", "each", "at", "on", "the", "and")
    ]
    if kept and kept[-1] in ("am", "pm") and len(kept) > 1:
        kept = [*kept[:-2], kept[-2] + kept[-1]]
    clocks = [_clock(word) for word in kept]
    days = [word for word, clock in zip(kept, clocks, strict=True) if clock is None]
    times = [clock for clock in clocks if clock is not None]
    if "monthly" in days or "month" in days:
        return " ".join(["monthly" if word == "month" else word for word in kept[:2]] + times[-1:])
    if not times:
        return " ".join(words)
    joined = ",".join({"weekday": "weekdays", "day": "daily", "morning": "daily"}.get(word, word) for word in days)
    return f"{joined or 'daily'} {','.join(times)}"


def _is_readable(text: str) -> bool:
    """Whether a schedule reads it as it stands."""
    try:
        read_spec(text)
    except InvalidInput:
        return False
    return True


def _clock(word: str) -> str | None:
    """`9am`, `9:30`, `09.30`, `21h15` as `09:30`; None for anything else, a bare number too."""
    found = _CLOCK.match(word)
    if found is None or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3].lower() == "pm" else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _cron(words: Sequence[str]) -> str | None:
    """The five fields of cron, as far as a schedule can say the same."""
    if len(words) != 5 or words[3] != "*" or not (words[0].isdigit() and words[1].isdigit()):
        return None
    minute, hour, day, weekday = int(words[0]), int(words[1]), words[2], words[4]
    if minute > 59 or hour > 23:
        return None
    clock = f"{hour:02d}:{minute:02d}"
    if day == "*" and weekday == "*":
        return f"daily {clock}"
    if day.isdigit() and weekday == "*":
        return f"monthly {int(day)} {clock}"
    if day == "*":
        names = _weekdays(weekday)
        return f"{','.join(names)} {clock}" if names else None
    return None


def _weekdays(field: str) -> list[str]:
    names: list[str] = []
    for part in field.lower().split(","):
        first, _, last = part.partition("-")
        start, end = _weekday(first), _weekday(last or first)
        if start is None or end is None:
            return []
        names += [_DAYS[number % 7] for number in range(start, (end if end >= start else end + 7) + 1)]
    return names


def _weekday(word: str) -> int | None:
    if word.isdigit() and int(word) <= 7:
        return int(word)
    return _DAYS.index(word[:3]) if word[:3] in _DAYS else None
