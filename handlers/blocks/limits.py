"""Slack's limits as data, and one check of a whole message, modal or Home against them.

Every view is checked in tests and again before it is sent, so that a surface that Slack would refuse is a bug we hear of
and not a person who waits for ever. The numbers are Slack's documented ones; where the documentation and its SDK disagree
the smaller number stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Surface = Literal["message", "modal", "home"]


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What Slack would refuse, and where: `/blocks/0/text/text`."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}"


@dataclass(frozen=True)
class Text:
    """A string."""

    longest: int
    shortest: int = 1


@dataclass(frozen=True)
class TextObject:
    """A text object of one of the given types."""

    longest: int
    types: tuple[str, ...] = ("plain_text", "mrkdwn")
    shortest: int = 1


@dataclass(frozen=True)
class Flag:
    """True or false."""


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int = 0
    most: int = 10**12


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """An object of one of these kinds."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Many:
    """A list of objects or strings."""

    of: Any
    most: int
    least: int = 1


@dataclass(frozen=True)
class Anything:
    """Not looked into."""


@dataclass(frozen=True)
class Kind:
    """The fields of one kind of object; `surfaces` is where a block may stand."""

    fields: Mapping[str, Any]
    required: tuple[str, ...] = ()
    surfaces: tuple[Surface, ...] = ("message", "modal", "home")


PLAIN = ("plain_text",)
ID = Text(255, 0)
SELECTS = tuple(
    f"{many}{kind}_select"
    for many in ("", "multi_")
    for kind in ("static", "external", "users", "conversations", "channels")
)
INPUTS = (
    *SELECTS,
    "plain_text_input",
    "number_input",
    "email_text_input",
    "url_text_input",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "checkboxes",
    "radio_buttons",
    "file_input",
    "rich_text_input",
)
CLICKABLE = (
    "button",
    "overflow",
    "datepicker",
    "timepicker",
    "datetimepicker",
    "checkboxes",
    "radio_buttons",
    "workflow_button",
    *SELECTS,
)
RICH_LEAVES = ("text", "link", "user", "usergroup", "channel", "emoji", "date", "broadcast", "color", "team")
RICH_PARTS = ("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted")
SERIES = 12

_CONFIRM = Part(("confirm",))
_PLACEHOLDER = TextObject(150, PLAIN)
_STYLE = OneOf(("primary", "danger"))
_MESSAGES: tuple[Surface, ...] = ("message",)
_RICH_STYLE = Anything()

BLOCKS: dict[str, Kind] = {
    "section": Kind(
        {
            "text": TextObject(3000),
            "fields": Many(TextObject(2000), 10),
            "accessory": Part(("image_element", *CLICKABLE)),
            "expand": Flag(),
        }
    ),
    "header": Kind({"text": TextObject(150, PLAIN)}, ("text",)),
    "divider": Kind({}),
    "image": Kind(
        {"image_url": Text(3000), "slack_file": Anything(), "alt_text": Text(2000), "title": TextObject(2000, PLAIN)},
        ("alt_text",),
    ),
    "context": Kind({"elements": Many(Part(("text_object", "image_element")), 10)}, ("elements",)),
    "actions": Kind({"elements": Many(Part(CLICKABLE), 25)}, ("elements",)),
    "input": Kind(
        {
            "label": TextObject(2000, PLAIN),
            "element": Part(INPUTS),
            "hint": TextObject(2000, PLAIN),
            "optional": Flag(),
            "dispatch_action": Flag(),
        },
        ("label", "element"),
    ),
    "rich_text": Kind({"elements": Many(Part(RICH_PARTS), 100)}, ("elements",)),
    "markdown": Kind({"text": Text(12000)}, ("text",), _MESSAGES),
    "table": Kind({"rows": Anything(), "column_settings": Anything()}, ("rows",), ("message", "home")),
    "context_actions": Kind({"elements": Many(Anything(), 5)}, ("elements",), _MESSAGES),
    "task_card": Kind(
        {
            "task_id": Text(255),
            "title": Text(256),
            "status": Anything(),
            "details": Anything(),
            "output": Anything(),
            "sources": Anything(),
        },
        ("task_id", "title"),
        _MESSAGES,
    ),
    "plan": Kind({"title": Text(256), "tasks": Many(Anything(), 50)}, ("title",), _MESSAGES),
}
"""What a block of each type may hold; every block may have a `block_id`."""

ELEMENTS: dict[str, Kind] = {
    "button": Kind(
        {
            "text": TextObject(75, PLAIN),
            "action_id": ID,
            "value": Text(2000, 0),
            "url": Text(3000),
            "style": _STYLE,
            "confirm": _CONFIRM,
            "accessibility_label": Text(75),
        },
        ("text",),
    ),
    "overflow": Kind({"action_id": ID, "options": Many(Part(("option",)), 5), "confirm": _CONFIRM}, ("options",)),
    "datepicker": Kind(
        {
            "action_id": ID,
            "initial_date": Text(10),
            "placeholder": _PLACEHOLDER,
            "confirm": _CONFIRM,
            "focus_on_load": Flag(),
        }
    ),
    "timepicker": Kind(
        {
            "action_id": ID,
            "initial_time": Text(5),
            "placeholder": _PLACEHOLDER,
            "confirm": _CONFIRM,
            "timezone": Text(60),
            "focus_on_load": Flag(),
        }
    ),
    "datetimepicker": Kind(
        {"action_id": ID, "initial_date_time": Whole(10**9, 10**10 - 1), "confirm": _CONFIRM, "focus_on_load": Flag()}
    ),
    "checkboxes": Kind(
        {
            "action_id": ID,
            "options": Many(Part(("wide_option",)), 10),
            "initial_options": Many(Part(("wide_option",)), 10),
            "confirm": _CONFIRM,
            "focus_on_load": Flag(),
        },
        ("options",),
    ),
    "radio_buttons": Kind(
        {
            "action_id": ID,
            "options": Many(Part(("wide_option",)), 10),
            "initial_option": Part(("wide_option",)),
            "confirm": _CONFIRM,
            "focus_on_load": Flag(),
        },
        ("options",),
    ),
    "plain_text_input": Kind(
        {
            "action_id": ID,
            "multiline": Flag(),
            "initial_value": Text(3000, 0),
            "placeholder": _PLACEHOLDER,
            "min_length": Whole(0, 3000),
            "max_length": Whole(1, 3000),
            "dispatch_action_config": Anything(),
            "focus_on_load": Flag(),
        }
    ),
    "number_input": Kind(
        {
            "action_id": ID,
            "is_decimal_allowed": Flag(),
            "initial_value": Text(40),
            "min_value": Text(40),
            "max_value": Text(40),
            "placeholder": _PLACEHOLDER,
            "focus_on_load": Flag(),
        },
        ("is_decimal_allowed",),
    ),
    "email_text_input": Kind({"action_id": ID, "initial_value": Text(3000), "placeholder": _PLACEHOLDER}),
    "url_text_input": Kind({"action_id": ID, "initial_value": Text(3000), "placeholder": _PLACEHOLDER}),
    "file_input": Kind({"action_id": ID, "filetypes": Anything(), "max_files": Whole(1, 10)}),
    "rich_text_input": Kind({"action_id": ID, "initial_value": Anything(), "placeholder": _PLACEHOLDER}),
    "image_element": Kind({"image_url": Text(3000), "slack_file": Anything(), "alt_text": Text(2000)}, ("alt_text",)),
    "workflow_button": Kind({"text": TextObject(75, PLAIN), "workflow": Anything(), "action_id": ID}, ("text",)),
}
"""What an element of each type may hold."""

_COMMON: dict[str, Any] = {
    "action_id": ID,
    "placeholder": _PLACEHOLDER,
    "confirm": _CONFIRM,
    "focus_on_load": Flag(),
    "max_selected_items": Whole(1, 100),
}
_OF_SELECT: dict[str, dict[str, Any]] = {
    "static": {"options": Many(Part(("option",)), 100), "option_groups": Many(Part(("option_group",)), 100)},
    "external": {"min_query_length": Whole(0, 1000)},
    "users": {},
    "conversations": {"default_to_current_conversation": Flag(), "response_url_enabled": Flag(), "filter": Anything()},
    "channels": {"response_url_enabled": Flag()},
}
_INITIAL: dict[str, tuple[str, Any, str]] = {
    "static": ("initial_option", Part(("option",)), "initial_options"),
    "external": ("initial_option", Part(("option",)), "initial_options"),
    "users": ("initial_user", Text(40), "initial_users"),
    "conversations": ("initial_conversation", Text(40), "initial_conversations"),
    "channels": ("initial_channel", Text(40), "initial_channels"),
}
for _kind, _fields in _OF_SELECT.items():
    _one, _rule, _many = _INITIAL[_kind]
    ELEMENTS[f"{_kind}_select"] = Kind(_COMMON | _fields | {_one: _rule})
    ELEMENTS[f"multi_{_kind}_select"] = Kind(_COMMON | _fields | {_many: Many(_rule, 100)})

PARTS: dict[str, Kind] = {
    "confirm": Kind(
        {
            "title": TextObject(100, PLAIN),
            "text": TextObject(300),
            "confirm": TextObject(30, PLAIN),
            "deny": TextObject(30, PLAIN),
            "style": _STYLE,
        },
        ("title", "text", "confirm", "deny"),
    ),
    "option": Kind(
        {"text": TextObject(75, PLAIN), "value": Text(150), "description": TextObject(75, PLAIN), "url": Text(3000)},
        ("text", "value"),
    ),
    "wide_option": Kind({"text": TextObject(75), "value": Text(150), "description": TextObject(75)}, ("text", "value")),
    "option_group": Kind(
        {"label": TextObject(75, PLAIN), "options": Many(Part(("option",)), 100)}, ("label", "options")
    ),
}
"""Objects without a type of their own."""

RICH: dict[str, Kind] = {
    "rich_text_section": Kind({"elements": Many(Part(RICH_LEAVES), 1000)}, ("elements",)),
    "rich_text_quote": Kind({"elements": Many(Part(RICH_LEAVES), 1000), "border": Anything()}, ("elements",)),
    "rich_text_preformatted": Kind(
        {"elements": Many(Part(("text", "link")), 1000), "border": Anything()}, ("elements",)
    ),
    "rich_text_list": Kind(
        {
            "elements": Many(Part(("rich_text_section",)), 1000),
            "style": OneOf(("bullet", "ordered")),
            "indent": Whole(0, 8),
            "offset": Whole(),
            "border": Anything(),
        },
        ("elements", "style"),
    ),
    "text": Kind({"text": Text(12000), "style": _RICH_STYLE}, ("text",)),
    "link": Kind({"url": Text(3000), "text": Text(3000, 0), "unsafe": Flag(), "style": _RICH_STYLE}, ("url",)),
    "user": Kind({"user_id": Text(40), "style": _RICH_STYLE}, ("user_id",)),
    "usergroup": Kind({"usergroup_id": Text(40), "style": _RICH_STYLE}, ("usergroup_id",)),
    "channel": Kind({"channel_id": Text(40), "style": _RICH_STYLE}, ("channel_id",)),
    "team": Kind({"team_id": Text(40), "style": _RICH_STYLE}, ("team_id",)),
    "emoji": Kind({"name": Text(100), "unicode": Anything(), "style": _RICH_STYLE}, ("name",)),
    "date": Kind(
        {"timestamp": Whole(), "format": Text(300), "url": Text(3000), "fallback": Text(300), "style": _RICH_STYLE},
        ("timestamp", "format"),
    ),
    "broadcast": Kind({"range": OneOf(("here", "channel", "everyone")), "style": _RICH_STYLE}, ("range",)),
    "color": Kind({"value": Text(40), "style": _RICH_STYLE}, ("value",)),
}
"""The parts of a rich text block."""

MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
TEXT_OF_A_MESSAGE = 4000
"""`chat.update` refuses longer text, so no message of ours is longer."""
WEIGHT = 250_000
"""Bytes of a view."""
RICH_WEIGHT = 12_000
"""Our own limit for the literal text of one message: people stop reading long before."""
TABLE_ROWS, TABLE_COLUMNS = 100, 20


@dataclass
class _Seen:
    """Ids that must be unique on their surface."""

    block_ids: set[str] = field(default_factory=set)
    tables: int = 0


def problems_of_message(text: str, blocks: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """What Slack would refuse in a message, first to last; empty when nothing."""
    found: list[Problem] = []
    if not text.strip():
        found.append(Problem(pointer="/text", message="a message needs text: it is the notification"))
    if len(text) > TEXT_OF_A_MESSAGE:
        found.append(Problem(pointer="/text", message=f"longer than {TEXT_OF_A_MESSAGE} characters"))
    found.extend(_blocks(blocks, "message"))
    return found


def problems_of_view(view: Mapping[str, Any]) -> list[Problem]:
    """What Slack would refuse in a modal or Home, first to last; empty when nothing."""
    surface: Surface = "home" if view.get("type") == "home" else "modal"
    found: list[Problem] = []
    if surface == "modal":
        for name in ("title", "submit", "close"):
            if name in view:
                found.extend(_text_object(view[name], TextObject(24, PLAIN), f"/{name}"))
        if "title" not in view:
            found.append(Problem(pointer="/title", message="a modal needs a title"))
        if "submit" not in view and any(block.get("type") == "input" for block in view["blocks"]):
            found.append(Problem(pointer="/submit", message="a modal with inputs needs submit"))
    if len(str(view.get("private_metadata", ""))) > 3000:
        found.append(Problem(pointer="/private_metadata", message="longer than 3000 characters"))
    if len(str(view.get("callback_id", ""))) > 255:
        found.append(Problem(pointer="/callback_id", message="longer than 255 characters"))
    found.extend(_blocks(view.get("blocks", []), surface))
    if sum(len(text.encode("utf-8", "surrogatepass")) for text in _strings(view)) > WEIGHT:
        found.append(Problem(pointer="/", message=f"heavier than {WEIGHT} bytes"))
    return found


def _blocks(blocks: Sequence[Mapping[str, Any]], surface: Surface) -> Iterator[Problem]:
    if len(blocks) > MOST_BLOCKS[surface]:
        yield Problem(pointer="/blocks", message=f"more than {MOST_BLOCKS[surface]} blocks")
    if surface == "home" and not blocks:
        yield Problem(pointer="/blocks", message="a Home needs a block")
    seen = _Seen()
    for index, block in enumerate(blocks):
        at = f"/blocks/{index}"
        kind = BLOCKS.get(str(block.get("type")))
        if kind is None:
            yield Problem(pointer=f"{at}/type", message=f"unknown block type {block.get('type')!r}")
            continue
        if surface not in kind.surfaces:
            yield Problem(pointer=at, message=f"{block['type']} is not allowed in a {surface}")
        block_id = block.get("block_id")
        if block_id is not None:
            if len(block_id) > 255:
                yield Problem(pointer=f"{at}/block_id", message="longer than 255 characters")
            if block_id in seen.block_ids:
                yield Problem(pointer=f"{at}/block_id", message=f"{block_id} is used twice")
            seen.block_ids.add(block_id)
        yield from _object(block, kind, at, known=("type", "block_id"))
        if block["type"] == "section" and "text" not in block and "fields" not in block:
            yield Problem(pointer=at, message="a section needs text or fields")
        if block["type"] == "actions":
            yield from _unique_actions(block.get("elements", []), at)
        if block["type"] == "table":
            seen.tables += 1
            yield from _table(block, at, seen)


def _unique_actions(elements: Sequence[Mapping[str, Any]], at: str) -> Iterator[Problem]:
    ids = [element.get("action_id") for element in elements if element.get("action_id")]
    for repeated in sorted({str(id) for id in ids if ids.count(id) > 1}):
        yield Problem(pointer=f"{at}/elements", message=f"action_id {repeated} is used twice")


def _table(block: Mapping[str, Any], at: str, seen: _Seen) -> Iterator[Problem]:
    rows = block.get("rows", [])
    if seen.tables > 1:
        yield Problem(pointer=at, message="more than one table")
    if not 1 <= len(rows) <= TABLE_ROWS:
        yield Problem(pointer=f"{at}/rows", message=f"not 1 to {TABLE_ROWS} rows")
    for number, row in enumerate(rows):
        if not 1 <= len(row) <= TABLE_COLUMNS:
            yield Problem(pointer=f"{at}/rows/{number}", message=f"not 1 to {TABLE_COLUMNS} columns")
        for place, cell in enumerate(row):
            if cell.get("type") not in ("raw_text", "rich_text"):
                yield Problem(pointer=f"{at}/rows/{number}/{place}", message="a cell is raw_text or rich_text")
            elif cell["type"] == "raw_text" and not cell.get("text"):
                yield Problem(pointer=f"{at}/rows/{number}/{place}", message="a cell needs text")


def _object(value: Mapping[str, Any], kind: Kind, at: str, *, known: tuple[str, ...] = ("type",)) -> Iterator[Problem]:
    for name in kind.required:
        if name not in value:
            yield Problem(pointer=at, message=f"{name} is missing")
    for name, inside in value.items():
        rule = kind.fields.get(name)
        if rule is not None:
            yield from _value(inside, rule, f"{at}/{name}")
        elif name not in known:
            yield Problem(pointer=f"{at}/{name}", message="unknown field")


def _value(value: Any, rule: Any, at: str) -> Iterator[Problem]:
    match rule:
        case Text():
            if not isinstance(value, str) or not rule.shortest <= len(value) <= rule.longest:
                yield Problem(pointer=at, message=f"not text of {rule.shortest} to {rule.longest} characters")
        case TextObject():
            yield from _text_object(value, rule, at)
        case Flag():
            if not isinstance(value, bool):
                yield Problem(pointer=at, message="not true or false")
        case Whole():
            if isinstance(value, bool) or not isinstance(value, int) or not rule.least <= value <= rule.most:
                yield Problem(pointer=at, message=f"not a whole number from {rule.least} to {rule.most}")
        case OneOf():
            if value not in rule.values:
                yield Problem(pointer=at, message=f"not one of {', '.join(rule.values)}")
        case Many():
            if not isinstance(value, list) or not rule.least <= len(value) <= rule.most:
                yield Problem(pointer=at, message=f"not a list of {rule.least} to {rule.most}")
                return
            for index, inside in enumerate(value):
                yield from _value(inside, rule.of, f"{at}/{index}")
        case Part():
            yield from _part(value, rule, at)


def _part(value: Any, rule: Part, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(pointer=at, message="not an object")
        return
    if len(rule.kinds) == 1 and rule.kinds[0] in PARTS:
        yield from _object(value, PARTS[rule.kinds[0]], at, known=())
        return
    type_ = value.get("type")
    if type_ in ("plain_text", "mrkdwn") and "text_object" in rule.kinds:
        yield from _text_object(value, TextObject(3000), at)
        return
    name = "image_element" if type_ == "image" else str(type_)
    kind = ELEMENTS.get(name) or RICH.get(name)
    if kind is None or name not in rule.kinds:
        yield Problem(pointer=at, message=f"{type_!r} is not allowed here")
        return
    yield from _object(value, kind, at)


def _text_object(value: Any, rule: TextObject, at: str) -> Iterator[Problem]:
    if not isinstance(value, dict) or value.get("type") not in rule.types:
        yield Problem(pointer=at, message=f"not a text object of type {' or '.join(rule.types)}")
        return
    text = value.get("text")
    if not isinstance(text, str) or not rule.shortest <= len(text) <= rule.longest:
        yield Problem(pointer=f"{at}/text", message=f"not text of {rule.shortest} to {rule.longest} characters")
    allowed = {"type", "text", "emoji"} if value["type"] == "plain_text" else {"type", "text", "verbatim"}
    for name in value.keys() - allowed:
        yield Problem(pointer=f"{at}/{name}", message="unknown field")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inside in value.values():
            yield from _strings(inside)
    elif isinstance(value, Sequence):
        for inside in value:
            yield from _strings(inside)
