"""conversations.*: reading."""

from bot.emulator import messages
from bot.emulator.channels import Channel, Message, describe_channel
from bot.emulator.methods.call import SCOPE_KIND, Call, Method, errors, page
from bot.emulator.wire import Json, SlackError

TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}


def listing(call: Call) -> Json:
    """Every conversation of the asked types that the app may know of."""
    return _list(call, _types(call), only_mine=False, member=call.app.bot_user)


def users_conversations(call: Call) -> Json:
    """The conversations somebody is in, as far as the app may know of them."""
    member = call.text("user") or call.app.bot_user
    return _list(call, _types(call), only_mine=True, member=member)


def info(call: Call) -> Json:
    """One conversation."""
    channel = call.channel()
    call.require_channel_scope(channel, "read")
    described = describe_channel(channel, for_user=call.app.bot_user, locale=call.flag("include_locale"),
                                 count=call.flag("include_num_members"))  # fmt: skip
    return {"channel": described}


def members(call: Call) -> Json:
    """Who is in a conversation."""
    channel = call.channel()
    call.require_channel_scope(channel, "read")
    shown, metadata = page(call, channel.members, most=1000, default=100, limit_error="invalid_limit")
    return {"members": shown, "response_metadata": metadata}


def history(call: Call) -> Json:
    """Top-level messages, newest first."""
    channel = call.channel()
    call.require_channel_scope(channel, "history")
    _require_member(call, channel)
    wanted = _between(call, channel.top_level())
    wanted.reverse()
    shown, metadata = page(call, wanted, most=999, default=100)
    more = bool(metadata["next_cursor"])
    said: Json = {"messages": [_said(call, m) for m in shown], "has_more": more, "pin_count": 0}
    if metadata["next_cursor"]:
        said["response_metadata"] = metadata
    return said


def replies(call: Call) -> Json:
    """A thread: its parent first, then replies, oldest first."""
    channel = call.channel()
    call.require_channel_scope(channel, "history")
    if channel.kind == "channel" and call.app.bot_user not in channel.members:
        raise SlackError("channel_not_found", "The app is not in this channel.")
    thread = channel.thread(messages.root_of(channel, call.text("ts")))
    if not thread:
        raise SlackError("thread_not_found")
    wanted = [thread[0], *_between(call, thread[1:])]
    shown, metadata = page(call, wanted, most=1000, default=1000)
    said: Json = {"messages": [_said(call, m) for m in shown], "has_more": bool(metadata["next_cursor"])}
    if metadata["next_cursor"]:
        said["response_metadata"] = metadata
    return said


def _said(call: Call, message: Message) -> Json:
    return messages.describe(call.local, message, metadata=call.flag("include_all_metadata"), app=call.app)


def _between(call: Call, found: list[Message]) -> list[Message]:
    oldest, latest = call.stamp("oldest", "invalid_ts_oldest"), call.stamp("latest", "invalid_ts_latest")
    inclusive = call.flag("inclusive")

    def inside(ts: str) -> bool:
        at = float(ts)
        low = float(oldest) if oldest and oldest != "now" else 0.0
        high = float(latest) if latest and latest != "now" else float("inf")
        return low <= at <= high if inclusive else low < at < high

    return [m for m in found if inside(m.ts)]


def _require_member(call: Call, channel: Channel) -> None:
    if call.app.bot_user not in channel.members:
        raise SlackError("not_in_channel")


def _types(call: Call) -> list[str]:
    types = call.words("types") or ["public_channel"]
    if any(name not in TYPES for name in types):
        raise SlackError("invalid_types")
    for name in types:
        call.require_scope(f"{SCOPE_KIND[TYPES[name]]}:read")
    return [TYPES[name] for name in types]


def _list(call: Call, kinds: list[str], *, only_mine: bool, member: str) -> Json:
    bot = call.app.bot_user
    found = [
        channel
        for channel in call.local.workspace.channels.values()
        if channel.kind in kinds
        and (not channel.is_private or bot in channel.members)
        and (not only_mine or member in channel.members)
        and not (call.flag("exclude_archived") and channel.is_archived)
    ]
    shown, metadata = page(call, found, most=1000, default=100, limit_error="invalid_limit")
    described = [describe_channel(channel, for_user=bot) for channel in shown]
    for channel, said in zip(shown, described, strict=True):
        if not channel.is_im and not only_mine:
            said["num_members"] = len(channel.members)
    return {"channels": described, "response_metadata": metadata}


METHODS = (
    Method(name="conversations.list", run=listing, scope_checked_inside=True,
           errors=errors("invalid_cursor invalid_limit invalid_types")),
    Method(name="users.conversations", run=users_conversations, scope_checked_inside=True,
           errors=errors("invalid_cursor invalid_limit invalid_types")),
    Method(name="conversations.info", run=info, errors=errors("channel_not_found"), scope_checked_inside=True),
    Method(name="conversations.members", run=members, scope_checked_inside=True,
           errors=errors("channel_not_found invalid_cursor invalid_limit")),
    Method(name="conversations.history", run=history, scope_checked_inside=True,
           errors=errors("channel_not_found not_in_channel invalid_cursor invalid_ts_latest invalid_ts_oldest")),
    Method(name="conversations.replies", run=replies, scope_checked_inside=True,
           errors=errors("channel_not_found thread_not_found invalid_cursor invalid_ts_latest invalid_ts_oldest")),
)  # fmt: skip
