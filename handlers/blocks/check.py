"""One check of a whole message, modal or Home against Slack's limits.

Every view is checked in tests and again before it is sent, so that a surface that Slack would refuse is a bug we hear of
and not a person who waits for ever.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handlers.blocks.limits import (
    BLOCKS,
    ELEMENTS,
    MARKDOWN,
    MENUS,
    METADATA,
    MOST_BLOCKS,
    PARTS,
    PLAIN,
    RICH,
    TABLE_COLUMNS,
    TABLE_ROWS,
    TEXT_OF_A_MESSAGE,
    VIEW_TEXT,
    WEIGHT,
)
from handlers.blocks.rules import Flag, Kind, Many, OneOf, Part, Surface, Text, TextObject, Whole


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What Slack would refuse, and where: `/blocks/0/text/text`."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}"


@dataclass
class _Seen:
    """Ids that must be unique on their surface."""

    block_ids: set[str] = field(default_factory=set)
    tables: int = 0
    markdown: int = 0


def problems_of_message(text: str, blocks: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """What Slack would refuse in a message, first to last; empty when nothing."""
    found: list[Problem] = []
    if not text.strip():
        found.append(Problem(pointer="/text", message="a message needs text: it is the notification"))
    if len(text) > TEXT_OF_A_MESSAGE:
        found.append(Problem(pointer="/text", message=f"longer than {TEXT_OF_A_MESSAGE} characters"))
    found.extend(problems_of_blocks(blocks, "message"))
    return found


def problems_of_view(view: Mapping[str, Any]) -> list[Problem]:
    """What Slack would refuse in a modal or Home, first to last; empty when nothing."""
    surface: Surface = "home" if view.get("type") == "home" else "modal"
    found: list[Problem] = []
    if surface == "modal":
        for name in ("title", "submit", "close"):
            if name in view:
                found.extend(_text_object(view[name], TextObject(VIEW_TEXT, PLAIN), f"/{name}"))
        if "title" not in view:
            found.append(Problem(pointer="/title", message="a modal needs a title"))
        if "submit" not in view and any(block.get("type") == "input" for block in view["blocks"]):
            found.append(Problem(pointer="/submit", message="a modal with inputs needs submit"))
    if len(str(view.get("private_metadata", ""))) > METADATA:
        found.append(Problem(pointer="/private_metadata", message=f"longer than {METADATA} characters"))
    if len(str(view.get("callback_id", ""))) > 255:
        found.append(Problem(pointer="/callback_id", message="longer than 255 characters"))
    found.extend(problems_of_blocks(view.get("blocks", []), surface))
    if weight_of(view) > WEIGHT:
        found.append(Problem(pointer="/", message=f"heavier than {WEIGHT} bytes"))
    return found


def weight_of(view: Mapping[str, Any]) -> int:
    """The bytes of all text in a view."""
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in _strings(view))


def problems_of_blocks(blocks: Sequence[Mapping[str, Any]], surface: Surface) -> Iterator[Problem]:
    """What Slack would refuse in the blocks of a surface, first to last."""
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
            if not 1 <= len(block_id) <= 255:
                yield Problem(pointer=f"{at}/block_id", message="not text of 1 to 255 characters")
            if block_id in seen.block_ids:
                yield Problem(pointer=f"{at}/block_id", message=f"{block_id} is used twice")
            seen.block_ids.add(block_id)
        yield from _object(block, kind, at, known=("type", "block_id"))
        if block["type"] == "section" and "text" not in block and "fields" not in block:
            yield Problem(pointer=at, message="a section needs text or fields")
        if block["type"] == "actions":
            yield from _unique_actions(block.get("elements", []), at)
        if block["type"] == "markdown":
            seen.markdown += len(str(block.get("text", "")))
            if seen.markdown > MARKDOWN:
                yield Problem(pointer=at, message=f"markdown blocks of more than {MARKDOWN} characters together")
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
    kind = ELEMENTS.get(name) or MENUS.get(name) or RICH.get(name)
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
