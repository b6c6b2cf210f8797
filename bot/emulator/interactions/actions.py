"""Clicks and choices: block_actions from messages, ephemerals, modals and App Homes; options of external selects."""

from typing import Any

from bot.emulator import messages, views
from bot.emulator.apps import App
from bot.emulator.blockkit.surfaces import placed
from bot.emulator.channels import Channel, Message
from bot.emulator.inputs import GIVEN_KEYS, KEYS, action, entered, options_of, stateful, values
from bot.emulator.interactions.payloads import may_act, named, shared
from bot.emulator.local import LocalSlack
from bot.emulator.people import User
from bot.emulator.wire import ActError, Json
from bot.emulator.workspace import View


async def act(local: LocalSlack, user: User, wanted: Json) -> Json:
    """Press or choose something: `wanted` has channel + ts or view_id, action_id, and a value where there is one."""
    may_act(user)
    place = find_place(local, user, wanted)
    block, element = find_element(place, wanted)
    _enter_others(local, user, place, wanted.get("values"))
    entry = _enter(local, user, place, block, element, wanted)
    if isinstance(place, View) and block.get("type") == "input" and not block.get("dispatch_action"):
        return {"ok": True, "acked": True, "ack_ms": 0.0, "local": True}
    app = app_of(local, place)
    payload = _payload(local, app, user, place)
    payload["actions"] = [action(block["block_id"], element, entry, local.new_ts())]
    outcome = await local.deliveries.ask(
        app.id, "interactive", payload, f"click {element['action_id']}", accepts=False, user=user.id
    )
    return {"ok": True, **outcome.describe()}


async def suggest(local: LocalSlack, user: User, wanted: Json) -> Json:
    """Ask the app for the options of an external select."""
    may_act(user)
    place = find_place(local, user, wanted)
    block, element = find_element(place, wanted)
    if element.get("type") not in ("external_select", "multi_external_select"):
        return {"ok": True, "acked": True, "ack_ms": 0.0, "options": options_of(element)}
    app = app_of(local, place)
    payload = _payload(local, app, user, place, kind="block_suggestion")
    payload |= {
        "action_id": element["action_id"], "block_id": block["block_id"], "value": str(wanted.get("value", "")),
        "action_ts": local.new_ts(),
    }  # fmt: skip
    for name in ("trigger_id", "response_url"):
        payload.pop(name, None)
    outcome = await local.deliveries.ask(
        app.id, "interactive", payload, f"options {element['action_id']}", accepts=True, user=user.id
    )
    answer = outcome.payload or {}
    said = {"ok": True, **outcome.describe(), "options": answer.get("options", [])}
    if "option_groups" in answer:
        said["option_groups"] = answer["option_groups"]
    return said


def find_place(local: LocalSlack, user: User, wanted: Json) -> Message | View:
    """The message or view somebody acts on; it must be one they can see."""
    view_id = wanted.get("view_id")
    if view_id:
        view = local.workspace.views.get(str(view_id))
        if view is None or view.user_id != user.id:
            raise ActError("view_not_found", f"{user.name} has no view {view_id!r} open.")
        return view
    channel = local.where(wanted.get("channel"))
    ts = str(wanted.get("ts", ""))
    found = channel.messages.get(ts)
    found = found or next((m for m in channel.ephemerals if m.ts == ts and m.ephemeral_to == user.id), None)
    if found is None:
        raise ActError("message_not_found", f"{user.name} sees no message {ts!r} in #{channel.name}.")
    if user.id not in channel.members and not local.sees(user.id, channel):
        raise ActError("channel_not_found", f"{user.name} cannot see #{channel.name}.")
    return found


def find_element(place: Message | View, wanted: Json) -> tuple[Json, Json]:
    """The block and the element with the wanted action_id (and block_id, where two share it)."""
    action_id, block_id = wanted.get("action_id"), wanted.get("block_id")
    blocks = place.payload["blocks"] if isinstance(place, View) else _blocks(place)
    pairs = list(placed(blocks))
    for block, element in pairs:
        if element.get("action_id") == action_id and block_id in (None, "", block.get("block_id")):
            return block, element
    known = ", ".join(f"{block.get('block_id')}/{element.get('action_id')}" for block, element in pairs)
    raise ActError("action_not_found", f"Nothing here has the action_id {action_id!r}. There are: {known or 'none'}.")


def app_of(local: LocalSlack, place: Message | View) -> App:
    """The app that hears of it."""
    app = local.workspace.apps.get(place.app_id)
    if app is None or app.uninstalled:
        raise ActError("app_not_found", "The app behind this message is not installed any more.")
    return app


def _blocks(message: Message) -> list[Any]:
    inner = [b for a in message.attachments for b in a.get("blocks") or []]
    return [*message.blocks, *inner]


def _enter(
    local: LocalSlack, user: User, place: Message | View, block: Json, element: Json, wanted: Json
) -> Json | None:
    kind = element["type"]
    given = {key: wanted[key] for key in GIVEN_KEYS if key in wanted}
    if kind == "overflow":
        value = wanted.get("selected_option", wanted.get("value"))
        value = value.get("value") if isinstance(value, dict) else value
        chosen = next((o for o in options_of(element) if o.get("value") == value), None)
        if chosen is None:
            raise ActError("option_not_found", f"{element['action_id']} has no option {value!r}.")
        return {"selected_option": chosen}
    if kind == "feedback_buttons":
        sides = [element["positive_button"], element["negative_button"]]
        chosen = next((side for side in sides if side.get("value") == wanted.get("value")), None)
        if chosen is None:
            raise ActError("option_not_found", "feedback_buttons take the value of one of their two buttons.")
        return {"text": chosen["text"], "value": chosen["value"]}
    if kind not in KEYS:
        return None
    entry = entered(local.workspace, element, given)
    kept = place.state if isinstance(place, View) else _message_state(local, user, place)
    kept.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return entry


def _enter_others(local: LocalSlack, user: User, place: Message | View, given: Any) -> None:
    """Keep what stands in the other inputs at this moment: `{block_id: {action_id: {...}}}`, as a page sends it."""
    if not isinstance(given, dict):
        return
    kept = place.state if isinstance(place, View) else _message_state(local, user, place)
    for block, element in stateful(place.payload["blocks"] if isinstance(place, View) else _blocks(place)):
        held = given.get(block["block_id"])
        value = held.get(element["action_id"]) if isinstance(held, dict) else None
        if value is not None:
            kept.setdefault(block["block_id"], {})[element["action_id"]] = entered(local.workspace, element, value)


def _message_state(local: LocalSlack, user: User, message: Message) -> Json:
    kept: Json = local.workspace.inputs.setdefault(f"{user.id}:{message.channel}:{message.ts}", {})
    return kept


def _payload(local: LocalSlack, app: App, user: User, place: Message | View, *, kind: str = "block_actions") -> Json:
    payload = shared(local, app, user, kind)
    if isinstance(place, View):
        payload |= {
            "container": {"type": "view", "view_id": place.id},
            "trigger_id": local.triggers.issue(app.id, user.id, place.id),
            "view": views.describe(local, place),
        }
        return payload
    channel = local.workspace.channels[place.channel]
    container: Json = {
        "type": "message", "message_ts": place.ts, "channel_id": channel.id, "is_ephemeral": bool(place.ephemeral_to),
    }  # fmt: skip
    if place.thread_ts:
        container["thread_ts"] = place.thread_ts
    payload |= {
        "container": container,
        "trigger_id": local.triggers.issue(app.id, user.id),
        "channel": named(channel, user.id),
        "state": {"values": values(_blocks(place), _message_state(local, user, place))},
        "response_url": local.response_url(
            app, user.id, channel.id, thread_ts=place.thread_ts, message_ts=place.ts, ephemeral=bool(place.ephemeral_to)
        ),
    }
    if not place.ephemeral_to:
        payload["message"] = messages.describe(local, place, app=app)
    return payload


def channel_of(local: LocalSlack, place: Message | View) -> Channel | None:
    """The conversation a message stands in."""
    return None if isinstance(place, View) else local.workspace.channels[place.channel]
