"""Conversations and the messages in them."""

from dataclasses import dataclass, field
from typing import Literal

from bot.emulator.wire import Json

ChannelKind = Literal["channel", "group", "im", "mpim"]


@dataclass(kw_only=True)
class Message:
    """One message as it is stored; `describe_message` says it in Slack's words.

    `ephemeral_to` is the only person who sees it; `stream` is "live", "stopped" or empty.
    """

    ts: str
    channel: str
    user: str
    text: str = ""
    team: str = ""
    app_id: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str = ""
    subtype: str = ""
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    edited: Json | None = None
    username: str = ""
    icons: Json | None = None
    client_msg_id: str = ""
    broadcast: bool = False
    ephemeral_to: str = ""
    stream: str = ""
    stream_to: str = ""
    stream_mode: str = ""
    extra: Json = field(default_factory=dict)


@dataclass(kw_only=True)
class Channel:
    """A conversation. `messages` and `replies` are kept by `ts`; ephemerals live only in memory."""

    id: str
    name: str
    kind: ChannelKind = "channel"
    members: list[str] = field(default_factory=list)
    creator: str = "U0BO"
    created: int = 1700000000
    topic: str = ""
    purpose: str = ""
    is_archived: bool = False
    is_ext_shared: bool = False
    is_general: bool = False
    connected_teams: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    replies: dict[str, list[str]] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    last_read: dict[str, str] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        return self.kind != "channel"

    @property
    def is_im(self) -> bool:
        return self.kind == "im"

    def top_level(self) -> list[Message]:
        """What the channel shows, oldest first: no replies, except those also sent to the channel."""
        shown = [m for m in self.messages.values() if not m.thread_ts or m.thread_ts == m.ts or m.broadcast]
        return sorted(shown, key=lambda m: m.ts)

    def thread(self, parent_ts: str) -> list[Message]:
        """A parent and its replies, oldest first; empty when there is no such message."""
        parent = self.messages.get(parent_ts)
        if parent is None:
            return []
        replies = (self.messages[ts] for ts in self.replies.get(parent_ts, ()) if ts in self.messages)
        return [parent, *sorted(replies, key=lambda m: m.ts)]


def visible_to(channel: Channel, user_id: str, *, guest: bool = False, stranger: bool = False) -> bool:
    """Whether a person finds this conversation in their list: members always, public ones for full members too."""
    if user_id in channel.members:
        return True
    return channel.kind == "channel" and not guest and not stranger


def describe_channel(channel: Channel, *, for_user: str, locale: bool = False, count: bool = False) -> Json:
    """The `channel` object of conversations.info, as the member `for_user` gets it."""
    if channel.is_im:
        other = next((m for m in channel.members if m != for_user), for_user)
        described: Json = {
            "id": channel.id, "created": channel.created, "is_archived": channel.is_archived, "is_im": True,
            "is_org_shared": False, "user": other, "context_team_id": "T0LOCAL", "priority": 0,
            "is_user_deleted": False,
        }  # fmt: skip
        return described
    described = {
        "id": channel.id, "name": channel.name, "name_normalized": channel.name,
        "is_channel": channel.kind == "channel", "is_group": channel.kind == "group", "is_im": False,
        "is_mpim": channel.kind == "mpim", "is_private": channel.is_private,
        "created": channel.created, "updated": channel.created * 1000, "creator": channel.creator,
        "is_archived": channel.is_archived, "is_general": channel.is_general, "unlinked": 0,
        "is_shared": channel.is_ext_shared, "is_ext_shared": channel.is_ext_shared, "is_org_shared": False,
        "is_pending_ext_shared": False, "pending_shared": [], "parent_conversation": None,
        "shared_team_ids": ["T0LOCAL", *channel.connected_teams], "pending_connected_team_ids": [],
        "context_team_id": "T0LOCAL", "is_member": for_user in channel.members, "previous_names": [],
        "topic": {"value": channel.topic, "creator": channel.creator if channel.topic else "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": channel.creator if channel.purpose else "", "last_set": 0},
    }  # fmt: skip
    if channel.is_ext_shared:
        described |= {"connected_team_ids": list(channel.connected_teams), "conversation_host_id": "T0LOCAL"}
    if locale:
        described["locale"] = "en-US"
    if count:
        described["num_members"] = len(channel.members)
    return described
