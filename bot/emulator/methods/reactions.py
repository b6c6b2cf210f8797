"""reactions.*."""

from bot.emulator import messages
from bot.emulator.channels import Channel, Message
from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.reactions import add_reaction, remove_reaction, valid_name
from bot.emulator.wire import Json, SlackError, looks_like_stamp


def add(call: Call) -> Json:
    """React as the app."""
    channel, message = _item(call)
    name = _name(call)
    if channel.is_archived:
        raise SlackError("is_archived")
    if not add_reaction(call.local, message, call.app.bot_user, name):
        raise SlackError("already_reacted")
    return {}


def remove(call: Call) -> Json:
    """Take the app's reaction back."""
    _, message = _item(call)
    if not remove_reaction(call.local, message, call.app.bot_user, _name(call)):
        raise SlackError("no_reaction")
    return {}


def get(call: Call) -> Json:
    """A message with its reactions."""
    channel, message = _item(call)
    return {"type": "message", "channel": channel.id, "message": messages.describe(call.local, message, app=call.app)}


def _item(call: Call) -> tuple[Channel, Message]:
    if not call.has("channel") or not call.has("timestamp"):
        raise SlackError("no_item_specified")
    if not looks_like_stamp(call.text("timestamp")):
        raise SlackError("bad_timestamp")
    channel = call.channel()
    return channel, call.message(channel, "timestamp")


def _name(call: Call) -> str:
    name = call.text("name").strip(":")
    if not valid_name(name):
        raise SlackError("invalid_name", f"{name!r} is not the name of an emoji.")
    return name


_ITEM = "no_item_specified bad_timestamp channel_not_found message_not_found "
METHODS = (
    Method(name="reactions.add", run=add, errors=errors(_ITEM + "invalid_name already_reacted is_archived"),
           faith="simplified", note="Any well-formed emoji name is taken.",
           required_checked_inside=("channel", "timestamp")),
    Method(name="reactions.remove", run=remove, errors=errors(_ITEM + "invalid_name no_reaction"), faith="simplified",
           note="Messages only, not files."),
    Method(name="reactions.get", run=get, errors=errors(_ITEM), faith="simplified", note="Messages only, not files."),
)  # fmt: skip
