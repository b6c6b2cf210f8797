"""Times and zones as people write them, brought to the form that schedules read."""

import re
from collections.abc import Sequence

from agents.core.errors import InvalidInput
from agents.core.spec import EXCEPT_HOLIDAYS, read_spec, without_holidays

_CLOCK = re.compile(r"^(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?$", re.IGNORECASE)
_FILLERS = ("every", "each", "at", "on", "the", "and", "weekly")
_SAID: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\bnoon\b", re.IGNORECASE), "12:00"),
    (re.compile(r"\bmidnight\b", re.IGNORECASE), "00:00"),
    (re.compile(r"\bat (\d{1,2})$", re.IGNORECASE), r"at \1:00"),
    (
        re.compile(
            r"\b(?:on |at )?(?:the )?(?:last day|end) of (?:the|each|every) month\b|\bmonth end\b", re.IGNORECASE
        ),
        "monthly last",
    ),
)
"""Turns of phrase, and what they mean in the words that schedules read."""
_ONE = {"weekday": "weekdays", "day": "daily", "morning": "daily", "weekend": "weekends"}


def spec_of(words: Sequence[str]) -> str:
    """`every weekday at 9am except holidays` becomes `weekdays 09:00 except holidays`. What cannot be read stays as it is:
    `agents.core.spec.read_spec` says what is wrong with it."""
    whole = " ".join(" ".join(words).split())
    if _is_readable(whole):
        return whole
    always, skips = without_holidays(whole)
    for said, meant in _SAID:
        always = said.sub(meant, always)
    return f"{_always(always.split())}{EXCEPT_HOLIDAYS if skips else ''}"


def zone_in(words: Sequence[str]) -> tuple[str, list[str]]:
    """The word that names a time zone, "" without one, and the other words."""
    zone = next((word for word in words if _names_zone(word)), "")
    return zone, [word for word in words if word != zone]


def _always(words: list[str]) -> str:
    by_the_clock = " ".join(_clock(word) or word for word in words)
    if _is_readable(by_the_clock):
        return by_the_clock
    kept = [word.lower().strip(",") for word in words if word.lower() not in _FILLERS]
    if kept and kept[-1] in ("am", "pm") and len(kept) > 1:
        kept = [*kept[:-2], kept[-2] + kept[-1]]
    clocks = [_clock(word) for word in kept]
    days = [word for word, clock in zip(kept, clocks, strict=True) if clock is None]
    times = [clock for clock in clocks if clock is not None]
    if "monthly" in days or "month" in days:
        return " ".join(["monthly" if word == "month" else word for word in kept[:2]] + times[-1:])
    if not times:
        return " ".join(words)
    joined = ",".join(_ONE.get(word, word) for word in days)
    return f"{joined or 'daily'} {','.join(times)}"


def _names_zone(word: str) -> bool:
    """`Europe/Berlin`, `UTC`; not `mon/2`, which is cron."""
    first, slash, last = word.partition("/")
    return word.upper() == "UTC" or bool(slash and first.isalpha() and not last.isdigit())


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
