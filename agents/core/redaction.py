"""Secrets are replaced before a text is shown, logged, kept in the audit or given to a model.

Patterns find what looks like a secret; `Redactor.known` also hides secrets by their exact value. It errs on the side of
hiding: a hidden order number costs a click, a leaked token costs a workspace.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

HIDDEN = "[secret]"
MASKED = "[hidden]"

_SECRETS = re.compile(
    r"""
    (?<![\w-])x(?:ox[a-z]|app|wfp)[-.][A-Za-z0-9.-]{8,}                        # Slack tokens
  | (?<=hooks\.slack\.com/)[^\s"'<>|]+                                 # incoming webhooks
  | (?<=/response/)[A-Za-z0-9_-]{8,}                                   # answer addresses of the local Slack
  | (?<=[?&]ticket=)[^&\s"']+                                          # tickets of a Socket Mode address
  | -----BEGIN[ ][A-Z0-9 ]*PRIVATE[ ]KEY-----[\s\S]*?(?:-----END[ ][A-Z0-9 ]*PRIVATE[ ]KEY-----|\Z)
  | \b(?:AKIA|ASIA)[0-9A-Z]{16}\b                                      # AWS
  | (?<![\w-])(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,})
  | (?<![\w-])(?:sk|rk|pk)[-_](?:live|test|proj|ant|or)[-_][\w-]{8,}           # payment and model providers
  | (?<![\w-])sk-[A-Za-z0-9]{20,}
  | (?<![\w-])AIza[\w-]{30,}                                                   # Google
  | (?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{5,}                             # JSON web tokens
  | (?<![\w-])SG\.[\w-]{16,}\.[\w-]{16,}                                       # mail providers
  | (?<=://)[^/\s:@]+:[^/\s@]+(?=@)                                    # name and password in an address
  | (?i:(?<=bearer[ ])|(?<=basic[ ]))[A-Za-z0-9+/_.=~-]{16,}           # authorization headers
    """,
    re.VERBOSE,
)
_SIGNS = (
    *("xox", "xapp", "xwfp", "hooks.slack", "/response/", "ticket=", "-begin ", "akia", "asia", "ghp_", "gho_", "ghu_"),
    *("ghs_", "ghr_", "github_pat", "glpat", "sk-", "sk_", "rk-", "rk_", "pk-", "pk_", "aiza", "eyj", "sg.", "://"),
    *("bearer ", "basic "),
)
"""A text without any of these, in small letters, holds no match of `_SECRETS`: most texts are passed at once."""

_ASSIGNED = re.compile(
    r"""(?ix)
    (?P<name> (?<!\w)[\w-]{0,40}
      (?:passw(?:or|o)?[dt]?|passwd|pwd|passphrase|secret|api[ _-]?key|access[ _-]?key|auth[_-]?token|token)
      [\w-]{0,20}["']? \s{0,4} (?:=|:|\bis\b) \s{0,4} ["'`]? )
    (?P<value> (?=[^\s"'`,;]{0,200}?(?:\d|[!-/:-@\[-`{-~]\w)) [^\s"'`,;]{6,} )
    """
)
_NAMES = ("pass", "pwd", "secret", "key", "token")
_DIGITS = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])")


def redact(text: str) -> str:
    """The text with everything that looks like a secret, or like a payment card, replaced by a mark."""
    if len(text) < 8:
        return text
    small = text.lower()
    if any(sign in small for sign in _SIGNS):
        text = _SECRETS.sub(HIDDEN, text)
    if any(sign in small for sign in _NAMES):
        text = _ASSIGNED.sub(lambda found: found["name"] + HIDDEN, text)
    return _DIGITS.sub(_card, text)


@dataclass(frozen=True, kw_only=True)
class Redactor:
    """Hides secrets by pattern and by value, and masks named fields. Made from the policy and the tokens in use."""

    patterns: tuple[re.Pattern[str], ...] = ()
    known: tuple[str, ...] = field(default=(), repr=False)
    sensitive: frozenset[str] = frozenset()

    @classmethod
    def of(cls, patterns: Iterable[str] = (), known: Iterable[str] = (), sensitive: Iterable[str] = ()) -> "Redactor":
        """`known` are secrets by value; those under 8 characters are left out, they would hide ordinary words."""
        secrets = sorted({one for one in known if len(one) >= 8}, key=len, reverse=True)
        return cls(
            patterns=tuple(re.compile(pattern) for pattern in patterns),
            known=tuple(secrets),
            sensitive=frozenset(name.lower() for name in sensitive),
        )

    def __call__(self, text: str) -> str:
        for secret in self.known:
            text = text.replace(secret, HIDDEN)
        text = redact(text)
        for pattern in self.patterns:
            text = pattern.sub(HIDDEN, text)
        return text

    def value(self, value: Any, *, name: str = "") -> Any:
        """A JSON value with secrets hidden in every text of it and sensitive fields masked as a whole."""
        if name.lower() in self.sensitive and value not in (None, ""):
            return MASKED
        if isinstance(value, str):
            return self(value)
        if isinstance(value, Mapping):
            return {key: self.value(item, name=str(key)) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item, name=name) for item in value]
        return value


def _card(found: re.Match[str]) -> str:
    """A run of 13 to 19 digits is a card number when its check digit fits."""
    digits = [int(sign) for sign in found[0] if sign.isdigit()]
    doubled = [digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(reversed(digits))]
    return HIDDEN if sum(doubled) % 10 == 0 else found[0]
