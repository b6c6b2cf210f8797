"""The five fields of cron: minute, hour, day of the month, month, day of the week. Pure.

A field is `*`, a number, a range `1-5`, a step `*/15` or `8-18/2`, or several of these with commas; months and days of the
week may be named. As in cron since 1987, when both kinds of day are named, either counts; and Sunday is 0 and 7.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from itertools import product

from agents.core.errors import InvalidInput

EXAMPLE = "Write it like `cron 0 9 * * 1-5`: minute, hour, day, month, weekday."
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_FIELD = r"[\d*/,\-a-z]+"
_CRON = re.compile(rf"^[\d*][\d*/,\-]* [\d*][\d*/,\-]* {_FIELD} {_FIELD} {_FIELD}$")
_PART = re.compile(r"^(?:(\*)|([\da-z]+)(?:-([\da-z]+))?)(?:/(\d+))?$")


@dataclass(frozen=True, kw_only=True)
class Cron:
    """When it fires. `weekdays` count from Monday as 0; `either` says that both kinds of day were named."""

    times: tuple[time, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either: bool

    def includes(self, day: date) -> bool:
        """Whether it fires on that day at all."""
        if day.month not in self.months:
            return False
        by_number, by_name = day.day in self.days, day.weekday() in self.weekdays
        return by_number or by_name if self.either else by_number and by_name


def looks_like_cron(text: str) -> bool:
    """Whether somebody meant five fields, with or without the word before them."""
    return text.startswith("cron ") or bool(_CRON.match(text))


def read_cron(text: str) -> Cron:
    """Reads five fields in lower case. Raises `InvalidInput` that names the field, and for days that no month has."""
    fields = text.split()
    if len(fields) != 5:
        raise InvalidInput(f"cron has five fields, and “{text}” has {len(fields)}. {EXAMPLE}")
    minutes = _field(fields[0], "minute", 0, 59)
    hours = _field(fields[1], "hour", 0, 23)
    days = _field(fields[2], "day", 1, 31)
    months = _field(fields[3], "month", 1, 12, MONTHS)
    weekdays = frozenset((number - 1) % 7 for number in _field(fields[4], "weekday", 0, 7, WEEKDAYS))
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    if not either and all(min(days) > LONGEST[month - 1] for month in months):
        raise InvalidInput(f"No month has the day that “{text}” names, so it would never come. {EXAMPLE}")
    return Cron(
        times=tuple(time(hour, minute) for hour, minute in product(sorted(hours), sorted(minutes))),
        days=days,
        months=months,
        weekdays=weekdays,
        either=either,
    )


def _field(text: str, what: str, least: int, most: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.match(part)
        if match is None:
            raise InvalidInput(f"I cannot read “{part}” as a {what}. {EXAMPLE}")
        star, first, last, step = match.groups()
        if star:
            start, end = least, most
        else:
            start = _number(first, what, least, most, names)
            end = _number(last, what, least, most, names) if last else most if step else start
        if end < start or (step and int(step) == 0):
            raise InvalidInput(f"“{part}” holds no {what}. {EXAMPLE}")
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(word: str, what: str, least: int, most: int, names: tuple[str, ...]) -> int:
    if word[:3] in names:
        return names.index(word[:3]) + least
    if not word.isdecimal() or not least <= int(word) <= most:
        raise InvalidInput(f"“{word}” is no {what}: it goes from {least} to {most}. {EXAMPLE}")
    return int(word)
