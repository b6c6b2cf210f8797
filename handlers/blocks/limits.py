"""Slack's limits as data: what each block, element and part may hold.

The numbers are Slack's documented ones; where the documentation and its SDK disagree the smaller number stands.
`handlers.blocks.check` holds views against them.
"""

from typing import Any

from handlers.blocks.rules import Anything, Flag, Kind, Many, OneOf, Part, Surface, Text, TextObject, Whole

PLAIN = ("plain_text",)
ID = Text(255)
SINGLE_SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
SELECTS = (*SINGLE_SELECTS, *(f"multi_{select}" for select in SINGLE_SELECTS))
PICKERS = ("datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons", *SELECTS)
INPUTS = (
    "plain_text_input", "number_input", "email_text_input", "url_text_input", "file_input", "rich_text_input", *PICKERS,
)  # fmt: skip
CLICKABLE = ("button", "overflow", "workflow_button", *PICKERS)
RICH_LEAVES = ("text", "link", "user", "usergroup", "channel", "emoji", "date", "broadcast", "color", "team")
RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")

_CONFIRM = Part(("confirm",))
_HINT = TextObject(150, PLAIN)
_STYLE = OneOf(("primary", "danger"))
_OPTION = Part(("option",))
_WIDE = Part(("wide_option",))
_LEAVES = Many(Part(RICH_LEAVES), 1000)
_MESSAGES: tuple[Surface, ...] = ("message",)

# fmt: off
BLOCKS: dict[str, Kind] = {
    "section": Kind({
        "text": TextObject(3000), "fields": Many(TextObject(2000), 10),
        "accessory": Part(("image_element", *CLICKABLE)), "expand": Flag(),
    }),
    "header": Kind({"text": TextObject(150, PLAIN)}, ("text",)),
    "divider": Kind({}),
    "image": Kind({
        "image_url": Text(3000), "slack_file": Anything(), "alt_text": Text(2000), "title": TextObject(2000, PLAIN),
    }, ("alt_text",)),
    "context": Kind({"elements": Many(Part(("text_object", "image_element")), 10)}, ("elements",)),
    "actions": Kind({"elements": Many(Part(CLICKABLE), 25)}, ("elements",)),
    "input": Kind({
        "label": TextObject(2000, PLAIN), "element": Part(INPUTS), "hint": TextObject(2000, PLAIN),
        "optional": Flag(), "dispatch_action": Flag(),
    }, ("label", "element"), ("message", "modal", "home")),
    "rich_text": Kind({"elements": Many(Part(RICH_PARTS), 100)}, ("elements",)),
    "markdown": Kind({"text": Text(12000)}, ("text",), _MESSAGES),
    "table": Kind({"rows": Anything(), "column_settings": Anything()}, ("rows",), ("message", "home")),
}
"""What a block of each type that we use may hold; every block may have a `block_id`."""

ELEMENTS: dict[str, Kind] = {
    "button": Kind({
        "text": TextObject(75, PLAIN), "action_id": ID, "value": Text(2000, 0), "url": Text(3000), "style": _STYLE,
        "confirm": _CONFIRM, "accessibility_label": Text(75),
    }, ("text",)),
    "overflow": Kind({"action_id": ID, "options": Many(_OPTION, 5), "confirm": _CONFIRM}, ("options",)),
    "datepicker": Kind({"action_id": ID, "initial_date": Text(10), "placeholder": _HINT, "confirm": _CONFIRM}),
    "timepicker": Kind({
        "action_id": ID, "initial_time": Text(5), "placeholder": _HINT, "confirm": _CONFIRM, "timezone": Text(60),
    }),
    "datetimepicker": Kind({"action_id": ID, "initial_date_time": Whole(10**9, 10**10 - 1), "confirm": _CONFIRM}),
    "checkboxes": Kind({
        "action_id": ID, "options": Many(_WIDE, 10), "initial_options": Many(_WIDE, 10), "confirm": _CONFIRM,
    }, ("options",)),
    "radio_buttons": Kind({
        "action_id": ID, "options": Many(_WIDE, 10), "initial_option": _WIDE, "confirm": _CONFIRM,
    }, ("options",)),
    "plain_text_input": Kind({
        "action_id": ID, "multiline": Flag(), "initial_value": Text(3000, 0), "placeholder": _HINT,
        "min_length": Whole(0, 3000), "max_length": Whole(1, 3000), "dispatch_action_config": Anything(),
    }),
    "number_input": Kind({
        "action_id": ID, "is_decimal_allowed": Flag(), "initial_value": Text(40), "min_value": Text(40),
        "max_value": Text(40), "placeholder": _HINT,
    }, ("is_decimal_allowed",)),
    "email_text_input": Kind({"action_id": ID, "initial_value": Text(3000), "placeholder": _HINT}),
    "url_text_input": Kind({"action_id": ID, "initial_value": Text(3000), "placeholder": _HINT}),
    "file_input": Kind({"action_id": ID, "filetypes": Anything(), "max_files": Whole(1, 10)}),
    "rich_text_input": Kind({"action_id": ID, "initial_value": Anything(), "placeholder": _HINT}),
    "image_element": Kind({"image_url": Text(3000), "slack_file": Anything(), "alt_text": Text(2000)}, ("alt_text",)),
    "workflow_button": Kind({"text": TextObject(75, PLAIN), "workflow": Anything(), "action_id": ID}, ("text",)),
}
"""What an element of each type may hold; the selects follow below."""

_COMMON: dict[str, Any] = {"action_id": ID, "placeholder": _HINT, "confirm": _CONFIRM}
_SINGLE: dict[str, dict[str, Any]] = {
    "static_select": {
        "options": Many(_OPTION, 100), "option_groups": Many(Part(("option_group",)), 100), "initial_option": _OPTION,
    },
    "external_select": {"min_query_length": Whole(0, 1000), "initial_option": _OPTION},
    "users_select": {"initial_user": Text(40)},
    "conversations_select": {
        "initial_conversation": Text(40), "default_to_current_conversation": Flag(), "filter": Anything(),
    },
    "channels_select": {"initial_channel": Text(40)},
}
_SEVERAL: dict[str, dict[str, Any]] = {
    "multi_static_select": {
        "options": Many(_OPTION, 100), "option_groups": Many(Part(("option_group",)), 100),
        "initial_options": Many(_OPTION, 100),
    },
    "multi_external_select": {"min_query_length": Whole(0, 1000), "initial_options": Many(_OPTION, 100)},
    "multi_users_select": {"initial_users": Many(Text(40), 100)},
    "multi_conversations_select": {"initial_conversations": Many(Text(40), 100), "filter": Anything()},
    "multi_channels_select": {"initial_channels": Many(Text(40), 100)},
}
MENUS: dict[str, Kind] = {
    **{name: Kind(_COMMON | fields) for name, fields in _SINGLE.items()},
    **{name: Kind(_COMMON | fields | {"max_selected_items": Whole(1, 100)}) for name, fields in _SEVERAL.items()},
}
"""What a menu of each type may hold."""

PARTS: dict[str, Kind] = {
    "confirm": Kind({
        "title": TextObject(100, PLAIN), "text": TextObject(300), "confirm": TextObject(30, PLAIN),
        "deny": TextObject(30, PLAIN), "style": _STYLE,
    }, ("title", "text", "confirm", "deny")),
    "option": Kind({
        "text": TextObject(75, PLAIN), "value": Text(150), "description": TextObject(75, PLAIN), "url": Text(3000),
    }, ("text", "value")),
    "wide_option": Kind({"text": TextObject(75), "value": Text(150), "description": TextObject(75)}, ("text", "value")),
    "option_group": Kind({"label": TextObject(75, PLAIN), "options": Many(_OPTION, 100)}, ("label", "options")),
}
"""Objects without a type of their own."""

RICH: dict[str, Kind] = {
    "rich_text_section": Kind({"elements": _LEAVES}, ("elements",)),
    "rich_text_quote": Kind({"elements": _LEAVES, "border": Anything()}, ("elements",)),
    "rich_text_preformatted": Kind({"elements": Many(Part(("text", "link")), 1000), "border": Anything()}, ("elements",)),
    "rich_text_list": Kind({
        "elements": Many(Part(("rich_text_section",)), 1000), "style": OneOf(("bullet", "ordered")), "indent": Whole(0, 8),
        "offset": Whole(), "border": Anything(),
    }, ("elements", "style")),
    "text": Kind({"text": Text(12000), "style": Anything()}, ("text",)),
    "link": Kind({"url": Text(3000), "text": Text(3000, 0), "unsafe": Flag(), "style": Anything()}, ("url",)),
    "user": Kind({"user_id": Text(40), "style": Anything()}, ("user_id",)),
    "usergroup": Kind({"usergroup_id": Text(40), "style": Anything()}, ("usergroup_id",)),
    "channel": Kind({"channel_id": Text(40), "style": Anything()}, ("channel_id",)),
    "team": Kind({"team_id": Text(40), "style": Anything()}, ("team_id",)),
    "emoji": Kind({"name": Text(100), "unicode": Anything(), "style": Anything()}, ("name",)),
    "date": Kind({
        "timestamp": Whole(), "format": Text(300), "url": Text(3000), "fallback": Text(300), "style": Anything(),
    }, ("timestamp", "format")),
    "broadcast": Kind({"range": OneOf(("here", "channel", "everyone")), "style": Anything()}, ("range",)),
    "color": Kind({"value": Text(40), "style": Anything()}, ("value",)),
}
"""The parts of a rich text block."""
# fmt: on

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
TEXT_OF_A_MESSAGE = 4000
"""`chat.update` refuses longer text, so no message of ours is longer."""
VIEW_TEXT = 24
"""Characters of a view's title, submit and close."""
METADATA = 3000
MARKDOWN = 12_000
"""Characters of all markdown blocks of a message together."""
WEIGHT = 250_000
"""Bytes of a view."""
TABLE_ROWS, TABLE_COLUMNS = 100, 20
