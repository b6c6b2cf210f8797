"""Global and message shortcuts."""

from bot.emulator import messages
from bot.emulator.apps import App
from bot.emulator.channels import Channel
from bot.emulator.interactions.payloads import may_act, named, shared
from bot.emulator.local import LocalSlack
from bot.emulator.people import User
from bot.emulator.wire import ActError, Json


async def global_shortcut(local: LocalSlack, user: User, callback_id: str) -> Json:
    """Run a shortcut from the composer's menu."""
    may_act(user)
    app = _find(local, callback_id, "global")
    payload = shared(local, app, user, "shortcut") | {
        "action_ts": local.new_ts(), "callback_id": callback_id,
        "trigger_id": local.triggers.issue(app.id, user.id),
    }  # fmt: skip
    outcome = await local.deliveries.ask(
        app.id, "interactive", payload, f"shortcut {callback_id}", accepts=False, user=user.id
    )
    return {"ok": True, **outcome.describe()}


async def message_shortcut(local: LocalSlack, user: User, callback_id: str, channel: Channel, ts: str) -> Json:
    """Run a shortcut from the menu of a message."""
    may_act(user)
    app = _find(local, callback_id, "message")
    message = channel.messages.get(ts)
    if message is None:
        raise ActError("message_not_found", f"There is no message {ts!r} in #{channel.name}.")
    payload = shared(local, app, user, "message_action") | {
        "action_ts": local.new_ts(), "callback_id": callback_id,
        "trigger_id": local.triggers.issue(app.id, user.id), "channel": named(channel, user.id), "message_ts": ts,
        "message": messages.describe(local, message, app=app),
        "response_url": local.response_url(app, user.id, channel.id, thread_ts=message.thread_ts),
    }  # fmt: skip
    outcome = await local.deliveries.ask(
        app.id, "interactive", payload, f"message shortcut {callback_id}", accepts=False, user=user.id
    )
    return {"ok": True, **outcome.describe()}


def _find(local: LocalSlack, callback_id: str, kind: str) -> App:
    for app in local.workspace.apps.values():
        if any(s.callback_id == callback_id and s.type == kind for s in app.facts.shortcuts) and not app.uninstalled:
            return app
    known = [s.callback_id for a in local.workspace.apps.values() for s in a.facts.shortcuts if s.type == kind]
    names = ", ".join(known) or "none"
    raise ActError("unknown_shortcut", f"No app has the {kind} shortcut {callback_id!r}. There are: {names}.")
