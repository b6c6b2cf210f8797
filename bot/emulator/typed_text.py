"""What a person types becomes what Slack sends: escaped text, mentions and links, and the rich_text block beside it."""

import re
from collections.abc import Iterator

from bot.emulator.wire import Json
from bot.emulator.workspace import Workspace

TOKEN = re.compile(
    r"(?P<wire><(?:[@#][A-Z0-9]+|!subteam\^[A-Z0-9]+)(?:\|[^<>]*)?>)"
    r"|(?P<url>https?://[^\s<>|]+[^\s<>|.,;:!?)\]'\"])"
    r"|(?P<mention>(?<![\w@])@[\w][\w.\-]*)"
    r"|(?P<channel>(?<![\w#&])\#[\w][\w\-]*)"
)
PART = re.compile(r"<([^<>]+)>|:([a-z0-9_+\-']+):|([^<:]+|[<:])")
BROADCASTS = ("here", "channel", "everyone")


def escape(text: str) -> str:
    """Slack's three entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def typed(workspace: Workspace, text: str) -> str:
    """Typed text as Slack sends it: known @names and #channels become tokens, links too, all else is escaped.

    A token with the id of somebody who exists is kept, so that tests may write `<@U0CALMOPS>` outright.
    """
    parts, end = [], 0
    for found in TOKEN.finditer(text):
        parts.append(escape(text[end : found.start()]))
        parts.append(_token(workspace, found))
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def escaped_command(workspace: Workspace, text: str) -> str:
    """A command's text under `should_escape`: people and channels with id and name."""
    names = {user.id: user.name for user in workspace.users.values()}
    names |= {channel.id: channel.name for channel in workspace.channels.values()}
    return re.sub(
        r"<([@#])([A-Z0-9]+)>",
        lambda found: f"<{found[1]}{found[2]}|{names.get(found[2], found[2])}>",
        typed(workspace, text),
    )


def rich_text(text: str, block_id: str) -> Json:
    """The rich_text block that Slack puts beside what a person typed (one section, no formatting)."""
    return {
        "type": "rich_text",
        "block_id": block_id,
        "elements": [{"type": "rich_text_section", "elements": list(_parts(text))}],
    }


def _token(workspace: Workspace, found: re.Match[str]) -> str:
    whole = found.group()
    match found.lastgroup:
        case "wire":
            identity = re.split(r"[|>]", whole.removeprefix("<!subteam^").lstrip("<@#"))[0]
            known = identity in workspace.users or identity in workspace.channels or identity in workspace.groups
            return whole if known else escape(whole)
        case "url":
            return f"<{escape(whole)}>"
        case "mention":
            name = whole[1:].rstrip(".-")
            rest = whole[1 + len(name) :]
            if name in BROADCASTS:
                return f"<!{name}>{rest}"
            person = workspace.person(name) or workspace.person(name.lower())
            if person is not None:
                return f"<@{person.id}>{rest}"
            group = next((g for g in workspace.groups.values() if g.handle == name), None)
            return f"<!subteam^{group.id}>{rest}" if group else escape(whole)
        case _:
            channel = workspace.conversation(whole)
            return f"<#{channel.id}>" if channel else escape(whole)


def _parts(text: str) -> Iterator[Json]:
    plain = ""
    for token, emoji, rest in PART.findall(text):
        part = _inline(token) if token else None
        if part is None and not emoji:
            plain += unescape(rest if rest else f"<{token}>")
            continue
        if plain:
            yield {"type": "text", "text": plain}
            plain = ""
        yield part if part is not None else {"type": "emoji", "name": emoji}
    if plain:
        yield {"type": "text", "text": plain}


def _inline(token: str) -> Json | None:
    identity, _, label = token.partition("|")
    if identity.startswith("@"):
        return {"type": "user", "user_id": identity[1:]}
    if identity.startswith("#"):
        return {"type": "channel", "channel_id": identity[1:]}
    if identity.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": identity.removeprefix("!subteam^")}
    if identity.startswith("!") and identity[1:] in BROADCASTS:
        return {"type": "broadcast", "range": identity[1:]}
    if identity.startswith(("http://", "https://", "mailto:")):
        link = {"type": "link", "url": unescape(identity)}
        return link | {"text": unescape(label)} if label else link
    return None
