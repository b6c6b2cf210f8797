"""What a classifier sees of a text: words, pairs of words, and runs of letters that survive typos and endings."""

import re
import unicodedata
from collections.abc import Callable, Iterator

from agents.core.reasoning import MAX_TEXT

RULES = "(rule) "
"""Marks a feature that a rule found; people see it among the words that decided."""

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_LETTERS = (2, 3, 4)
_LONGEST_WORD = 40
_MOST_WORDS = 3_000

Signals = Callable[[str], tuple[str, ...]]


def words_of(text: str) -> list[str]:
    """The words of a text in lower case and normal form; numbers keep only their length, for ids carry no meaning."""
    plain = unicodedata.normalize("NFKC", text[:MAX_TEXT]).casefold()
    plain = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    found = _WORD.findall(plain)[:_MOST_WORDS]
    return ["0" * min(len(word), 6) if word.isdigit() else word[:_LONGEST_WORD] for word in found]


def features_of(text: str, signals: Signals | None = None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yields each feature with the words it comes from; a feature that occurs again is yielded again."""
    before = ""
    for word in words_of(text):
        yield f"w:{word}", (word,)
        if before:
            yield f"p:{before} {word}", (before, word)
        before = word
        padded = f" {word} "
        for size in _LETTERS:
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size], (word,)
    for name in signals(text) if signals else ():
        yield f"r:{name}", (RULES + name,)
