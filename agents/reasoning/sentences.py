"""Cuts texts into sentences and weighs their words; what summaries and drafts share."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

_SPLIT = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[\"'(\[]*[^\W\d_a-z]|\d)|\n+")
_BULLET = re.compile(r"^\s*(?:[-*•\u2013]|\d{1,2}[.)])\s+")
_QUOTED = re.compile(r"```(?s:.*?)```|^>.*$", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_LONGEST = 600

STOP_WORDS = frozenset(
    """
    a about after again all also am an and any are as at be because been before being but by can could did
    do does doing done for from get go got had has have having he her here hers hi him his how i if in into
    is it its just know let like ll make me more most much my no not now of off ok okay on one only or other
    our out over own please re really right said same say see she should so some still such than thank
    thanks that the their them then there these they thing think this those to too try um uh under until up
    us use ve very want was way we well were what when where which while who why will with would yeah yes
    yet you your der die das und ist ich nicht ein eine zu mit auf le la les un une et est pas que qui pour
    dans el los las es de del en con por para für
    """.split()  # noqa: SIM905 - two hundred quoted words read worse
)


def sentences_of(text: str) -> list[str]:
    """The sentences of a text without quoted parts and code, each 600 characters at most."""
    plain = _QUOTED.sub("\n", text)
    pieces = (" ".join(_BULLET.sub("", piece).split()) for piece in _SPLIT.split(plain))
    return [piece[:_LONGEST] for piece in pieces if piece]


def stems_of(text: str) -> list[str]:
    """The words that carry meaning, cut to a rough stem so that endings do not hide a match."""
    return [_stem(word) for word in _WORD.findall(text.casefold()) if word not in STOP_WORDS]


def _stem(word: str) -> str:
    for ending in (
        "ations",
        "ation",
        "ments",
        "ment",
        "ings",
        "ing",
        "ies",
        "ied",
        "ers",
        "ed",
        "er",
        "es",
        "s",
        "y",
        "e",
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def rarity(texts: Sequence[str]) -> dict[str, float]:
    """How telling each stem is among these texts: rare ones weigh more."""
    seen = Counter(stem for text in texts for stem in set(stems_of(text)))
    return {stem: math.log((1 + len(texts)) / (1 + count)) + 1 for stem, count in seen.items()}


def overlap(left: Iterable[str], right: Iterable[str], weight: dict[str, float]) -> float:
    """Weighted cosine of two bags of stems, from 0 to 1."""
    first, second = set(left), set(right)
    common = sum(weight.get(stem, 1.0) ** 2 for stem in first & second)
    size = math.sqrt(sum(weight.get(s, 1.0) ** 2 for s in first) * sum(weight.get(s, 1.0) ** 2 for s in second))
    return common / size if size else 0.0
