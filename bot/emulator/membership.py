"""Who is in a conversation, and what changes about conversations; people, apps and tests all come through here."""

from bot.emulator import events
from bot.emulator.channels import Channel, describe_channel
from bot.emulator.local import LocalSlack
from bot.emulator.wire import Json

LETTERS = {"channel": "C", "group": "G", "im": "D", "mpim": "G"}


def join(local: LocalSlack, channel: Channel, user_id: str, *, inviter: str = "") -> bool:
    """Add a member; False when they are one already."""
    if user_id in channel.members:
        return False
    channel.members.append(user_id)
    event: Json = {
        "type": "member_joined_channel", "user": user_id, "channel": channel.id,
        "channel_type": LETTERS[channel.kind], "team": local.workspace.users[user_id].team_id,
        "event_ts": local.new_ts(),
    }  # fmt: skip
    if inviter:
        event["inviter"] = inviter
    events.broadcast(local, "member_joined_channel", event, channel=channel)
    show(local, channel)
    return True


def leave(local: LocalSlack, channel: Channel, user_id: str) -> bool:
    """Remove a member; False when they are none. A bot that is removed learns it by channel_left or group_left."""
    if user_id not in channel.members:
        return False
    event = {
        "type": "member_left_channel", "user": user_id, "channel": channel.id, "channel_type": LETTERS[channel.kind],
        "team": local.workspace.users[user_id].team_id, "event_ts": local.new_ts(),
    }  # fmt: skip
    channel.members.remove(user_id)
    app = local.app_of_user(user_id)
    if app is not None:
        kind = "group_left" if channel.kind == "group" else "channel_left"
        events.send(local, app, kind, {"type": kind, "channel": channel.id, "event_ts": local.new_ts()})
    events.broadcast(local, "member_left_channel", event, channel=channel)
    show(local, channel)
    return True


def create(local: LocalSlack, name: str, creator: str, *, private: bool = False) -> Channel:
    """A new channel with its creator in it."""
    channel = Channel(id=local.workspace.new_id("C"), name=name, kind="group" if private else "channel",
                      members=[creator], creator=creator, created=int(local.clock.now()))  # fmt: skip
    local.workspace.channels[channel.id] = channel
    if not private:
        events.broadcast(local, "channel_created", {
            "type": "channel_created", "event_ts": local.new_ts(),
            "channel": {"id": channel.id, "name": name, "created": channel.created, "creator": creator},
        })  # fmt: skip
    show(local, channel)
    return channel


def set_archived(local: LocalSlack, channel: Channel, archived: bool, actor: str) -> bool:
    """Archive or unarchive; False when it was so already."""
    if channel.is_archived == archived:
        return False
    channel.is_archived = archived
    kind = ("group" if channel.kind == "group" else "channel") + ("_archive" if archived else "_unarchive")
    events.broadcast(local, kind, {"type": kind, "channel": channel.id, "user": actor, "event_ts": local.new_ts()},
                     channel=channel)  # fmt: skip
    show(local, channel)
    return True


def set_shared(local: LocalSlack, channel: Channel, team_id: str, shared: bool) -> bool:
    """Connect a channel to another company, or cut the connection."""
    if (team_id in channel.connected_teams) == shared:
        return False
    if shared:
        channel.connected_teams.append(team_id)
    else:
        channel.connected_teams.remove(team_id)
        channel.members = [m for m in channel.members if local.workspace.users[m].team_id != team_id]
    channel.is_ext_shared = bool(channel.connected_teams)
    kind = "channel_shared" if shared else "channel_unshared"
    event: Json = {"type": kind, "channel": channel.id, "event_ts": local.new_ts()}
    event["connected_team_id" if shared else "previously_connected_team_id"] = team_id
    if not shared:
        event["is_ext_shared"] = channel.is_ext_shared
    events.broadcast(local, kind, event, channel=channel)
    show(local, channel)
    return True


def show(local: LocalSlack, channel: Channel) -> None:
    """Tell every page about the conversation, also those who can no longer see it."""
    local.bulletin.publish({"type": "channel", "channel": channel.id, "members": list(channel.members),
                            "info": describe_channel(channel, for_user="", count=True)})  # fmt: skip
