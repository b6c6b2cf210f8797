"""Text from outside: what hides in it is shown, and it is bounded."""

import re
import unicodedata

_SUSPECT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Characters that take no room, or turn the direction of what follows: what is read is then not what is there."""

_JOINERS = "\u200c\u200d"
_FLAG = "\U0001f3f4"
_TAGS = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")


def visible(text: str) -> str:
    """The text with every hidden character written out, as `⟨U+202E⟩`. What languages and emoji need stays: joiners between
    letters of other scripts or parts of an emoji, and the flags of regions."""
    if text.isascii() and text.isprintable():
        return text
    return _SUSPECT.sub(lambda found: _shown(text, found), text)


def has_hidden(text: str) -> bool:
    """Whether anything in the text does not show."""
    return visible(text) != text


def bounded(text: str, limit: int) -> str:
    """At most `limit` characters; says how many are missing."""
    if len(text) <= limit:
        return text
    note = f" … ({len(text) - limit:,} more characters)"
    return text[: max(0, limit - len(note))] + note if limit > len(note) else text[:limit]


def _shown(text: str, found: re.Match[str]) -> str:
    sign, place = found[0], found.start()
    before = text[place - 1] if place else ""
    after = text[place + 1] if place + 1 < len(text) else ""
    if sign in _JOINERS and _joins(before) and _joins(after):
        return sign
    if sign >= "\U000e0020" and _FLAG in text and any(m.start() < place < m.end() for m in _TAGS.finditer(text)):
        return sign
    return f"⟨U+{ord(sign):04X}⟩"


def _joins(sign: str) -> bool:
    """Whether a joiner beside this character does what joiners are for: letters beyond Latin, and parts of emoji."""
    if not sign or sign.isascii():
        return False
    kind = unicodedata.category(sign)
    return kind in ("So", "Sk", "Mn", "Mc") or sign == "\ufe0f" or (kind == "Lo" and sign not in "ㅤﾠ")
