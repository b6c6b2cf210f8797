"""Reads what somebody typed after `/ops`: words, quoted strings, key=value."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

_QUOTES = {"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'"}
_TOKEN = re.compile(r"""\s*(?:([A-Za-z_][\w-]*)=)?(?:"((?:[^"\\]|\\.)*)"|(\S+))""")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What was typed. `rest` is all of it as it stood; `plain` the words in order; `named` what had the form key=value."""

    rest: str = ""
    plain: Sequence[str] = ()
    named: Mapping[str, str] = field(default_factory=dict)

    @property
    def first(self) -> str:
        return self.plain[0] if self.plain else ""

    def after_first(self) -> "Words":
        """Everything behind the first word."""
        return read_words(self.rest.strip().partition(" ")[2] if self.rest.strip() else "")


def read_words(text: str) -> Words:
    """Never raises: a quote that is not closed is a character like any other. Curly quotes count as straight ones."""
    plain: list[str] = []
    named: dict[str, str] = {}
    straight = "".join(_QUOTES.get(letter, letter) for letter in text)
    for found in _TOKEN.finditer(straight):
        key, quoted, bare = found.groups()
        value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
        if key:
            named[key.lower()] = value
        else:
            plain.append(value)
    return Words(rest=text.strip(), plain=tuple(plain), named=named)


def near(word: str, known: Sequence[str]) -> list[str]:
    """Known words that somebody may have meant, likeliest first."""
    lower = word.lower()
    starts = [one for one in known if lower and one.startswith(lower)]
    close = get_close_matches(lower, known, n=3, cutoff=0.6)
    return list(dict.fromkeys([*starts, *close]))[:3]


def mentioned(word: str, sign: str) -> str | None:
    """The id in an escaped mention: `<@U1|ana>` with sign `@`, `<#C1|support>` with `#`, `<!subteam^S1>` with `^`."""
    patterns = {
        "@": r"<@([UW]\w+)(?:\|[^>]*)?>",
        "#": r"<#([CGD]\w+)(?:\|[^>]*)?>",
        "^": r"<!subteam\^(S\w+)(?:\|[^>]*)?>",
    }
    found = re.fullmatch(patterns[sign], word.strip())
    return found[1] if found else None


def unescaped(text: str) -> str:
    """What a person typed, with Slack's three entities and its link markup turned back into characters."""
    text = re.sub(r"<(https?://[^|>]+)(?:\|[^>]*)?>", r"\1", text)
    text = re.sub(r"<mailto:([^|>]+)(?:\|[^>]*)?>", r"\1", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
