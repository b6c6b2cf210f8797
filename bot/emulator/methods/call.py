"""One call of the Web API, and one row of the table of methods."""

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.emulator.apps import App
from bot.emulator.channels import Channel, Message
from bot.emulator.local import LocalSlack
from bot.emulator.people import User
from bot.emulator.wire import Json, SlackError, invalid_arguments, looks_like_stamp

Faith = Literal["faithful", "simplified", "unknown"]
Credential = Literal["bot", "app", "any", "none"]
SCOPE_KIND = {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """Who calls with which arguments. Arguments come as text, JSON or JSON text, whichever way they travelled."""

    local: LocalSlack
    method: str
    args: Json
    caller: App | None = None

    @property
    def app(self) -> App:
        """The calling app; only methods that need no token have none."""
        if self.caller is None:
            raise SlackError("not_authed")
        return self.caller

    def has(self, name: str) -> bool:
        return self.args.get(name) not in (None, "")

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self.args.get(name)
        if value is None:
            return default
        if isinstance(value, dict | list | bool):
            raise invalid_arguments(f"must be a string [json-pointer:/{name}]")
        return str(value)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean argument: true, 1, "true" and "1" are true."""
        value = self.args.get(name)
        return default if value in (None, "") else value in (True, 1, "1", "true", "True")

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        value = self.args.get(name)
        try:
            return default if value in (None, "") else int(float(str(value)))
        except ValueError as error:
            raise invalid_arguments(f"must be an integer [json-pointer:/{name}]") from error

    def words(self, name: str) -> list[str]:
        """A list argument: a JSON array, or words joined by commas."""
        value = self.args.get(name)
        if isinstance(value, str) and value.startswith("["):
            value = self.json(name)
        if isinstance(value, list):
            return [str(word) for word in value]
        return [word.strip() for word in str(value).split(",") if word.strip()] if value not in (None, "") else []

    def json(self, name: str, error: str = "") -> Any:
        """A JSON argument, also as JSON text; `error` is what Slack answers when it is not JSON."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return json.loads(value)
        except ValueError as wrong:
            raise (SlackError(error) if error else invalid_arguments(f"not JSON [json-pointer:/{name}]")) from wrong

    def grants(self, *scopes: str) -> bool:
        """Whether the app has one of these scopes."""
        return any(scope in self.app.facts.scopes for scope in scopes)

    def require_scope(self, *scopes: str) -> None:
        """Refuse unless the app has one of these scopes."""
        if not self.grants(*scopes):
            raise missing_scope(self.app, scopes)

    def require_channel_scope(self, channel: Channel, action: str) -> None:
        """Refuse unless the app has the scope of this action for this kind of conversation."""
        self.require_scope(f"{SCOPE_KIND[channel.kind]}:{action}")

    def channel(self, name: str = "channel", *, error: str = "channel_not_found") -> Channel:
        """A conversation the app may know of: a private one only as a member."""
        wanted = self.text(name)
        workspace = self.local.workspace
        found = workspace.channels.get(wanted)
        if found is None or (found.is_private and self.app.bot_user not in found.members):
            raise SlackError(error, f"No conversation {wanted!r} is known to this app.")
        return found

    def target(self, name: str = "channel") -> Channel:
        """Where to post: an id, a #name, or a person's id, which opens their DM with the app."""
        wanted = self.text(name)
        workspace = self.local.workspace
        if wanted in workspace.users and wanted.startswith(("U", "W")):
            return workspace.open_direct(wanted, self.app.bot_user, self.local.clock.now())
        found = workspace.channels.get(wanted)
        if found is None and not wanted[:1].isupper():
            found = workspace.conversation(wanted)
        if found is None or (found.is_private and self.app.bot_user not in found.members):
            raise SlackError("channel_not_found", f"No conversation {wanted!r} is known to this app.")
        return found

    def user(self, name: str = "user", *, error: str = "user_not_found") -> User:
        """A person by id."""
        found = self.local.workspace.users.get(self.text(name))
        if found is None:
            raise SlackError(error)
        return found

    def message(self, channel: Channel, name: str = "ts") -> Message:
        """A stored message of a conversation."""
        ts = self.text(name)
        found = channel.messages.get(ts)
        if found is None:
            raise SlackError("message_not_found", f"There is no message {ts!r} in {channel.id}.")
        return found

    def stamp(self, name: str, error: str) -> str:
        """A timestamp argument; empty when absent."""
        value = self.text(name)
        if value and value != "now" and not looks_like_stamp(value):
            raise SlackError(error)
        return value


def missing_scope(app: App, scopes: tuple[str, ...]) -> SlackError:
    """Slack's refusal for want of a scope."""
    return SlackError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(app.facts.scopes)))


@dataclass(frozen=True, kw_only=True)
class Method:
    """One method: what carries it out, which errors it may answer, and how faithful it is.

    `errors` holds what this emulator itself answers beyond the errors common to all methods; a test compares
    it with Slack's list. `note` says what is simplified or unknown.
    """

    name: str
    run: Callable[[Call], Json]
    errors: frozenset[str] = frozenset()
    credential: Credential = "bot"
    faith: Faith = "faithful"
    note: str = ""
    scope_checked_inside: bool = False
    required_checked_inside: tuple[str, ...] = ()
    beyond: frozenset[str] = field(default_factory=frozenset)


def errors(text: str) -> frozenset[str]:
    """Error names written as one string."""
    return frozenset(text.split())


def page(call: Call, items: list[Any], *, most: int, default: int, limit_error: str = "") -> tuple[list[Any], Json]:
    """One page of a list and its `response_metadata`; cursors are opaque offsets."""
    limit = call.number("limit", default)
    if limit < 0 or limit > most:
        if limit_error:
            raise SlackError(limit_error)
        limit = most
    limit = limit or default
    start = read_cursor(call.text("cursor"))
    if start > len(items):
        raise SlackError("invalid_cursor")
    rest = start + limit
    following = write_cursor(rest) if rest < len(items) else ""
    return items[start:rest], {"next_cursor": following}


def write_cursor(offset: int) -> str:
    """An opaque cursor."""
    return base64.b64encode(f"next:{offset}".encode()).decode()


def read_cursor(cursor: str) -> int:
    """The offset in a cursor; 0 without one."""
    if not cursor:
        return 0
    try:
        word, _, offset = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word != "next":
            raise ValueError(cursor)
        return int(offset)
    except (ValueError, binascii.Error) as error:
        raise SlackError("invalid_cursor") from error
