"""The state of the local Slack: everything that survives a restart, and how it is kept on disk."""

import json
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from bot.emulator.apps import App
from bot.emulator.channels import Channel, Message
from bot.emulator.people import User, UserGroup
from bot.emulator.wire import Json, stamp

Record = TypeVar("Record")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(kw_only=True)
class View:
    """A modal or an App Home. `payload` is what the app sent, completed; `state` what the person has entered."""

    id: str
    app_id: str
    user_id: str
    payload: Json
    hash: str
    root_id: str = ""
    previous_id: str = ""
    state: Json = field(default_factory=dict)


@dataclass(kw_only=True)
class File:
    """An uploaded file. `shares` are (channel, ts) pairs; `ready` once the app completed the upload."""

    id: str
    name: str
    title: str
    user: str
    created: int
    length: int
    mimetype: str = "application/octet-stream"
    alt_text: str = ""
    snippet_type: str = ""
    received: bool = False
    ready: bool = False
    deleted: bool = False
    shares: list[list[str]] = field(default_factory=list)


@dataclass(kw_only=True)
class ResponseUrl:
    """Where an app may answer an interaction: five times within thirty minutes."""

    id: str
    app_id: str
    user_id: str
    channel: str
    thread_ts: str = ""
    message_ts: str = ""
    ephemeral: bool = False
    expires: float = 0.0
    uses: int = 0


@dataclass(kw_only=True)
class Workspace:
    """One workspace with its people, conversations, apps and everything apps keep in it."""

    team_id: str
    team_name: str
    team_domain: str
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    stacks: dict[str, list[str]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    scheduled: dict[str, Json] = field(default_factory=dict)
    sessions: dict[str, Json] = field(default_factory=dict)
    threads: dict[str, Json] = field(default_factory=dict)
    executions: dict[str, Json] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    inputs: dict[str, Json] = field(default_factory=dict)
    groups_allowed: bool = True
    counter: int = 0
    last_micros: int = 0

    def new_id(self, prefix: str) -> str:
        """A fresh id of Slack's form, never used before in this workspace, also after a restart."""
        self.counter += 1
        number, digits = self.counter, ""
        while number:
            number, digit = divmod(number, 36)
            digits = ALPHABET[digit] + digits
        return f"{prefix}0L{digits.rjust(6, '0')}"

    def new_ts(self, now: float) -> str:
        """A fresh timestamp at `now`: strictly later than the last one unless the clock was set back."""
        micros = int(now * 1_000_000)
        if self.last_micros - 5_000_000 < micros <= self.last_micros:
            micros = self.last_micros + 1
        while any(stamp(micros) in channel.messages for channel in self.channels.values()):
            micros += 1
        self.last_micros = micros
        return stamp(micros)

    def person(self, who: str) -> User | None:
        """By id or by name, with or without @."""
        name = who.removeprefix("@").lower()
        return self.users.get(who) or next((u for u in self.users.values() if u.name == name), None)

    def conversation(self, which: str) -> Channel | None:
        """By id or by name, with or without #."""
        name = which.removeprefix("#")
        found = self.channels.get(which)
        return found or next((c for c in self.channels.values() if c.name == name and not c.is_im), None)

    def direct(self, one: str, other: str) -> Channel | None:
        """The DM of two accounts, if it was ever opened."""
        pair = {one, other}
        return next((c for c in self.channels.values() if c.is_im and set(c.members) == pair), None)

    def open_direct(self, one: str, other: str, now: float) -> Channel:
        """The DM of two accounts, opened when there is none yet."""
        found = self.direct(one, other)
        if found is None:
            members = [one] if one == other else [one, other]
            channel_id = self.new_id("D")
            found = Channel(id=channel_id, name=channel_id.lower(), kind="im", members=members, creator=one,
                            created=int(now))  # fmt: skip
            self.channels[channel_id] = found
        return found

    def message(self, channel_id: str, ts: str) -> Message | None:
        """A stored (not ephemeral) message."""
        channel = self.channels.get(channel_id)
        return channel.messages.get(ts) if channel else None


def dump(workspace: Workspace) -> str:
    """The workspace as JSON text; ephemerals are left out, as they do not survive a reload in Slack either."""
    return json.dumps(workspace, default=_plain, separators=(",", ":"))


def _plain(thing: Any) -> Json:
    values = {f.name: getattr(thing, f.name) for f in fields(thing)}
    return values | {"ephemerals": []} if isinstance(thing, Channel) else values


def load(state: Json) -> Workspace:
    """The inverse of `dump`; unknown fields of an older or newer version are ignored."""
    workspace = _record(Workspace, {k: v for k, v in state.items() if not isinstance(v, dict)})
    kinds: dict[str, type[Any]] = {
        "users": User, "groups": UserGroup, "apps": App, "views": View, "files": File, "response_urls": ResponseUrl,
    }  # fmt: skip
    for name, kind in kinds.items():
        setattr(workspace, name, {key: _record(kind, value) for key, value in state.get(name, {}).items()})
    for name in ("stacks", "homes", "scheduled", "sessions", "threads", "executions", "inputs"):
        setattr(workspace, name, dict(state.get(name, {})))
    for key, value in state.get("channels", {}).items():
        messages = {ts: _record(Message, message) for ts, message in value.pop("messages", {}).items()}
        channel = _record(Channel, value)
        channel.messages = messages
        workspace.channels[key] = channel
    return workspace


def _record(kind: type[Record], values: Json) -> Record:
    known = {f.name for f in fields(kind)}  # type: ignore[arg-type]  # every kind passed here is a dataclass
    return kind(**{key: value for key, value in values.items() if key in known})
