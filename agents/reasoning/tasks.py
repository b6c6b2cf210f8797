"""Finds the tasks in notes of a meeting: lines that say that somebody will do something."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from agents.core.reasoning import MAX_TEXT
from agents.reasoning.sentences import sentences_of
from agents.reasoning.values import dates_in

_MARK = re.compile(
    r"^\s*(?:[-*•]\s*)?(?:\[[ x]\]\s*|(?:action(?: item)?|ai|todo|to do|task|next step|follow[- ]?up)s?\s*[:\u2013-]\s*)",
    re.IGNORECASE,
)
_CHECKED = re.compile(r"^\s*(?:[-*•]\s*)?\[x\]", re.IGNORECASE)
_NAME = r"@?[^\W\d_][\w'.-]{1,30}(?: [A-Z][\w'-]{1,30})?"
_PROMISE = re.compile(
    rf"^(?P<who>{_NAME})(?:,)? (?:will|is going to|has to|needs to|must|should|takes care of|to)\b (?P<what>\S.{{4,}})"
)
_ASSIGNED = re.compile(rf"^(?P<who>{_NAME})\s*[:\u2013-]\s+(?P<what>\S.{{4,}})")
_I_WILL = re.compile(r"^(?:I will|I'll|I am going to)\s+(?P<what>\S.{4,})")
_UNTIL = re.compile(
    r"\b(?:by|until|before|due(?: on)?|till)\s+(?P<when>(?:the )?(?:end of (?:the )?(?:day|week|month)|next week|"
    r"tomorrow|today|(?:next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|[\w./ -]{4,24}?))(?=[,.;)]|\s*$)",
    re.IGNORECASE,
)
_NOBODY = frozenset(
    {
        "we",
        "they",
        "it",
        "he",
        "she",
        "you",
        "this",
        "that",
        "there",
        "everyone",
        "somebody",
        "someone",
        "nobody",
        "who",
    }
    | {"what", "the", "team", "all", "note"}
)
_VERBS_WITH_TO = frozenset(
    {
        "write",
        "talk",
        "speak",
        "reply",
        "respond",
        "go",
        "get",
        "send",
        "add",
        "move",
        "try",
        "need",
        "remember",
        "reach",
    }
    | {
        "listen",
        "agree",
        "apply",
        "connect",
        "give",
        "invite",
        "plan",
        "prepare",
        "present",
        "report",
        "return",
        "switch",
    }
)
"""“Write to the landlord” names nobody called Write."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST = 20


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task as it was said. `marked` tells that the notes call it a task; others are read from the sentence."""

    what: str
    who: str
    due: str
    quote: str
    marked: bool


def find_tasks(text: str, *, today: date | None = None) -> list[Task]:
    """At most twenty tasks, in the order of the notes. `today` turns "by Friday" into a day; without it the words stay."""
    found: dict[str, Task] = {}
    for line in text[:MAX_TEXT].splitlines():
        if _CHECKED.match(line):
            continue
        marked = bool(_MARK.match(line))
        rest = _MARK.sub("", line, count=1) if marked else line
        for sentence in [" ".join(rest.split())] if marked else sentences_of(rest):
            task = _task(sentence, marked, today)
            if task is not None:
                found.setdefault(task.what.casefold(), task)
    return list(found.values())[:_MOST]


def _task(sentence: str, marked: bool, today: date | None) -> Task | None:
    promise = _PROMISE.match(sentence) or (_ASSIGNED.match(sentence) if marked else None)
    who, what = "", sentence
    if promise and _is_somebody(promise["who"]):
        who, what = promise["who"], promise["what"]
    elif said := _I_WILL.match(sentence):
        what = said["what"]
    elif not marked:
        return None
    if not marked and not who:
        return None
    until = _UNTIL.search(what)
    due = until["when"].strip() if until else ""
    plain = (what[: until.start()] + what[until.end() :]) if until else what
    plain = " ".join(plain.split()).strip(" .,;:-")
    if len(plain) < 3:
        return None
    return Task(
        what=plain[:300], who=who.lstrip("@")[:80], due=_day(due, today)[:40], quote=sentence[:300], marked=marked
    )


def _is_somebody(word: str) -> bool:
    """Whether a word can be a name: written like one, and none of the words that begin sentences."""
    plain = word.lstrip("@")
    return (word[0] == "@" or word[0].isupper()) and plain.casefold() not in _NOBODY | _VERBS_WITH_TO


def _day(said: str, today: date | None) -> str:
    """The day that is meant, as YYYY-MM-DD where it can be told."""
    written = [value for value, _, sure, _ in dates_in(said) if sure > 0.9]
    if len(written) == 1:
        return written[0]
    word = said.casefold().removeprefix("the ").strip()
    if today is None or not word:
        return said
    if word in ("today", "end of day", "end of the day"):
        return today.isoformat()
    if word == "tomorrow":
        return (today + timedelta(days=1)).isoformat()
    if word in ("end of week", "end of the week"):
        return (today + timedelta(days=(4 - today.weekday()) % 7)).isoformat()
    name = word.removeprefix("next ")
    if name in _DAYS:
        ahead = (_DAYS.index(name) - today.weekday()) % 7 or 7
        return (today + timedelta(days=ahead)).isoformat()
    return said
