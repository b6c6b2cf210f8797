"""Interactive elements, and which block may hold which."""

from collections.abc import Iterator

from bot.emulator.blockkit.objects import (
    CONFIRM,
    DISPATCH,
    FILTER,
    GROUPS,
    ID,
    IMAGE_ELEMENT,
    OPTION,
    OPTIONS,
    URL,
    WORKFLOW,
    initial_is_an_option,
    option,
    text,
)  # fmt: skip
from bot.emulator.blockkit.rich_text import RICH_TEXT
from bot.emulator.blockkit.schema import (
    Choice,
    Finding,
    Flag,
    Kinds,
    Many,
    Rule,
    Shape,
    Spec,
    Str,
    Whole,
    failed,
    one_of,
    ordered,
)  # fmt: skip
from bot.emulator.wire import Json

PLACEHOLDER = text(150, plain=True)
USER_IDS = Many(Str(255, 1))


def element(kind: str, fields: dict[str, Spec], required: tuple[str, ...] = (), rules: tuple[Rule, ...] = ()) -> Shape:
    """An element with its type and action_id."""
    return Shape({"type": Choice(kind), "action_id": ID, **fields}, required, rules)


def menu(kind: str, fields: dict[str, Spec], required: tuple[str, ...] = (), rules: tuple[Rule, ...] = ()) -> Shape:
    """A select: placeholder, confirm and focus; `multi_` ones take a number of choices."""
    common: dict[str, Spec] = {"placeholder": PLACEHOLDER, "confirm": CONFIRM, "focus_on_load": Flag()}
    if kind.startswith("multi_"):
        common["max_selected_items"] = Whole(1)
    return element(kind, common | fields, required, rules)


def typed(kind: str, fields: dict[str, Spec], rules: tuple[Rule, ...] = ()) -> Shape:
    """An input that is typed into."""
    common: dict[str, Spec] = {"placeholder": PLACEHOLDER, "focus_on_load": Flag(), "dispatch_action_config": DISPATCH}
    required = ("is_decimal_allowed",) if kind == "number_input" else ()
    return element(kind, common | fields, required, rules)


def _date(value: Json, at: str) -> Iterator[Finding]:
    initial = value.get("initial_date")
    if isinstance(initial, str) and not _digits(initial, "0000-00-00"):
        yield failed("must be YYYY-MM-DD", f"{at}/initial_date", "format", "YYYY-MM-DD")


def _time(value: Json, at: str) -> Iterator[Finding]:
    initial = value.get("initial_time")
    if isinstance(initial, str) and not _digits(initial, "00:00"):
        yield failed("must be HH:mm", f"{at}/initial_time", "format", "HH:mm")


def _digits(value: str, pattern: str) -> bool:
    return len(value) == len(pattern) and all(
        c.isdigit() if p == "0" else c == p for c, p in zip(value, pattern, strict=True)
    )


CHECKED = option(mrkdwn=True)
ELEMENTS: dict[str, Spec] = {
    "button": element("button", {
        "text": text(75, plain=True), "url": URL, "value": Str(2000), "style": Choice("primary", "danger"),
        "confirm": CONFIRM, "accessibility_label": Str(75), "agent_prompt": Str(4000), "agent_prompt_display": Str(),
        "visible_to_user_ids": USER_IDS,
    }, ("text",)),
    "checkboxes": element("checkboxes", {
        "options": Many(CHECKED, 1, 10), "initial_options": Many(CHECKED, 1, 10), "confirm": CONFIRM,
        "focus_on_load": Flag(),
    }, ("options",), (initial_is_an_option,)),
    "radio_buttons": element("radio_buttons", {
        "options": Many(CHECKED, 1, 10), "initial_option": CHECKED, "confirm": CONFIRM, "focus_on_load": Flag(),
    }, ("options",), (initial_is_an_option,)),
    "overflow": element("overflow", {"options": Many(option(url=True), 1, 5), "confirm": CONFIRM}, ("options",)),
    "datepicker": element("datepicker", {
        "initial_date": Str(), "placeholder": PLACEHOLDER, "confirm": CONFIRM, "focus_on_load": Flag(),
    }, rules=(_date,)),
    "timepicker": element("timepicker", {
        "initial_time": Str(), "placeholder": PLACEHOLDER, "confirm": CONFIRM, "focus_on_load": Flag(),
        "timezone": Str(),
    }, rules=(_time,)),
    "datetimepicker": element("datetimepicker", {
        "initial_date_time": Whole(0), "confirm": CONFIRM, "focus_on_load": Flag(),
    }),
    "static_select": menu("static_select", {"options": OPTIONS, "option_groups": GROUPS, "initial_option": OPTION},
                          rules=(one_of("options", "option_groups"), initial_is_an_option)),
    "multi_static_select": menu("multi_static_select", {
        "options": OPTIONS, "option_groups": GROUPS, "initial_options": OPTIONS,
    }, rules=(one_of("options", "option_groups"), initial_is_an_option)),
    "external_select": menu("external_select", {"initial_option": OPTION, "min_query_length": Whole(0)}),
    "multi_external_select": menu("multi_external_select", {"initial_options": OPTIONS, "min_query_length": Whole(0)}),
    "users_select": menu("users_select", {"initial_user": Str()}),
    "multi_users_select": menu("multi_users_select", {"initial_users": USER_IDS}),
    "channels_select": menu("channels_select", {"initial_channel": Str(), "response_url_enabled": Flag()}),
    "multi_channels_select": menu("multi_channels_select", {"initial_channels": USER_IDS}),
    "conversations_select": menu("conversations_select", {
        "initial_conversation": Str(), "default_to_current_conversation": Flag(), "response_url_enabled": Flag(),
        "filter": FILTER,
    }),
    "multi_conversations_select": menu("multi_conversations_select", {
        "initial_conversations": USER_IDS, "default_to_current_conversation": Flag(), "filter": FILTER,
    }),
    "plain_text_input": typed("plain_text_input", {
        "initial_value": Str(3000), "multiline": Flag(), "min_length": Whole(0, 3000), "max_length": Whole(1, 3000),
    }, (ordered("min_length", "max_length"),)),
    "email_text_input": typed("email_text_input", {"initial_value": Str()}),
    "url_text_input": typed("url_text_input", {"initial_value": Str()}),
    "number_input": typed("number_input", {
        "is_decimal_allowed": Flag(), "initial_value": Str(), "min_value": Str(), "max_value": Str(),
    }, (ordered("min_value", "max_value"),)),
    "rich_text_input": typed("rich_text_input", {
        "initial_value": RICH_TEXT, "min_lines": Whole(1, 100), "max_lines": Whole(1, 100),
    }, (ordered("min_lines", "max_lines"),)),
    "file_input": element("file_input", {"filetypes": Many(Str(least=1), 1), "max_files": Whole(1, 10)}),
    "workflow_button": element("workflow_button", {
        "text": text(75, plain=True), "workflow": WORKFLOW, "style": Choice("primary", "danger"),
        "accessibility_label": Str(75),
    }, ("text", "workflow")),
    "feedback_buttons": element("feedback_buttons", {
        side: Shape({"text": text(75, plain=True), "value": Str(2000, 1), "accessibility_label": Str(75)},
                    ("text", "value"))
        for side in ("positive_button", "negative_button")
    }, ("positive_button", "negative_button")),
    "icon_button": element("icon_button", {
        "icon": Choice("trash"), "text": text(75, plain=True), "accessibility_label": Str(75), "value": Str(2000),
        "visible_to_user_ids": Many(Str(255, 1), 0, 10), "confirm": CONFIRM,
    }, ("icon", "text")),
}  # fmt: skip

SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{name}" for name in SELECTS)
PICKERS = ("checkboxes", "radio_buttons", "datepicker", "timepicker")
TYPED = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")


def some(*names: str) -> Kinds:
    """The elements with these names."""
    return Kinds({name: ELEMENTS[name] for name in names})


IN_ACTIONS = some("button", "workflow_button", "overflow", *PICKERS, "datetimepicker", *SELECTS, "rich_text_input")
IN_INPUT = some(*PICKERS, "datetimepicker", *SELECTS, *MULTI_SELECTS, *TYPED)
IN_SECTION = Kinds({
    "image": IMAGE_ELEMENT,
    **some("button", "workflow_button", "overflow", *PICKERS, *SELECTS, *MULTI_SELECTS).shapes,
})  # fmt: skip
IN_CONTEXT_ACTIONS = some("feedback_buttons", "icon_button")
