"""chat.startStream, appendStream, stopStream."""

from copy import deepcopy

from bot.emulator import messages, streams
from bot.emulator.channels import Channel, Message
from bot.emulator.messages import Draft
from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.methods.drafts import check_place, read_metadata, refuse_blocks
from bot.emulator.views import add_ids
from bot.emulator.wire import Json, SlackError, invalid_arguments


def start(call: Call) -> Json:
    """Begin a stream in a thread or DM."""
    channel = call.target()
    thread_ts = call.text("thread_ts")
    check_place(call, channel, thread_ts="")
    if thread_ts and thread_ts not in channel.messages:
        raise SlackError("message_not_found" if call.method != "chat.startStream" else "channel_type_not_supported",
                         f"There is no message {thread_ts!r} to stream to.")  # fmt: skip
    recipient = call.text("recipient_user_id")
    if not channel.is_im:
        if not recipient:
            raise SlackError("missing_recipient_user_id", "Streams in channels need recipient_user_id.")
        if not call.has("recipient_team_id"):
            raise SlackError("missing_recipient_team_id", "Streams in channels need recipient_team_id.")
        if recipient not in call.local.workspace.users:
            raise SlackError("user_not_found")
    mode = call.text("task_display_mode", "timeline")
    if mode not in ("timeline", "plan"):
        raise invalid_arguments("must be timeline or plan [json-pointer:/task_display_mode]")
    chunks = _chunks(call)
    draft = Draft(thread_ts=thread_ts, stream=streams.LIVE, stream_to=recipient, stream_mode=mode)
    message = messages.post(call.local, channel, call.app.bot_user, draft, app=call.app)
    _grow(call, message, chunks)
    return {"channel": channel.id, "ts": message.ts}


def append(call: Call) -> Json:
    """Add to a stream."""
    channel, message = _live(call)
    if message.stream == streams.STOPPED_BY_USER:
        raise SlackError("stopped_by_user", "Somebody pressed Stop.")
    chunks = _chunks(call)
    if not chunks:
        raise SlackError("no_text")
    _grow(call, message, chunks)
    return {"channel": channel.id, "ts": message.ts}


def stop(call: Call) -> Json:
    """End a stream, with last words, blocks and metadata."""
    channel, message = _live(call)
    chunks = _chunks(call)
    blocks = call.json("blocks", "invalid_blocks") or []
    refuse_blocks(blocks, "/blocks")
    metadata = read_metadata(call)
    _grow(call, message, chunks)
    add_ids(call.local.workspace, blocks)
    message.blocks.extend(blocks)
    message.stream = ""
    if metadata is not None:
        message.metadata = metadata
    final = Draft(text=message.text, blocks=message.blocks, attachments=message.attachments)
    messages.change(call.local, message, final, keep_metadata=True)
    return {
        "channel": channel.id, "ts": message.ts, "message": messages.describe(call.local, message, metadata=True),
    }  # fmt: skip


def _live(call: Call) -> tuple[Channel, Message]:
    channel = call.channel()
    message = channel.messages.get(call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.app_id != call.app.id:
        raise SlackError("message_not_owned_by_app")
    if not message.stream:
        raise SlackError("message_not_in_streaming_state", "This stream has ended, or never was one.")
    return channel, message


def _chunks(call: Call) -> list[Json]:
    chunks = call.json("chunks", "invalid_chunks") or []
    if not isinstance(chunks, list) or not all(isinstance(chunk, dict) for chunk in chunks):
        raise SlackError("invalid_chunks", "chunks must be an array of objects.")
    text = call.text("markdown_text")
    return [{"type": "markdown_text", "text": text}, *chunks] if text else chunks


def _grow(call: Call, message: Message, chunks: list[Json]) -> None:
    before = message.text, deepcopy(message.blocks)
    try:
        streams.grow(call.local, message, chunks)
    except SlackError:
        message.text, message.blocks = before  # a refused chunk leaves no trace
        raise
    if chunks:
        streams.show(call.local, message)


_CHUNKS = "invalid_chunks invalid_blocks msg_blocks_too_long msg_blocks_too_many "
_LIVE = "channel_not_found message_not_found message_not_owned_by_app message_not_in_streaming_state "
METHODS = (
    Method(name="chat.startStream", run=start, faith="simplified",
           note="A thread_ts that does not exist is answered channel_type_not_supported; Slack's answer is unknown.",
           errors=errors(_CHUNKS + "channel_not_found not_in_channel is_archived messages_tab_disabled user_not_found "
                         "missing_recipient_user_id missing_recipient_team_id channel_type_not_supported")),
    Method(name="chat.appendStream", run=append, errors=errors(_CHUNKS + _LIVE + "no_text stopped_by_user"),
           faith="simplified", note="Apps get one message_changed at the end, none for each addition.",
           required_checked_inside=("markdown_text",)),
    Method(name="chat.stopStream", run=stop, faith="simplified",
           note="The final message keeps markdown, task_card and plan blocks as they were streamed.",
           errors=errors(_CHUNKS + _LIVE + "invalid_metadata_format metadata_too_large")),
)  # fmt: skip
