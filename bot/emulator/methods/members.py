"""conversations.*: joining, inviting, creating, changing."""

import re

from bot.emulator import membership
from bot.emulator.channels import Channel, describe_channel
from bot.emulator.methods.call import Call, Method, errors
from bot.emulator.wire import Json, SlackError

NAME = re.compile(r"^[^\s.,/#@!?\"'<>&A-Z]{1,80}$")


def join(call: Call) -> Json:
    """The app joins a public channel."""
    channel = call.channel()
    _no_direct(channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    already = not membership.join(call.local, channel, call.app.bot_user)
    said: Json = {"channel": describe_channel(channel, for_user=call.app.bot_user)}
    if already:
        said |= {"warning": "already_in_channel", "response_metadata": {"warnings": ["already_in_channel"]}}
    return said


def leave(call: Call) -> Json:
    """The app leaves."""
    channel = call.channel()
    _no_direct(channel)
    if channel.is_general:
        raise SlackError("cant_leave_general")
    if channel.is_archived:
        raise SlackError("is_archived")
    return {} if membership.leave(call.local, channel, call.app.bot_user) else {"not_in_channel": True}


def open_conversation(call: Call) -> Json:
    """Open the app's DM with one person, or a group DM with several."""
    workspace, bot = call.local.workspace, call.app.bot_user
    if call.has("channel"):
        channel = call.channel()
        if channel.kind not in ("im", "mpim"):
            raise SlackError("method_not_supported_for_channel_type")
        return _opened(call, channel, already=True)
    users = list(dict.fromkeys(call.words("users")))
    if not users:
        raise SlackError("users_list_not_supplied")
    call.require_scope("im:write" if len(users) == 1 else "mpim:write")
    if len(users) > 8:
        raise SlackError("too_many_users")
    for user_id in users:
        user = workspace.users.get(user_id)
        if user is None:
            raise SlackError("user_not_found")
        if user.deleted:
            raise SlackError("user_disabled")
    if len(users) == 1:
        already = workspace.direct(users[0], bot) is not None
        return _opened(call, workspace.open_direct(users[0], bot, call.local.clock.now()), already=already)
    wanted = {*users, bot}
    found = next((c for c in workspace.channels.values() if c.kind == "mpim" and set(c.members) == wanted), None)
    if found is None:
        names = "--".join(sorted(workspace.users[u].name for u in wanted))
        found = Channel(id=workspace.new_id("C"), name=f"mpdm-{names}-1", kind="mpim", members=sorted(wanted),
                        creator=bot, created=int(call.local.clock.now()))  # fmt: skip
        workspace.channels[found.id] = found
        membership.show(call.local, found)
        return _opened(call, found, already=False)
    return _opened(call, found, already=True)


def invite(call: Call) -> Json:
    """Invite people."""
    channel = call.channel()
    _require_member(call, channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    users = call.words("users")
    if not users:
        raise SlackError("no_user")
    for user_id in users:
        if user_id == call.app.bot_user:
            raise SlackError("cant_invite_self")
        if user_id not in call.local.workspace.users:
            raise SlackError("user_not_found")
        if user_id in channel.members:
            raise SlackError("already_in_channel")
    for user_id in users:
        membership.join(call.local, channel, user_id, inviter=call.app.bot_user)
    return {"channel": describe_channel(channel, for_user=call.app.bot_user)}


def kick(call: Call) -> Json:
    """Remove somebody."""
    channel = call.channel()
    _require_member(call, channel)
    user = call.user()
    if user.id == call.app.bot_user:
        raise SlackError("cant_kick_self")
    if channel.is_general:
        raise SlackError("cant_kick_from_general")
    if not membership.leave(call.local, channel, user.id):
        raise SlackError("not_in_channel")
    return {"errors": {}}


def create(call: Call) -> Json:
    """A new channel."""
    name = _name(call)
    channel = membership.create(call.local, name, call.app.bot_user, private=call.flag("is_private"))
    return {"channel": describe_channel(channel, for_user=call.app.bot_user)}


def rename(call: Call) -> Json:
    """A new name."""
    channel = call.channel()
    _require_member(call, channel)
    channel.name = _name(call)
    membership.show(call.local, channel)
    return {"channel": describe_channel(channel, for_user=call.app.bot_user)}


def archive(call: Call) -> Json:
    """Archive a channel."""
    channel = call.channel()
    _no_direct(channel)
    _require_member(call, channel)
    if channel.is_general:
        raise SlackError("cant_archive_general")
    if not membership.set_archived(call.local, channel, True, call.app.bot_user):
        raise SlackError("already_archived")
    return {}


def unarchive(call: Call) -> Json:
    """Bring an archived channel back."""
    channel = call.channel()
    _no_direct(channel)
    if not membership.set_archived(call.local, channel, False, call.app.bot_user):
        raise SlackError("not_archived")
    return {}


def set_topic(call: Call) -> Json:
    """The topic, 250 characters."""
    return _describe_as(call, "topic")


def set_purpose(call: Call) -> Json:
    """The purpose, 250 characters."""
    return _describe_as(call, "purpose")


def _describe_as(call: Call, field: str) -> Json:
    channel = call.channel()
    _require_member(call, channel)
    if channel.is_archived:
        raise SlackError("is_archived")
    words = call.text(field)
    if len(words) > 250:
        raise SlackError("too_long")
    if field == "topic":
        channel.topic = words
    else:
        channel.purpose = words
    membership.show(call.local, channel)
    return {"channel": describe_channel(channel, for_user=call.app.bot_user)}


def _opened(call: Call, channel: Channel, *, already: bool) -> Json:
    said: Json = {"channel": {"id": channel.id}}
    if call.flag("return_im"):
        said["channel"] = describe_channel(channel, for_user=call.app.bot_user)
    if already:
        said |= {"no_op": True, "already_open": True}
    else:
        membership.show(call.local, channel)
    return said


def _name(call: Call) -> str:
    name = call.text("name").removeprefix("#")
    if not name:
        raise SlackError("invalid_name_required")
    if len(name) > 80:
        raise SlackError("invalid_name_maxlength")
    if not NAME.match(name):
        raise SlackError("invalid_name_specials")
    if call.local.workspace.conversation(name) is not None:
        raise SlackError("name_taken")
    return name


def _no_direct(channel: Channel) -> None:
    if channel.kind in ("im", "mpim"):
        raise SlackError("method_not_supported_for_channel_type")


def _require_member(call: Call, channel: Channel) -> None:
    if call.app.bot_user not in channel.members:
        raise SlackError("not_in_channel")


_NAMES = "invalid_name_required invalid_name_maxlength invalid_name_specials name_taken "
_TOPIC = "channel_not_found not_in_channel is_archived too_long"
METHODS = (
    Method(name="conversations.join", run=join,
           errors=errors("channel_not_found is_archived method_not_supported_for_channel_type")),
    Method(name="conversations.leave", run=leave,
           errors=errors("channel_not_found cant_leave_general is_archived method_not_supported_for_channel_type")),
    Method(name="conversations.open", run=open_conversation, errors=errors(
        "channel_not_found method_not_supported_for_channel_type users_list_not_supplied too_many_users user_not_found "
        "user_disabled")),
    Method(name="conversations.invite", run=invite, errors=errors(
        "channel_not_found not_in_channel is_archived no_user cant_invite_self user_not_found already_in_channel"),
        faith="simplified", note="`force` is ignored: one wrong user refuses all."),
    Method(name="conversations.kick", run=kick, errors=errors(
        "channel_not_found not_in_channel user_not_found cant_kick_self cant_kick_from_general")),
    Method(name="conversations.create", run=create, errors=errors(_NAMES)),
    Method(name="conversations.rename", run=rename, errors=errors(_NAMES + "channel_not_found not_in_channel"),
           faith="simplified", note="No channel_rename event."),
    Method(name="conversations.archive", run=archive, errors=errors(
        "channel_not_found not_in_channel cant_archive_general already_archived "
        "method_not_supported_for_channel_type")),
    Method(name="conversations.unarchive", run=unarchive,
           errors=errors("channel_not_found not_archived method_not_supported_for_channel_type")),
    Method(name="conversations.setTopic", run=set_topic, errors=errors(_TOPIC), faith="simplified",
           note="No channel_topic message."),
    Method(name="conversations.setPurpose", run=set_purpose, errors=errors(_TOPIC), faith="simplified",
           note="No channel_purpose message."),
)  # fmt: skip
