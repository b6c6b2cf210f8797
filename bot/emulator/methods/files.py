"""files.*: uploads of the current kind, reading and deleting."""

from bot.emulator import messages
from bot.emulator.files import describe_file, guess_type, tell_shared
from bot.emulator.messages import Draft
from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.methods.drafts import refuse_blocks
from bot.emulator.views import add_ids
from bot.emulator.wire import Json, SlackError, invalid_arguments
from bot.emulator.workspace import File

LARGEST_FILE = 50 * 1024 * 1024


def get_upload_url(call: Call) -> Json:
    """Where to send the bytes of a file."""
    length = call.number("length", 0)
    if length <= 0:
        raise invalid_arguments("must be greater than 0 [json-pointer:/length]")
    if length > LARGEST_FILE:
        raise SlackError("file_upload_size_restricted", "The local Slack takes files of up to 50 MB.")
    if len(call.text("alt_txt")) > 1000:
        raise SlackError("alt_txt_too_large")
    name = call.text("filename")
    file = File(
        id=call.local.workspace.new_id("F"), name=name.replace("/", "_"), title=name, user=call.app.bot_user,
        created=int(call.local.clock.now()), length=length, mimetype=guess_type(name),
        alt_text=call.text("alt_txt"), snippet_type=call.text("snippet_type"),
    )  # fmt: skip
    call.local.workspace.files[file.id] = file
    return {"upload_url": f"{call.local.base_url}/upload/{file.id}", "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """Finish uploads and share them, as one message, where asked."""
    wanted = call.json("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(item, dict) for item in wanted):
        raise invalid_arguments("must be an array of {id, title} [json-pointer:/files]")
    workspace, app = call.local.workspace, call.app
    files = [workspace.files.get(str(item.get("id"))) for item in wanted]
    found = [file for file in files if file is not None and file.received and not file.deleted]
    if len(found) != len(wanted):
        raise SlackError("file_not_found", "Each file needs getUploadURLExternal and an upload first.")
    blocks = call.json("blocks", "invalid_blocks") or []
    refuse_blocks(blocks, "/blocks")
    targets = call.words("channels") or ([call.text("channel_id")] if call.has("channel_id") else [])
    channels = []
    for target in targets:
        channel = workspace.channels.get(target)
        if channel is None or (channel.is_private and app.bot_user not in channel.members):
            raise SlackError("channel_not_found")
        if app.bot_user not in channel.members:
            raise SlackError("not_in_channel")
        if channel.is_archived:
            raise SlackError("posting_to_channel_denied", "The channel is archived.")
        channels.append(channel)
    for file, item in zip(found, wanted, strict=True):
        file.title = str(item.get("title") or file.name)
        file.ready = True
    add_ids(workspace, blocks)
    for channel in channels:
        draft = Draft(text=call.text("initial_comment"), blocks=blocks, subtype="file_share",
                      files=[file.id for file in found], thread_ts=call.text("thread_ts"))  # fmt: skip
        message = messages.post(call.local, channel, app.bot_user, draft, app=app)
        for file in found:
            file.shares.append([channel.id, message.ts])
            tell_shared(call.local, file, channel)
    return {"files": [describe_file(call.local, file) for file in found]}


def info(call: Call) -> Json:
    """One file."""
    return {"file": describe_file(call.local, _file(call)), "comments": [], "response_metadata": {"next_cursor": ""}}


def listing(call: Call) -> Json:
    """The files of conversations the app is in, newest first."""
    visible = [
        file for file in call.local.workspace.files.values()
        if file.ready and not file.deleted and _visible(call, file)
        and call.text("channel") in ("", *(channel for channel, _ in file.shares))
        and call.text("user") in ("", file.user)
    ]  # fmt: skip
    visible.sort(key=lambda file: (file.created, file.id), reverse=True)
    count, number = min(1000, max(1, call.number("count", 100))), max(1, call.number("page", 1))
    shown = visible[(number - 1) * count : number * count]
    paging = {"count": count, "total": len(visible), "page": number, "pages": -(-len(visible) // count) or 1}
    return {"files": [describe_file(call.local, file) for file in shown], "paging": paging}


def delete(call: Call) -> Json:
    """Delete one of the app's own files."""
    file = _file(call)
    if file.user != call.app.bot_user:
        raise SlackError("cant_delete_file")
    file.deleted = True
    call.local.uploads.pop(file.id, None)
    for channel_id, ts in file.shares:
        message = call.local.workspace.message(channel_id, ts)
        if message is not None:
            channel = call.local.workspace.channels[channel_id]
            call.local.tell(channel, {"type": "message_changed", "message": messages.for_viewer(call.local, message)})
    return {}


def _file(call: Call) -> File:
    file = call.local.workspace.files.get(call.text("file"))
    if file is None or not _visible(call, file):
        raise SlackError("file_not_found")
    if file.deleted:
        raise SlackError("file_deleted")
    return file


def _visible(call: Call, file: File) -> bool:
    channels = call.local.workspace.channels
    bot = call.app.bot_user
    return file.user == bot or any(bot in channels[c].members for c, _ in file.shares if c in channels)


METHODS = (
    Method(name="files.getUploadURLExternal", run=get_upload_url, faith="simplified",
           note="Files of up to 50 MB; a length that differs from what arrives is noted, not refused.",
           errors=errors("file_upload_size_restricted alt_txt_too_large")),
    Method(name="files.completeUploadExternal", run=complete_upload, faith="simplified",
           note="The file is shared at once; Slack may take a moment. No thumbnails.",
           errors=errors("file_not_found channel_not_found not_in_channel posting_to_channel_denied invalid_blocks")),
    Method(name="files.info", run=info, errors=errors("file_not_found file_deleted")),
    Method(name="files.list", run=listing, faith="simplified", note="Filters by channel and user only."),
    Method(name="files.delete", run=delete, errors=errors("file_not_found file_deleted cant_delete_file")),
)  # fmt: skip
