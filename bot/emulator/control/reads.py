"""What pages and tests may read."""

from typing import Any

from bot.emulator import messages, views
from bot.emulator.apps import App
from bot.emulator.channels import Channel, Message
from bot.emulator.local import LocalSlack
from bot.emulator.people import User
from bot.emulator.wire import ActError, Json


def state(local: LocalSlack, wanted: Json) -> Json:
    """Everything a page needs at its start, as one person sees it."""
    me = local.who(wanted.get("as", "ana"))
    workspace = local.workspace
    return {
        "ok": True,
        "team": {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.team_domain},
        "me": describe_person(me),
        "users": [describe_person(user) for user in workspace.users.values()],
        "usergroups": [
            {"id": g.id, "handle": g.handle, "name": g.name, "users": list(g.users)}
            for g in workspace.groups.values() if not g.deleted
        ],
        "channels": [
            describe_conversation(channel, me.id)
            for channel in workspace.channels.values() if local.sees(me.id, channel)
        ],
        "apps": [describe_app(local, app) for app in workspace.apps.values()],
        "sessions": list(workspace.sessions.values()),
        "threads": [{"key": key, **thread} for key, thread in workspace.threads.items()],
        "clock": local.clock.reading(),
        "traffic": local.record.count,
    }  # fmt: skip


def describe_person(user: User) -> Json:
    """What pages show of a person."""
    return {
        "id": user.id, "name": user.name, "real_name": user.real_name, "title": user.title, "team_id": user.team_id,
        "color": user.color, "tz": user.tz, "is_admin": user.is_admin, "is_bot": user.is_bot,
        "is_restricted": user.is_restricted, "is_ultra_restricted": user.is_ultra_restricted,
        "is_stranger": user.is_stranger, "is_guest": user.is_guest, "deleted": user.deleted, "app_id": user.app_id,
        "can_act": not user.deleted and not user.is_bot and user.id != "USLACKBOT",
    }  # fmt: skip


def describe_conversation(channel: Channel, viewer: str) -> Json:
    """What pages show of a conversation; `unread` counts top-level messages of others since the last visit."""
    read = channel.last_read.get(viewer, "")
    unread = [m for m in channel.top_level() if m.ts > read and m.user != viewer]
    return {
        "id": channel.id, "name": channel.name, "kind": channel.kind, "is_private": channel.is_private,
        "is_im": channel.is_im, "is_mpim": channel.kind == "mpim", "is_ext_shared": channel.is_ext_shared,
        "is_archived": channel.is_archived, "is_general": channel.is_general, "members": list(channel.members),
        "is_member": viewer in channel.members, "topic": channel.topic, "purpose": channel.purpose,
        "connected_teams": list(channel.connected_teams), "last_read": read,
        "unread": len(unread) if viewer in channel.members else 0,
        "user": next((m for m in channel.members if m != viewer), viewer) if channel.is_im else "",
    }  # fmt: skip


def describe_app(local: LocalSlack, app: App) -> Json:
    """An app with the number of its open sockets."""
    return app.describe(connected=local.sockets.open_count(app.id))


def read_messages(local: LocalSlack, wanted: Json) -> Json:
    """A conversation or a thread as one person sees it, oldest first, their ephemerals among it."""
    viewer = local.who(wanted.get("as", "ana"))
    channel = local.where(wanted.get("channel"))
    if not local.sees(viewer.id, channel):
        raise ActError("channel_not_found", f"{viewer.name} cannot see this conversation.")
    thread_ts = str(wanted.get("thread_ts") or "")
    found = visible(channel, viewer.id, thread_ts)
    before = str(wanted.get("before") or "")
    if before:
        found = [m for m in found if m.ts < before]
    limit = whole(wanted, "limit", 200)
    has_more = len(found) > limit
    return {"ok": True, "messages": [messages.for_viewer(local, m) for m in found[-limit:]], "has_more": has_more}


def visible(channel: Channel, viewer: str, thread_ts: str) -> list[Message]:
    """The messages of a conversation or a thread for one person, ephemerals in their places."""
    stored = channel.thread(thread_ts) if thread_ts else channel.top_level()
    private = [m for m in channel.ephemerals if m.ephemeral_to == viewer and m.thread_ts == thread_ts]
    return sorted([*stored, *private], key=lambda m: m.ts)


def read_home(local: LocalSlack, wanted: Json) -> Json:
    """Somebody's App Home, or null when none was published."""
    viewer = local.who(wanted.get("as", "ana"))
    app = local.app(wanted.get("app"))
    view = local.workspace.views.get(local.workspace.homes.get(f"{app.id}:{viewer.id}", ""))
    return {"ok": True, "view": views.describe(local, view) if view else None}


def read_views(local: LocalSlack, wanted: Json) -> Json:
    """The modals somebody has open, the top one last."""
    viewer = local.who(wanted.get("as", "ana"))
    stack = local.workspace.stacks.get(viewer.id, [])
    return {"ok": True, "views": [views.describe(local, local.workspace.views[view_id]) for view_id in stack]}


def read_traffic(local: LocalSlack, wanted: Json) -> Json:
    """The record after entry `since`, of one kind if so wished, the newest `limit` entries."""
    entries = local.record.since(whole(wanted, "since", 0), wanted.get("only") or None)
    return {"ok": True, "entries": entries[-whole(wanted, "limit", 1000) :], "last": local.record.count}


def whole(wanted: Json, name: str, default: int) -> int:
    """A whole number in a control request."""
    value: Any = wanted.get(name, default)
    try:
        return int(value)
    except (TypeError, ValueError) as error:
        raise ActError("invalid_number", f"`{name}` must be a whole number, not {value!r}.") from error
