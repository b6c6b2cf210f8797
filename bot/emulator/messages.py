"""Messages: posted, changed, deleted, shown to one person only; and what apps and pages are told about it."""

from dataclasses import dataclass, field

from bot.emulator import events
from bot.emulator.apps import App
from bot.emulator.channels import Channel, Message
from bot.emulator.files import describe_file, show_in_blocks, tell_shared
from bot.emulator.local import LocalSlack
from bot.emulator.typed_text import rich_text, typed
from bot.emulator.wire import ActError, Json


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message before it has a timestamp."""

    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str = ""
    subtype: str = ""
    files: list[str] = field(default_factory=list)
    username: str = ""
    icons: Json | None = None
    broadcast: bool = False
    client_msg_id: str = ""
    stream: str = ""
    stream_to: str = ""
    stream_mode: str = ""
    extra: Json = field(default_factory=dict)


def describe(
    local: LocalSlack, message: Message, *, metadata: bool = False, app: App | None = None, nested: bool = False
) -> Json:
    """The message object. Metadata is shown when asked for; `nested` leaves out the thread's summary."""
    workspace = local.workspace
    said: Json = {"type": "message", "user": message.user, "text": message.text, "ts": message.ts}
    if message.subtype:
        said["subtype"] = message.subtype
    if message.team:
        said["team"] = message.team
    if message.client_msg_id:
        said["client_msg_id"] = message.client_msg_id
    author = workspace.apps.get(message.app_id)
    if author is not None:
        said |= {"bot_id": author.bot_id, "app_id": author.id, "bot_profile": bot_profile(local, author)}
    elif (user := workspace.users.get(message.user)) is not None and user.is_bot:
        said |= {"bot_id": user.bot_id, "app_id": user.app_id}
    if message.username:
        said["username"] = message.username
    if message.icons:
        said["icons"] = message.icons
    for name in ("blocks", "attachments", "edited"):
        if getattr(message, name):
            said[name] = getattr(message, name)
    if message.files:
        said["files"] = [describe_file(local, workspace.files[file_id]) for file_id in message.files]
        said["upload"] = False
    if message.reactions:
        said["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if metadata and message.metadata:
        said["metadata"] = message.metadata
    if message.thread_ts:
        said["thread_ts"] = message.thread_ts
    channel = workspace.channels.get(message.channel)
    if channel is not None and not nested and not message.ephemeral_to:
        said |= _thread(channel, message, app.bot_user if app else "")
    return said | message.extra


def bot_profile(local: LocalSlack, app: App) -> Json:
    """The `bot_profile` object."""
    return {
        "id": app.bot_id, "deleted": app.uninstalled, "name": app.name, "updated": 1700000000, "app_id": app.id,
        "user_id": app.bot_user, "icons": {}, "team_id": local.workspace.team_id,
    }  # fmt: skip


def for_viewer(local: LocalSlack, message: Message) -> Json:
    """The message as a page shows it: with the conversation and the marks only pages need."""
    said = describe(local, message, metadata=True) | {"channel": message.channel}
    if message.ephemeral_to:
        said |= {"ephemeral": True, "is_ephemeral": True, "to": message.ephemeral_to}
    if message.stream:
        said["stream"] = message.stream
    return said


def post(local: LocalSlack, channel: Channel, author: str, draft: Draft, *, app: App | None = None) -> Message:
    """Store a message, tell the pages, and tell the apps in the conversation."""
    message = _stored(local, channel, author, draft, app)
    channel.messages[message.ts] = message
    if message.thread_ts:
        channel.replies.setdefault(message.thread_ts, []).append(message.ts)
    channel.last_read[author] = message.ts
    show_in_blocks(local, message)
    local.tell(channel, {"type": "message", "message": for_viewer(local, message)})
    if message.thread_ts and (parent := channel.messages.get(message.thread_ts)):
        local.tell(channel, {"type": "message_changed", "message": for_viewer(local, parent)})
        _clear_status(local, channel, message)
    _announce(local, channel, message)
    _announce_metadata(local, channel, message)
    return message


def post_ephemeral(
    local: LocalSlack, channel: Channel, viewer: str, draft: Draft, *, app: App | None = None, author: str = ""
) -> Message:
    """Show a message to one person; it enters no history and no event."""
    message = _stored(local, channel, author, draft, app, viewer=viewer)
    channel.ephemerals.append(message)
    local.tell(channel, {"type": "ephemeral", "message": for_viewer(local, message)}, only=viewer)
    return message


def change(local: LocalSlack, message: Message, draft: Draft, *, keep_metadata: bool, editor: str = "") -> Message:
    """Replace what a message says; the pages and the apps learn the old and the new version."""
    channel = local.workspace.channels[message.channel]
    before = describe(local, message)
    message.text, message.blocks, message.attachments = draft.text, draft.blocks, draft.attachments
    if draft.files:
        message.files = draft.files
    if not keep_metadata:
        message.metadata = draft.metadata
    if editor:
        message.edited = {"user": editor, "ts": local.workspace.new_ts(local.clock.now())}
    if message.ephemeral_to:
        local.tell(channel, {"type": "ephemeral", "message": for_viewer(local, message)}, only=message.ephemeral_to)
        return message
    local.tell(channel, {"type": "message_changed", "message": for_viewer(local, message)})
    ts = local.new_ts()
    events.message_event(local, channel, {
        "type": "message", "subtype": "message_changed", "message": describe(local, message), "hidden": True,
        "previous_message": before, "channel": channel.id, "ts": ts, "event_ts": ts, "channel_type": channel.kind,
    })  # fmt: skip
    return message


def delete(local: LocalSlack, message: Message) -> None:
    """Take a message away; a parent with replies leaves a tombstone, as in Slack."""
    channel = local.workspace.channels[message.channel]
    before = describe(local, message)
    if message.ephemeral_to:
        channel.ephemerals.remove(message)
        local.tell(channel, {"type": "message_deleted", "ts": message.ts}, only=message.ephemeral_to)
        return
    replies = [ts for ts in channel.replies.get(message.ts, ()) if ts in channel.messages]
    if replies and message.subtype != "tombstone":
        message.subtype, message.text, message.user = "tombstone", "This message was deleted.", "USLACKBOT"
        message.blocks, message.attachments, message.app_id, message.files = [], [], "", []
        local.tell(channel, {"type": "message_changed", "message": for_viewer(local, message)})
    else:
        channel.messages.pop(message.ts, None)
        local.tell(channel, {"type": "message_deleted", "ts": message.ts})
        if message.thread_ts and (parent := channel.messages.get(message.thread_ts)):
            local.tell(channel, {"type": "message_changed", "message": for_viewer(local, parent)})
    ts = local.new_ts()
    events.message_event(local, channel, {
        "type": "message", "subtype": "message_deleted", "deleted_ts": message.ts, "hidden": True,
        "previous_message": before, "channel": channel.id, "ts": ts, "event_ts": ts, "channel_type": channel.kind,
    })  # fmt: skip


def say(
    local: LocalSlack, speaker: str, channel: Channel, text: str, *, thread_ts: str = "", raw: bool = False,
    blocks: list[Json] | None = None, files: list[str] | None = None,
) -> Message:  # fmt: skip
    """A person writes. Typed text is escaped and linked as Slack does it; `raw` sends it as it is."""
    user = local.workspace.users[speaker]
    if user.deleted:
        raise ActError("account_inactive", f"{user.name} is deactivated and cannot write.")
    if speaker not in channel.members:
        raise ActError("not_in_channel", f"{user.name} is not a member of #{channel.name}; invite them first.")
    if channel.is_archived:
        raise ActError("is_archived", f"#{channel.name} is archived; unarchive it first.")
    if thread_ts and thread_ts not in channel.messages:
        raise ActError("thread_not_found", f"There is no message {thread_ts} in #{channel.name} to reply to.")
    if not text.strip() and not files and not blocks:
        raise ActError("no_text", "An empty message cannot be sent.")
    unknown = [file_id for file_id in files or () if file_id not in local.workspace.files]
    if unknown:
        raise ActError("file_not_found", f"There is no file {', '.join(unknown)}; upload it first.")
    wire = text if raw else typed(local.workspace, text)
    shown = blocks if blocks is not None else [rich_text(wire, local.workspace.new_id("b"))] if text else []
    subtype = "file_share" if files else ""
    draft = Draft(text=wire, blocks=shown, thread_ts=thread_ts, files=files or [], subtype=subtype,
                  client_msg_id=local.workspace.new_id("m"))  # fmt: skip
    message = post(local, channel, speaker, draft)
    for file_id in draft.files:
        local.workspace.files[file_id].shares.append([channel.id, message.ts])
        tell_shared(local, local.workspace.files[file_id], channel)
    return message


def _stored(
    local: LocalSlack, channel: Channel, author: str, draft: Draft, app: App | None, *, viewer: str = ""
) -> Message:
    user = local.workspace.users.get(author)
    ts = local.new_ts()
    local.made.append({"id": ts, "channel": channel.id, "author": author, "to": viewer})
    return Message(
        ts=ts, ephemeral_to=viewer, channel=channel.id, user=author, text=draft.text, team=user.team_id if user else "",
        app_id=app.id if app else "", blocks=draft.blocks, attachments=draft.attachments, metadata=draft.metadata,
        thread_ts=root_of(channel, draft.thread_ts), subtype=draft.subtype, files=draft.files,
        username=draft.username, icons=draft.icons, broadcast=draft.broadcast, client_msg_id=draft.client_msg_id,
        stream=draft.stream, stream_to=draft.stream_to, stream_mode=draft.stream_mode, extra=dict(draft.extra),
    )  # fmt: skip


def root_of(channel: Channel, thread_ts: str) -> str:
    """The parent a reply belongs to: replying to a reply joins its thread."""
    parent = channel.messages.get(thread_ts)
    return parent.thread_ts if parent and parent.thread_ts else thread_ts


def _thread(channel: Channel, message: Message, viewer: str) -> Json:
    if message.thread_ts and message.thread_ts != message.ts:
        parent = channel.messages.get(message.thread_ts)
        return {"parent_user_id": parent.user} if parent else {}
    replies = channel.thread(message.ts)[1:]
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts, "reply_count": len(replies), "reply_users_count": len(users),
        "reply_users": users[:5], "latest_reply": replies[-1].ts, "is_locked": False, "subscribed": viewer in users,
    }  # fmt: skip


def _clear_status(local: LocalSlack, channel: Channel, message: Message) -> None:
    thread = local.workspace.threads.get(f"{channel.id}:{message.thread_ts}")
    if thread and thread.get("status") and message.app_id:
        thread["status"] = ""
        local.tell(channel, {"type": "status", "thread_ts": message.thread_ts, "status": ""})


def _announce(local: LocalSlack, channel: Channel, message: Message) -> None:
    event = describe(local, message, nested=True) | {
        "channel": channel.id, "event_ts": message.ts, "channel_type": channel.kind,
    }  # fmt: skip
    user = local.workspace.users.get(message.user)
    if user is not None and channel.is_ext_shared:
        event |= {"user_team": user.team_id, "source_team": user.team_id}
    if message.thread_ts and (parent := channel.messages.get(message.thread_ts)):
        event["parent_user_id"] = parent.user
    events.message_event(local, channel, event)
    if channel.is_im or message.subtype == "tombstone":
        return
    for app in list(local.workspace.apps.values()):
        if f"<@{app.bot_user}>" in message.text and app.bot_user in channel.members and app.id != message.app_id:
            mention = {key: value for key, value in event.items() if key not in ("channel_type", "parent_user_id")}
            events.send(local, app, "app_mention", mention | {"type": "app_mention"}, shared=channel.is_ext_shared)


def _announce_metadata(local: LocalSlack, channel: Channel, message: Message) -> None:
    if message.metadata is None or message.app_id not in local.workspace.apps:
        return
    app = local.workspace.apps[message.app_id]
    events.broadcast(local, "message_metadata_posted", {
        "type": "message_metadata_posted", "app_id": app.id, "bot_id": app.bot_id, "user_id": message.user,
        "team_id": local.workspace.team_id, "channel_id": channel.id, "metadata": message.metadata,
        "message_ts": message.ts, "event_ts": local.new_ts(),
    }, channel=channel)  # fmt: skip
