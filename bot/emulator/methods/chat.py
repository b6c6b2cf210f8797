"""chat.*: post, change, delete, show to one person, link."""

from bot.emulator import messages
from bot.emulator.messages import Draft
from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.methods.drafts import LONGEST_TEXT, LONGEST_UPDATE, check_place, read_draft
from bot.emulator.wire import Json, SlackError


def post_message(call: Call) -> Json:
    """Post as the app."""
    channel = call.target()
    thread_ts = call.text("thread_ts")
    check_place(call, channel, thread_ts=thread_ts)
    message = messages.post(call.local, channel, call.app.bot_user, read_draft(call), app=call.app)
    return {"channel": channel.id, "ts": message.ts, "message": messages.describe(call.local, message, metadata=True)}


def me_message(call: Call) -> Json:
    """A message in the third person."""
    channel = call.target()
    check_place(call, channel)
    if not call.has("text"):
        raise SlackError("no_text")
    draft = Draft(text=call.text("text"), subtype="me_message")
    message = messages.post(call.local, channel, call.app.bot_user, draft, app=call.app)
    return {"channel": channel.id, "ts": message.ts}


def update(call: Call) -> Json:
    """Change one of the app's own messages. Metadata and attachments left out stay as they are, blocks do not."""
    channel = call.channel()
    message = channel.messages.get(call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if message.app_id != call.app.id:
        raise SlackError("cant_update_message", "Only the app that posted a message may change it.")
    if message.stream == "live":
        raise SlackError("streaming_state_conflict", "Stop the stream first.")
    if channel.is_archived:
        raise SlackError("cant_update_message", "The channel is archived.")
    draft = read_draft(call, most_text=LONGEST_UPDATE)
    if "blocks" not in call.args and "markdown_text" not in call.args and "text" not in call.args:
        draft = Draft(text=message.text, blocks=message.blocks, attachments=draft.attachments, metadata=draft.metadata)
    if "attachments" not in call.args:
        draft = Draft(text=draft.text, blocks=draft.blocks, attachments=message.attachments, metadata=draft.metadata)
    messages.change(call.local, message, draft, keep_metadata="metadata" not in call.args, editor=call.app.bot_user)
    return {
        "channel": channel.id, "ts": message.ts, "text": message.text,
        "message": messages.describe(call.local, message, metadata=True),
    }  # fmt: skip


def delete(call: Call) -> Json:
    """Delete one of the app's own messages."""
    channel = call.channel()
    message = call.message(channel)
    if message.app_id != call.app.id:
        raise SlackError("cant_delete_message")
    messages.delete(call.local, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(call: Call) -> Json:
    """Show a message to one member; it is in no history and cannot be changed by chat.update."""
    channel = call.target()
    viewer = call.text("user")
    thread_ts = call.text("thread_ts")
    check_place(call, channel, thread_ts=thread_ts)
    if viewer not in channel.members:
        raise SlackError("user_not_in_channel")
    draft = read_draft(call, most_text=LONGEST_TEXT)
    message = messages.post_ephemeral(call.local, channel, viewer, draft, app=call.app, author=call.app.bot_user)
    return {"message_ts": message.ts}


def permalink(call: Call) -> Json:
    """A link to a message: it opens the local page at that message."""
    channel = call.channel()
    message = call.message(channel, "message_ts")
    link = f"{call.local.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


_POST = "channel_not_found not_in_channel is_archived no_text invalid_blocks invalid_blocks_format "
_DRAFT = "invalid_metadata_format metadata_too_large markdown_text_conflict too_many_attachments "
METHODS = (
    Method(name="chat.postMessage", run=post_message,
           errors=errors(_POST + _DRAFT + "cannot_reply_to_message messages_tab_disabled msg_blocks_too_long"),
           faith="simplified", note="Links are never unfurled. msg_blocks_too_long is answered above 100,000 "
           "characters of blocks; Slack's bound is unknown."),
    Method(name="chat.meMessage", run=me_message,
           errors=errors("channel_not_found is_archived no_text not_in_channel")),
    Method(name="chat.update", run=update,
           errors=errors("channel_not_found message_not_found cant_update_message streaming_state_conflict no_text "
                         "msg_too_long invalid_blocks invalid_blocks_format " + _DRAFT),
           faith="simplified", note="edit_window_closed never happens by itself; ask for it with a fault."),
    Method(name="chat.delete", run=delete, errors=errors("channel_not_found message_not_found cant_delete_message")),
    Method(name="chat.postEphemeral", run=post_ephemeral,
           errors=errors(_POST + "user_not_in_channel cannot_reply_to_message messages_tab_disabled msg_too_long "
                         "markdown_text_conflict too_many_attachments"),
           faith="simplified", note="Always shown; Slack shows none to somebody who is away."),
    Method(name="chat.getPermalink", run=permalink, errors=errors("channel_not_found message_not_found")),
)  # fmt: skip
