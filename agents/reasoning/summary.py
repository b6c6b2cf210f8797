"""Extractive summary: picks the sentences that carry a thread and invents none.

A sentence is worth the weight of the words it shares with the rest of the thread, more when it opens the thread or says
what was decided; each next pick is worth less the more it repeats what is there (maximal marginal relevance, Carbonell
and Goldstein 1998).
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agents.core.reasoning import MAX_TEXT, Message, Point, Summary
from agents.reasoning.sentences import overlap, sentences_of, stems_of

MODEL = "extractive-1"

_DECISION = re.compile(
    r"\b(decided?|decision|agreed?|we('ll| will)|i('ll| will)|let's|fix(ed)?|solved|resolved|works now|root cause|"
    r"the reason|turned out|workaround|confirm(ed)?|deadline|due|"
    r"by (mon|tues|wednes|thurs|fri)day|next step|action|conclusion)\b",
    re.IGNORECASE,
)
_MOST_MESSAGES = 2_000
_SHORTEST = 4
_IDEAL = 30
_SAMENESS = 0.8
_WORTH_SAYING = 0.2
_SAID_ONCE = 0.15


@dataclass(frozen=True, kw_only=True)
class _Sentence:
    text: str
    message: int
    stems: tuple[str, ...]
    worth: float


def summarise(messages: Sequence[Message], points: int = 5) -> Summary:
    """At most `points` sentences, in the order of the thread."""
    kept, cut = _bounded(messages)
    split = [(number, text) for number, message in enumerate(kept) for text in sentences_of(message.text)]
    spoken = Counter(stem for _, text in split for stem in set(stems_of(text)))
    weight = {stem: math.log1p(count) if count > 1 else _SAID_ONCE for stem, count in spoken.items()}
    candidates = [_rate(number, text, weight, len(kept)) for number, text in split]
    chosen = _pick([one for one in candidates if one.worth > 0], weight, max(1, points))
    chosen.sort(key=lambda one: (one.message, candidates.index(one)))
    covered = {stem for one in chosen for stem in one.stems}
    whole = sum(weight.values())
    return Summary(
        points=tuple(
            Point(text=one.text, message=one.message, author=kept[one.message].author, url=kept[one.message].url)
            for one in chosen
        ),
        confidence=sum(weight.get(stem, 0.0) for stem in covered) / whole if whole else 0.0,
        messages=len(kept),
        cut=cut,
        model=MODEL,
    )


def _bounded(messages: Sequence[Message]) -> tuple[list[Message], bool]:
    """The newest messages that fit: a long thread's end says how it stands."""
    kept: list[Message] = []
    room = MAX_TEXT * 5
    for message in reversed(messages[-_MOST_MESSAGES:]):
        room -= len(message.text)
        if room < 0:
            break
        kept.append(message)
    return kept[::-1], len(kept) < len(messages)


def _rate(number: int, text: str, weight: dict[str, float], messages: int) -> _Sentence:
    stems = tuple(dict.fromkeys(stems_of(text)))
    words = len(text.split())
    worth = sum(weight.get(stem, 0.0) for stem in stems) / math.sqrt(max(_SHORTEST, words))
    if len(stems) < 2:
        worth = 0.0
    if words > _IDEAL:
        worth *= _IDEAL / words
    if _DECISION.search(text):
        worth *= 1.5
    if number == 0:
        worth *= 1.5
    elif number >= messages - 2:
        worth *= 1.2
    return _Sentence(text=text, message=number, stems=stems, worth=worth)


def _pick(candidates: list[_Sentence], weight: dict[str, float], points: int) -> list[_Sentence]:
    chosen: list[_Sentence] = []
    rest = sorted(candidates, key=lambda one: -one.worth)[:400]
    rest = [one for one in rest if one.worth >= rest[0].worth * _WORTH_SAYING]
    while rest and len(chosen) < points:
        alike = {id(one): max((overlap(one.stems, said.stems, weight) for said in chosen), default=0.0) for one in rest}
        best = max(rest, key=lambda one: one.worth * (1 - 0.7 * alike[id(one)]))
        rest.remove(best)
        if alike[id(best)] < _SAMENESS:
            chosen.append(best)
    return chosen
