"""What people do: write, command, click, choose, submit, react, open, stop."""

from typing import Any

from bot.emulator import events, messages, reactions
from bot.emulator.apps import App
from bot.emulator.channels import Message
from bot.emulator.interactions import actions, commands, modals, shortcuts
from bot.emulator.local import LocalSlack
from bot.emulator.people import User
from bot.emulator.typed_text import rich_text, typed
from bot.emulator.views import describe as describe_view
from bot.emulator.wire import ActError, Json


async def say(local: LocalSlack, wanted: Json) -> Json:
    """Write a message."""
    user = local.who(wanted.get("as"))
    channel = local.where(wanted.get("channel"))
    message = messages.say(
        local, user.id, channel, str(wanted.get("text") or ""), thread_ts=str(wanted.get("thread_ts") or ""),
        raw=bool(wanted.get("raw")), blocks=wanted.get("blocks"), files=wanted.get("files"),
    )  # fmt: skip
    return {"ok": True, "ts": message.ts, "channel": channel.id, "message": messages.for_viewer(local, message)}


async def edit(local: LocalSlack, wanted: Json) -> Json:
    """Change one's own message."""
    user, message = _own(local, wanted)
    text = typed(local.workspace, str(wanted.get("text") or ""))
    blocks = wanted.get("blocks") or [rich_text(text, local.workspace.new_id("b"))]
    draft = messages.Draft(text=text, blocks=blocks)
    messages.change(local, message, draft, keep_metadata=True, editor=user.id)
    return {"ok": True, "ts": message.ts}


async def delete(local: LocalSlack, wanted: Json) -> Json:
    """Delete one's own message."""
    _, message = _own(local, wanted)
    messages.delete(local, message)
    return {"ok": True, "ts": message.ts}


async def command(local: LocalSlack, wanted: Json) -> Json:
    """Send a slash command; the whole line may stand in `command`."""
    name, _, rest = str(wanted.get("command") or "").strip().partition(" ")
    text = str(wanted.get("text") or "") or rest.strip()
    return await commands.run_command(
        local, local.who(wanted.get("as")), local.where(wanted.get("channel")), name, text,
        thread_ts=str(wanted.get("thread_ts") or ""),
    )  # fmt: skip


async def action(local: LocalSlack, wanted: Json) -> Json:
    """Press a button or choose something."""
    return await actions.act(local, local.who(wanted.get("as")), wanted)


async def options(local: LocalSlack, wanted: Json) -> Json:
    """The options of an external select for what was typed."""
    return await actions.suggest(local, local.who(wanted.get("as")), wanted)


async def submit(local: LocalSlack, wanted: Json) -> Json:
    """Submit a modal with what was entered."""
    given: Any = wanted.get("values") or {}
    if not isinstance(given, dict):
        raise ActError("invalid_values", "`values` must be an object of block_id and value.")
    return await modals.submit(local, local.who(wanted.get("as")), str(wanted.get("view_id", "")), given)


async def close(local: LocalSlack, wanted: Json) -> Json:
    """Close a modal, or all of them with `clear`."""
    return await modals.close(
        local, local.who(wanted.get("as")), str(wanted.get("view_id", "")), clear=bool(wanted.get("clear"))
    )


async def shortcut(local: LocalSlack, wanted: Json) -> Json:
    """Run a global shortcut."""
    return await shortcuts.global_shortcut(local, local.who(wanted.get("as")), str(wanted.get("callback_id", "")))


async def message_shortcut(local: LocalSlack, wanted: Json) -> Json:
    """Run a shortcut on a message."""
    return await shortcuts.message_shortcut(
        local, local.who(wanted.get("as")), str(wanted.get("callback_id", "")), local.where(wanted.get("channel")),
        str(wanted.get("ts", "")),
    )  # fmt: skip


async def open_home(local: LocalSlack, wanted: Json) -> Json:
    """Look at an app's Home or Messages tab: the app gets app_home_opened."""
    user = local.who(wanted.get("as"))
    app = local.app(wanted.get("app"))
    tab = "messages" if wanted.get("tab") == "messages" else "home"
    enabled = app.facts.home_enabled if tab == "home" else app.facts.messages_enabled
    if not enabled:
        raise ActError("not_enabled", f"The manifest switches the {tab} tab of {app.name} off.")
    channel = local.workspace.open_direct(user.id, app.bot_user, local.clock.now())
    view = local.workspace.views.get(local.workspace.homes.get(f"{app.id}:{user.id}", ""))
    event: Json = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab,
                   "event_ts": local.new_ts()}  # fmt: skip
    if tab == "home" and view is not None:
        event["view"] = describe_view(local, view)
    events.send(local, app, "app_home_opened", event)
    return {"ok": True, "channel": channel.id, "view": describe_view(local, view) if view and tab == "home" else None}


async def react(local: LocalSlack, wanted: Json) -> Json:
    """React to a message, or take the reaction back with `remove`."""
    user = local.who(wanted.get("as"))
    channel = local.where(wanted.get("channel"))
    name = str(wanted.get("name", "")).strip(":")
    message = channel.messages.get(str(wanted.get("ts", "")))
    if message is None:
        raise ActError("message_not_found", f"There is no message {wanted.get('ts')!r} in #{channel.name}.")
    if not reactions.valid_name(name):
        raise ActError("invalid_name", f"{name!r} is not the name of an emoji.")
    change = reactions.remove_reaction if wanted.get("remove") else reactions.add_reaction
    return {"ok": True, "changed": change(local, message, user.id, name)}


async def open_dm(local: LocalSlack, wanted: Json) -> Json:
    """Open the direct conversation with somebody or with an app."""
    user = local.who(wanted.get("as"))
    other = local.who(wanted.get("user") or wanted.get("app"))
    channel = local.workspace.open_direct(user.id, other.id, local.clock.now())
    return {"ok": True, "channel": channel.id}


async def mark(local: LocalSlack, wanted: Json) -> Json:
    """Mark a conversation as read up to a message (to its end without `ts`)."""
    user = local.who(wanted.get("as"))
    channel = local.where(wanted.get("channel"))
    newest = max(channel.messages, default="")
    channel.last_read[user.id] = str(wanted.get("ts") or newest)
    return {"ok": True}


async def context(local: LocalSlack, wanted: Json) -> Json:
    """Somebody looks at something while the app's pane is open: app_context_changed."""
    user = local.who(wanted.get("as"))
    app: App = local.app(wanted.get("app"))
    if not app.facts.is_agent:
        raise ActError("not_agent_app", "app_context_changed needs agent_view in the manifest.")
    entities = [
        {"type": "slack#/types/channel_id", "value": local.where(which).id, "team_id": local.workspace.team_id}
        for which in wanted.get("channels") or []
    ]
    channel = local.workspace.open_direct(user.id, app.bot_user, local.clock.now())
    events.send(local, app, "app_context_changed", {
        "type": "app_context_changed", "user": user.id, "channel": channel.id,
        "context": {"entities": entities} if entities else {}, "event_ts": local.new_ts(),
    })  # fmt: skip
    return {"ok": True}


def _own(local: LocalSlack, wanted: Json) -> tuple[User, Message]:
    user = local.who(wanted.get("as"))
    channel = local.where(wanted.get("channel"))
    message = channel.messages.get(str(wanted.get("ts", "")))
    if message is None or message.user != user.id:
        raise ActError("message_not_found", f"{user.name} has no message {wanted.get('ts')!r} in #{channel.name}.")
    return user, message
