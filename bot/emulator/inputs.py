"""What people enter into elements: the state entry of each kind, and what Slack's own client would not let through."""

from collections.abc import Iterator
from typing import Any

from bot.emulator.blockkit.surfaces import placed
from bot.emulator.wire import ActError, Json
from bot.emulator.workspace import Workspace

# The key under which a kind of element keeps its value, and where its first value stands.
KEYS = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "radio_buttons": ("selected_option", "initial_option"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", ""),
}
LISTS = frozenset(kind for kind, (key, _) in KEYS.items() if key.endswith("s"))
GIVEN_KEYS = ("value", *dict.fromkeys(key for key, _ in KEYS.values() if key != "value"))


def stateful(blocks: Any) -> Iterator[tuple[Json, Json]]:
    """Pairs of a block and an element that keeps a value."""
    return ((block, element) for block, element in placed(blocks) if element.get("type") in KEYS)


def blank(element: Json) -> Json:
    """The state entry before anybody entered something."""
    kind = element["type"]
    key, initial = KEYS[kind]
    empty: Any = [] if kind in LISTS else None
    entry = {"type": kind, key: element.get(initial, empty) if initial else empty}
    if kind == "timepicker" and element.get("timezone"):
        entry["timezone"] = element["timezone"]
    return entry


def values(blocks: Any, kept: Json) -> Json:
    """`state.values`: what was entered, else the initial value, for every element that keeps one."""
    state: Json = {}
    for block, element in stateful(blocks):
        entry = kept.get(block["block_id"], {}).get(element["action_id"])
        if entry is None or entry.get("type") != element["type"]:
            entry = blank(element)
        state.setdefault(block["block_id"], {})[element["action_id"]] = entry
    return state


def entered(workspace: Workspace, element: Json, given: Any) -> Json:
    """The state entry for a value given in full (`{"selected_option": {...}}`) or plainly (`"billing"`, `["a"]`)."""
    kind = element["type"]
    key, _ = KEYS[kind]
    if isinstance(given, dict) and kind != "rich_text_input" and not ("text" in given and "value" in given):
        given = next((given[name] for name in (key, *GIVEN_KEYS) if name in given), None)
    elif isinstance(given, dict) and key in given:
        given = given[key]
    if kind in LISTS:
        items = given if isinstance(given, list) else [] if given is None else [given]
        return {"type": kind, key: [_one(workspace, element, item) for item in items]}
    if given is None or given == "":
        return {"type": kind, key: None}
    return {"type": kind, key: _one(workspace, element, given)}


def problem(block: Json, element: Json, entry: Json) -> str | None:
    """Why Slack's client would not submit this input, or None."""
    kind = element["type"]
    value = entry.get(KEYS[kind][0])
    if value in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(value) <= most:
            return f"Please enter between {least} and {most} characters."
    if kind == "email_text_input" and ("@" not in value or " " in value):
        return "Please enter an e-mail address."
    if kind == "url_text_input" and "://" not in value:
        return "Please enter a URL."
    if kind == "number_input":
        return _number_problem(element, value)
    most = element.get("max_selected_items")
    if kind in LISTS and most and len(value) > most:
        return f"Please choose at most {most}."
    return None


def action(block_id: str, element: Json, entry: Json | None, action_ts: str) -> Json:
    """The entry in `actions` of a block_actions payload."""
    said: Json = {
        "type": element["type"], "action_id": element["action_id"], "block_id": block_id, "action_ts": action_ts,
    }  # fmt: skip
    for name in ("text", "value", "style", "placeholder", "confirm", "agent_prompt"):
        if name in element:
            said[name] = element[name]
    return said | (entry or {})


def options_of(element: Json) -> list[Json]:
    """Every option an element offers, through its groups."""
    offered = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        offered += group.get("options") or []
    return offered


def _one(workspace: Workspace, element: Json, given: Any) -> Any:
    kind = element["type"]
    if kind in ("external_select", "multi_external_select"):
        if isinstance(given, dict):
            return given
        return {"text": {"type": "plain_text", "text": str(given)}, "value": str(given)}
    if KEYS[kind][0] in ("selected_option", "selected_options"):
        wanted = given.get("value") if isinstance(given, dict) else given
        offered = options_of(element)
        found = next((o for o in offered if o.get("value") == wanted), None)
        found = found or next((o for o in offered if o.get("text", {}).get("text") == wanted), None)
        if found is None:
            known = ", ".join(str(o.get("value")) for o in offered)
            raise ActError("option_not_found", f"{element['action_id']} has no option {wanted!r}. It has: {known}.")
        return found
    if kind in ("users_select", "multi_users_select"):
        person = workspace.person(str(given))
        if person is None:
            raise ActError("user_not_found", f"There is nobody called {given!r} to choose.")
        return person.id
    if "channel" in kind or "conversation" in kind:
        channel = workspace.conversation(str(given))
        if channel is None:
            raise ActError("channel_not_found", f"There is no conversation {given!r} to choose.")
        return channel.id
    if kind == "datetimepicker":
        return int(given)
    return given if kind in ("rich_text_input", "file_input") else str(given)


def _number_problem(element: Json, value: str) -> str | None:
    try:
        number = float(value) if element.get("is_decimal_allowed") else int(value)
    except ValueError:
        return "Please enter a number." if element.get("is_decimal_allowed") else "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return f"Please enter {least} or more."
    if most is not None and number > float(most):
        return f"Please enter {most} or less."
    return None
