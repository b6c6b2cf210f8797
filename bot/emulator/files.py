"""Uploaded files and what the Web API says about them."""

import mimetypes
from pathlib import PurePosixPath

from bot.emulator import events
from bot.emulator.channels import Channel, Message
from bot.emulator.local import LocalSlack
from bot.emulator.wire import Json
from bot.emulator.workspace import File


def guess_type(name: str) -> str:
    """The media type a file name suggests."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def describe_file(local: LocalSlack, file: File) -> Json:
    """The `file` object."""
    if file.deleted:
        return {"id": file.id, "mode": "tombstone", "name": file.name}
    url = f"{local.base_url}/files/{file.id}/{file.name}"
    shares: Json = {}
    for channel_id, ts in file.shares:
        channel = local.workspace.channels.get(channel_id)
        group = "private" if channel is not None and channel.is_private else "public"
        shares.setdefault(group, {}).setdefault(channel_id, []).append({"ts": ts, "channel_name": channel_id})
    channels = [channel_id for channel_id, _ in file.shares]
    described: Json = {
        "id": file.id, "created": file.created, "timestamp": file.created, "name": file.name, "title": file.title,
        "mimetype": file.mimetype, "filetype": PurePosixPath(file.name).suffix.lstrip(".") or "binary",
        "pretty_type": file.mimetype, "user": file.user, "user_team": local.workspace.team_id, "editable": False,
        "size": file.length, "mode": "snippet" if file.snippet_type else "hosted", "is_external": False,
        "external_type": "", "is_public": False, "public_url_shared": False, "display_as_bot": False, "username": "",
        "url_private": url, "url_private_download": f"{url}?download=1", "permalink": url,
        "channels": [c for c in channels if c.startswith("C")], "groups": [],
        "ims": [c for c in channels if c.startswith("D")], "comments_count": 0, "shares": shares,
        "is_starred": False, "has_rich_preview": False,
    }  # fmt: skip
    if file.alt_text:
        described["alt_txt"] = file.alt_text
    return described


def tell_shared(local: LocalSlack, file: File, channel: Channel) -> None:
    """The file_shared event."""
    events.broadcast(local, "file_shared", {
        "type": "file_shared", "file_id": file.id, "user_id": file.user, "file": {"id": file.id},
        "channel_id": channel.id, "event_ts": local.new_ts(),
    }, channel=channel)  # fmt: skip


def show_in_blocks(local: LocalSlack, message: Message) -> None:
    """Who sees a message sees the pictures in its blocks, when they are files of its author."""
    for block in message.blocks:
        named = block.get("slack_file")
        file = local.workspace.files.get(str(named.get("id"))) if isinstance(named, dict) else None
        if file is not None and file.user == message.user and [message.channel, message.ts] not in file.shares:
            file.shares.append([message.channel, message.ts])


def may_read(local: LocalSlack, file: File, reader: str) -> bool:
    """Whether an account may download it: the owner, and those who see a conversation it is shared in."""
    if file.user == reader:
        return True
    channels = local.workspace.channels
    return any(local.sees(reader, channels[channel_id]) for channel_id, _ in file.shares if channel_id in channels)
