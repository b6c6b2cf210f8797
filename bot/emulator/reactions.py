"""Reactions to messages."""

import re

from bot.emulator import events
from bot.emulator.channels import Message
from bot.emulator.local import LocalSlack
from bot.emulator.wire import Json

NAME = re.compile(r"^[a-z0-9_+'\-]{1,100}(::skin-tone-[2-6])?$")


def valid_name(name: str) -> bool:
    """Whether this could name an emoji."""
    return NAME.match(name) is not None


def add_reaction(local: LocalSlack, message: Message, user_id: str, name: str) -> bool:
    """Add somebody's reaction; False when it is there already."""
    users = message.reactions.setdefault(name, [])
    if user_id in users:
        return False
    users.append(user_id)
    _tell(local, message, user_id, name, "reaction_added")
    return True


def remove_reaction(local: LocalSlack, message: Message, user_id: str, name: str) -> bool:
    """Take somebody's reaction back; False when there was none."""
    users = message.reactions.get(name, [])
    if user_id not in users:
        return False
    users.remove(user_id)
    if not users:
        del message.reactions[name]
    _tell(local, message, user_id, name, "reaction_removed")
    return True


def _tell(local: LocalSlack, message: Message, user_id: str, name: str, kind: str) -> None:
    channel = local.workspace.channels[message.channel]
    reactions = [{"name": n, "users": list(u), "count": len(u)} for n, u in message.reactions.items()]
    notice: Json = {"type": "reaction", "ts": message.ts, "thread_ts": message.thread_ts, "reactions": reactions}
    local.tell(channel, notice)
    events.broadcast(local, kind, {
        "type": kind, "user": user_id, "reaction": name, "item_user": message.user, "event_ts": local.new_ts(),
        "item": {"type": "message", "channel": channel.id, "ts": message.ts},
    }, channel=channel)  # fmt: skip
