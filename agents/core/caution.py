"""Signs in a text that a person should look before anything happens: hidden orders, and secrets.

These are signals that escalate, never the guard: what protects is that every call goes through the policy.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from agents.core.redaction import redact

_LOOKED_AT = 40_000
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")

_ORDERS = (
    r"\b(ignore|disregard|forget|override|bypass)\b.{0,40}\b(instructions?|rules|prompts?|polic(y|ies)|guidelines|approvals?)",
    r"\b(system|developer) (prompt|message|instructions?)\b",
    r"\byou are (now )?(an? |the )?(\w+ )?(ai|assistant|bot|agent|admin(istrator)?|model|root|dan)\b",
    r"\b(act|behave|respond|pretend) as (if|though|an? (admin|ai|system))",
    r"\bnew instructions?\s*:",
    r"<\s*/?\s*(system|assistant|user|instructions?|tool_call|function_call)\b",
    r"\[/?(INST|SYS)\]|<\|[a-z_]+\|>",
    r"\bwithout (any |the |an |asking |waiting )*(approval|permission|confirmation|review)\b",
    r"\b(do not|don't|never) (tell|ask|inform|notify|escalate)( to)? (any|a |the )?"
    r"(human|person|people|user|approver|operator|anyone)",
    r"\b(reveal|print|repeat|show|send)\b.{0,30}\b(system prompt|your instructions|api keys?|credentials|secrets?)\b",
    r"\b(call|invoke|use|run|execute) (the )?(tool|function|command)\b",
)
_ORDER = re.compile("|".join(f"(?:{rule})" for rule in _ORDERS), re.IGNORECASE | re.DOTALL)


class Sign(StrEnum):
    ORDER = "order"
    HIDDEN = "hidden"
    SECRET = "secret"


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One sign. `what` names it in words for people and never repeats a secret."""

    sign: Sign
    what: str


def cautions(text: str) -> tuple[Caution, ...]:
    """Every sign in a text, each kind once."""
    start = text[:_LOOKED_AT]
    found: list[Caution] = []
    order = _ORDER.search(_HIDDEN.sub("", start))
    if order:
        quote = " ".join(order.group(0).split())[:80]
        found.append(Caution(sign=Sign.ORDER, what=f"it reads like an order to the bot: “{quote}”"))
    hidden = _HIDDEN.findall(start)
    if hidden and _is_disguise(start):
        found.append(Caution(sign=Sign.HIDDEN, what=f"it holds {len(hidden)} hidden characters"))
    if redact(start) != start:
        found.append(Caution(sign=Sign.SECRET, what="it holds what looks like a password, a token or a card number"))
    return tuple(found)


_INNOCENT = frozenset("\u200d\u200e\u200f\ufeff")
"""Joiners inside emoji, and direction marks that right-to-left text needs."""


def _is_disguise(text: str) -> bool:
    return any(char not in _INNOCENT for char in _HIDDEN.findall(text))
