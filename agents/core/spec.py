"""When something recurs, as people write it: words, intervals or cron, and back to one form. Pure."""

import re
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from agents.core.cron import LONGEST, MONTHS, Cron, looks_like_cron, read_cron
from agents.core.errors import InvalidInput

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
EXCEPT_HOLIDAYS = " except holidays"

_TIME = re.compile(r"^(\d{1,2})[:.](\d{2})\s*$")
_EVERY = re.compile(r"^every (?:(\d{1,6}) ?)?(m|min|mins|minutes?|h|hours?)(?= |$)(.*)$")
_WINDOW = re.compile(r" (?:from|between) (\S+) (?:to|and|until) (\S+)(?= |$)")
_ON = re.compile(r" on (.+)$")
_EXCEPT = re.compile(
    r",?\s+(?:but )?(?:except|excluding|without|skip|skipping|no|not)(?: for)?(?: on)?(?: the)?(?: public| bank)? holidays?\b",
    re.IGNORECASE,
)
_MONTH = rf"({'|'.join(MONTHS)})[a-z]*"
_DATE = re.compile(rf"\b(?:(\d{{1,2}})[a-z.]*[ ,]+(?:of )?{_MONTH}|{_MONTH}[ ,]+(\d{{1,2}})(?![:.\d]))\b")
_WHOLE_DATE = re.compile(r"\b\d{4}-(\d{1,2})-(\d{1,2})\b")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """`days` are days of the week (0 is Monday), or empty when `month_day` says which day of the month: 1 to 31, where a
    shorter month uses its last day, or -1 for the last day always. `cron` says the days instead of both. `written` is
    the form to show where the days and times alone would not say it as well. `skips_holidays` leaves out the days that
    the settings call holidays."""

    days: frozenset[int]
    month_day: int | None
    times: tuple[time, ...]
    cron: Cron | None = None
    written: str = ""
    skips_holidays: bool = False

    def __str__(self) -> str:
        """The form that `read_spec` reads back."""
        return f"{self._always}{EXCEPT_HOLIDAYS if self.skips_holidays else ''}"

    @property
    def _always(self) -> str:
        if self.written:
            return self.written
        clock = ",".join(f"{moment:%H:%M}" for moment in self.times)
        if self.month_day is not None:
            return f"monthly {'last' if self.month_day == -1 else self.month_day} {clock}"
        for word, days in WORDS.items():
            if self.days == frozenset(days):
                return f"{word} {clock}"
        return f"{','.join(DAYS[day][:3] for day in sorted(self.days))} {clock}"

    def includes(self, day: date) -> bool:
        """Whether it comes on that day at all, holiday or not."""
        if self.cron is not None:
            return self.cron.includes(day)
        if self.month_day is None:
            return day.weekday() in self.days
        last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        wanted = last.day if self.month_day == -1 else min(self.month_day, last.day)
        return day.day == wanted


def read_spec(text: str) -> Spec:
    """Reads what a person wrote. Raises `InvalidInput` with examples, also for what never comes or comes too often."""
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(f"That is too long for a time. Write it like {EXAMPLES}.")
    always, skips = without_holidays(text)
    spec = replace(_read(" ".join(always.lower().split())), skips_holidays=skips)
    minutes = [moment.hour * 60 + moment.minute for moment in spec.times]
    following = [*minutes[1:], minutes[0] + 24 * 60]
    closest = min(later - earlier for earlier, later in zip(minutes, following, strict=True))
    if closest < LEAST_MINUTES:
        raise InvalidInput(
            f"“{text.strip()}” comes too often: {LEAST_MINUTES} minutes must lie between two times. "
            f"For example `every {LEAST_MINUTES} minutes` or `every hour`."
        )
    return spec


def without_holidays(text: str) -> tuple[str, bool]:
    """The text without its "except holidays", and whether that was there."""
    always = _EXCEPT.sub("", f" {text}").strip()
    return always, always != text.strip()


def _read(text: str) -> Spec:
    if looks_like_cron(text):
        fields = text.removeprefix("cron ")
        cron = read_cron(fields)
        return Spec(days=frozenset(), month_day=None, times=cron.times, cron=cron, written=f"cron {fields}")
    _refuse_date(text)
    if text.startswith("every "):
        return _every(text)
    words = text.replace(" at ", " ").replace(", ", ",").split()
    if len(words) >= 2 and words[0] in ("monthly", "month-end"):
        return _monthly(words, text)
    if len(words) == 1 and _TIME.match(words[0].split(",")[0]):
        words = ["daily", *words]
    if len(words) == 1 and _is_days(words[0]):
        raise InvalidInput(f"At what time? For example `{words[0]} 09:00`.")
    if len(words) != 2:
        raise InvalidInput(f"I cannot read “{text}” as a time. Write it like {EXAMPLES}.")
    return Spec(days=_days(words[0]), month_day=None, times=_times(words[1]))


def _refuse_date(text: str) -> None:
    """A day of the year is no form of ours; whoever writes one is told how cron says it, or that there is no such day."""
    found, whole = _DATE.search(text), _WHOLE_DATE.search(text)
    if whole is not None and 1 <= int(whole[1]) <= 12:
        month, day = int(whole[1]) - 1, int(whole[2])
    elif found is not None:
        day, month = int(found[1] or found[4]), MONTHS.index(found[2] or found[3])
    else:
        return
    name = date(2000, month + 1, 1).strftime("%B")
    if not 1 <= day <= LONGEST[month]:
        raise InvalidInput(
            f"There is no {day} {name}: that month has at most {LONGEST[month]} days, so it would never come. "
            "For the last day of each month write `monthly last 09:00`."
        )
    raise InvalidInput(
        f"What comes once a year is written as cron. For {day} {name} at 09:00: `cron 0 9 {day} {month + 1} *`."
    )


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
        first, dash, last = part.partition("-")
        start, end = _day(first), _day(last if dash else first)
        found.update(number % 7 for number in range(start, end + (7 if end < start else 0) + 1))
    return frozenset(found)


def _is_days(word: str) -> bool:
    try:
        return bool(_days(word))
    except InvalidInput:
        return False


def _day(word: str) -> int:
    matching = [number for number, day in enumerate(DAYS) if len(word) >= 2 and f"{day}s".startswith(word)]
    if len(matching) != 1:
        raise InvalidInput(f"I do not know the day “{word}”. Write it like {EXAMPLES}.")
    return matching[0]


def _times(word: str) -> tuple[time, ...]:
    found: set[time] = set()
    for part in word.split(","):
        match = _TIME.match(part)
        if not match or int(match[1]) > 23 or int(match[2]) > 59:
            raise InvalidInput(f"“{part}” is not a time of day. Write it like 09:00, on the 24-hour clock.")
        found.add(time(int(match[1]), int(match[2])))
    return tuple(sorted(found))
