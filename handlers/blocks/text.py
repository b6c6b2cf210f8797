"""The boundary between data and markup: nothing that came from outside becomes a mention, a link or a format.

Two ways to put text on a surface. `Rich` pieces are literal: a mention or a link exists there only as a piece of its own,
built from an id. `Mrkdwn` is Slack's markup and is made only by `mrkdwn` and its kin, which escape every plain string. A
plain `str` fits neither type, so mypy finds a forgotten escape.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NewType
from urllib.parse import urlsplit

from agents.core.ids import PersonId, user_of
from agents.core.people import OPERATOR_TEAM, WEBHOOK_TEAM
from agents.core.text import visible as visible

Rich = NewType("Rich", dict[str, Any])
"""One element of a rich text section."""

OURS = "calmops"
"""The team part of the key under which the bot itself acts."""


class Mrkdwn(str):
    """Text in Slack's markup that is safe to send."""

    __slots__ = ()


def escape(text: str) -> Mrkdwn:
    """Untrusted text for a mrkdwn field: it can forge no mention, no link, no date and no code fence."""
    safe = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Mrkdwn(safe.replace("```", "`\u200b`\u200b`"))


def mrkdwn(template: str, /, *values: str, **named: str) -> Mrkdwn:
    """Our own `template` with values put in; a value that is not Mrkdwn already is escaped."""
    safe = [value if isinstance(value, Mrkdwn) else escape(value) for value in values]
    safe_named = {name: value if isinstance(value, Mrkdwn) else escape(value) for name, value in named.items()}
    return Mrkdwn(template.format(*safe, **safe_named))


def joined(parts: Sequence[Mrkdwn], separator: str = " · ") -> Mrkdwn:
    """Several safe pieces in one line; empty ones are left out."""
    return Mrkdwn(separator.join(part for part in parts if part))


def at_person(person: PersonId | str) -> Mrkdwn:
    """A person as a mention; the bot and the command line by name."""
    known = named(person)
    return escape(known) if known else Mrkdwn(f"<@{_id(user_of(PersonId(person)))}>")


def at_group(group: str) -> Mrkdwn:
    """A user group as a mention."""
    return Mrkdwn(f"<!subteam^{_id(group)}>")


def at_channel(channel: str) -> Mrkdwn:
    """A channel as a link."""
    return Mrkdwn(f"<#{_id(channel)}>")


def at_time(moment: float, style: str = "{date_short_pretty} {time}") -> Mrkdwn:
    """A time in the reader's own zone and format; in UTC where Slack cannot show that."""
    return Mrkdwn(f"<!date^{int(moment)}^{style}|{utc(moment)}>")


def at_link(url: str, label: str) -> Mrkdwn:
    """A link to a message in Slack, made by us; anything that is no plain web address stays text."""
    if not re.fullmatch(r"https?://[\w.:/?&=%-]+", url):
        return escape(label)
    return Mrkdwn(f"<{escape(url)}|{escape(label).replace('|', '/')}>")


def utc(moment: float) -> str:
    """A time as plain text, in UTC: `Fri 24 Jul 14:00 UTC`."""
    return datetime.fromtimestamp(moment, UTC).strftime("%a %d %b %H:%M UTC")


def words(text: str, *, bold: bool = False, italic: bool = False, strike: bool = False, code: bool = False) -> Rich:
    """Literal text. Slack refuses empty text, so nothing becomes a space."""
    style = {
        name: True
        for name, wanted in (("bold", bold), ("italic", italic), ("strike", strike), ("code", code))
        if wanted
    }
    piece: dict[str, Any] = {"type": "text", "text": visible(text) or " "}
    return Rich(piece | {"style": style} if style else piece)


def person(who: PersonId | str) -> Rich:
    """A person; the bot and the command line by name."""
    known = named(who)
    return words(known) if known else Rich({"type": "user", "user_id": _id(user_of(PersonId(who)))})


def group(id: str) -> Rich:
    """A user group."""
    return Rich({"type": "usergroup", "usergroup_id": _id(id)})


def channel(id: str) -> Rich:
    """A channel."""
    return Rich({"type": "channel", "channel_id": _id(id)})


def link(url: str, label: str) -> Rich:
    """A link whose text shows its full host, so that a label cannot lie about where it goes. Anything but http and https
    stays text."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return words(label)
    if parts.scheme not in ("http", "https") or not host or len(url) > 3000:
        return words(label)
    return Rich({"type": "link", "url": url, "text": f"{label} ({host})" if host not in label else label})


def jump(url: str, label: str) -> Rich:
    """A link to a message in Slack, made by us."""
    return Rich({"type": "link", "url": url, "text": label})


def moment(at: float, style: str = "{date_short_pretty} {time}") -> Rich:
    """A time in the reader's own zone and format."""
    return Rich({"type": "date", "timestamp": int(at), "format": style, "fallback": utc(at)})


def named(who: PersonId | str) -> str | None:
    """What to call somebody who is no Slack account; None for a Slack account."""
    team, _, user = str(who).partition("/")
    if not user:
        return team or "somebody"
    if team == OURS:
        return "Calmops" if user == "system" else user
    kinds = {OPERATOR_TEAM: "command line", WEBHOOK_TEAM: "webhook"}
    return f"{user} ({kinds[team]})" if team in kinds else None


def clip(text: str, limit: int) -> str:
    """At most `limit` characters; says with an ellipsis that something is missing."""
    if len(text) <= limit:
        return text
    return text[: max(limit - 1, 0)].rstrip() + "\u2026"


def fit(text: Mrkdwn, limit: int) -> Mrkdwn:
    """At most `limit` characters of markup, never cut inside an entity, a mention or a link."""
    if len(text) <= limit:
        return text
    cut = re.sub(r"(&[a-z]{0,3}|<[^>]*)$", "", text[: limit - 1])
    return Mrkdwn(cut.rstrip() + "\u2026")


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 job`, `2 jobs`, `5,000 jobs`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def span(seconds: float) -> str:
    """A length of time in the largest unit that says enough: `12 s`, `5 min`, `3 h`, `2 days`."""
    seconds = max(0.0, seconds)
    if seconds < 60:
        return f"{int(seconds)} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min"
    if seconds < 48 * 3600:
        return f"{int(seconds // 3600)} h"
    return f"{int(seconds // 86400)} days"


def _id(id: str) -> str:
    """A Slack id, or a harmless stand-in: an id never carries markup."""
    return id if id.isalnum() and id.isascii() else "UNKNOWN"
