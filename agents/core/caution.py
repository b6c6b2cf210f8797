"""Signs in a text that a person should look before anything happens: hidden orders, and secrets.

These are signals that escalate, never the guard: what protects is that every call goes through the policy.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

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

_SECRETS = (
    ("a Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}"),
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"),
    ("a cloud access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    (
        "an access token",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{20,}|AIza[\w-]{30,})",
    ),
    ("a signed token", r"\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}"),
    (
        "a password",
        r"(?i)\b(?:password|passwd|passwort|pwd|passphrase|api[ _-]?key|secret|token)(?:\s*(?:is|ist|=|:)\s*)[\"'`]?"
        r"(?=\S*[\d!-/:-@\[-`{-~])[^\s\"'`]{6,}",
    ),
)
_SECRET = tuple((name, re.compile(rule)) for name, rule in _SECRETS)
_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")


class Sign(StrEnum):
    ORDER = "order"
    HIDDEN = "hidden"
    SECRET = "secret"  # noqa: S105 - the name of a sign, not a secret


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
    found.extend(Caution(sign=Sign.SECRET, what=f"it holds {name}") for name, _ in _secrets(start))
    return tuple(found)


def mask_secrets(text: str) -> str:
    """The text with every secret replaced by its kind in brackets."""
    for name, secret in sorted(_secrets(text), key=lambda pair: -len(pair[1])):
        text = text.replace(secret, f"[{name} removed]")
    return text


def show_hidden(text: str) -> str:
    """The text with hidden characters made visible as their code points, and joiners inside emoji left alone."""
    return _HIDDEN.sub(lambda hit: hit.group(0) if hit.group(0) in _INNOCENT else f"<U+{ord(hit.group(0)):04X}>", text)


_INNOCENT = frozenset("\u200d\u200e\u200f\ufeff")
"""Joiners inside emoji, and direction marks that right-to-left text needs."""


def _is_disguise(text: str) -> bool:
    return any(char not in _INNOCENT for char in _HIDDEN.findall(text))


def _secrets(text: str) -> list[tuple[str, str]]:
    found = [(name, hit.group(0)) for name, rule in _SECRET for hit in rule.finditer(text)]
    found += [("a card number", hit.group(0)) for hit in _CARD.finditer(text) if _luhn(hit.group(0))]
    return found


def _luhn(number: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1)."""
    digits = [int(char) for char in number if char.isdigit()]
    if len(set(digits)) == 1 or digits[0] not in (2, 3, 4, 5, 6):
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
