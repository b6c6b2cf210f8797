"""chat.scheduleMessage and what goes with it."""

from bot.emulator.methods.call import Call, Method, errors, page
from bot.emulator.methods.drafts import LONGEST_TEXT, check_place, read_draft
from bot.emulator.scheduled import schedule
from bot.emulator.wire import Json, SlackError

FARTHEST_S = 120 * 86_400
WINDOW_S, MOST_IN_WINDOW = 300, 30


def schedule_message(call: Call) -> Json:
    """Post later, up to 120 days ahead, at most 30 messages in five minutes and channel."""
    channel = call.target()
    thread_ts = call.text("thread_ts")
    check_place(call, channel)
    try:
        post_at = int(float(call.text("post_at")))
    except ValueError as error:
        raise SlackError("invalid_time", "post_at is a Unix time in seconds.") from error
    now = call.local.clock.now()
    if post_at <= now:
        raise SlackError("time_in_past")
    if post_at > now + FARTHEST_S:
        raise SlackError("time_too_far", "At most 120 days ahead.")
    near = [
        item for item in call.local.workspace.scheduled.values()
        if item["channel"] == channel.id and item["post_at"] // WINDOW_S == post_at // WINDOW_S
    ]  # fmt: skip
    if len(near) >= MOST_IN_WINDOW:
        raise SlackError("restricted_too_many")
    draft = read_draft(call, most_text=LONGEST_TEXT)
    identity = schedule(call.local, call.app, channel, draft, post_at)
    message: Json = {
        "type": "delayed_message", "text": draft.text, "bot_id": call.app.bot_id, "user": call.app.bot_user,
        "team": call.local.workspace.team_id,
    }  # fmt: skip
    if draft.blocks:
        message["blocks"] = draft.blocks
    if thread_ts:
        message["thread_ts"] = thread_ts
    return {"channel": channel.id, "scheduled_message_id": identity, "post_at": post_at, "message": message}


def delete_scheduled(call: Call) -> Json:
    """Take back a message that is not posted yet."""
    channel = call.channel()
    identity = call.text("scheduled_message_id")
    item = call.local.workspace.scheduled.get(identity)
    if item is None or item["channel"] != channel.id or item["app"] != call.app.id:
        raise SlackError("invalid_scheduled_message_id")
    del call.local.workspace.scheduled[identity]
    return {}


def list_scheduled(call: Call) -> Json:
    """The app's messages that are not posted yet, soonest first."""
    if call.has("channel") and call.text("channel") not in call.local.workspace.channels:
        raise SlackError("invalid_channel")
    oldest, latest = call.number("oldest", 0), call.number("latest", 2**62)
    mine = [
        item for item in call.local.workspace.scheduled.values()
        if item["app"] == call.app.id and oldest <= item["post_at"] <= latest
        and call.text("channel") in ("", item["channel"])
    ]  # fmt: skip
    mine.sort(key=lambda item: item["post_at"])
    shown, metadata = page(call, mine, most=100, default=100)
    said = [
        {"id": item["id"], "channel_id": item["channel"], "post_at": item["post_at"],
         "date_created": item["date_created"], "text": item["draft"]["text"]}
        for item in shown
    ]  # fmt: skip
    return {"scheduled_messages": said, "response_metadata": metadata}


METHODS = (
    Method(name="chat.scheduleMessage", run=schedule_message, faith="simplified",
           note="The bound of 30 messages counts fixed five-minute windows.",
           errors=errors("channel_not_found not_in_channel is_archived no_text invalid_blocks invalid_blocks_format "
                         "invalid_metadata_format metadata_too_large markdown_text_conflict too_many_attachments "
                         "msg_too_long invalid_time time_in_past time_too_far restricted_too_many")),
    Method(name="chat.deleteScheduledMessage", run=delete_scheduled,
           errors=errors("channel_not_found invalid_scheduled_message_id")),
    Method(name="chat.scheduledMessages.list", run=list_scheduled, errors=errors("invalid_channel invalid_cursor")),
)  # fmt: skip
