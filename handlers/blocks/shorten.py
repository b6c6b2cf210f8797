"""Cuts a view to what Slack takes, visibly, where a bug or a strange text made it too large.

Our views are inside the limits by construction and tests hold them there; this is what stands between a mistake in one of
them and a person who would wait for ever. It reads the same limits as `handlers.blocks.check`. Only what people read is cut.
An id or a value that is too long takes its element with it: a cut one would mean something else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.blocks.check import Problem, problems_of_blocks, problems_of_message, problems_of_view, weight_of
from handlers.blocks.limits import (
    BLOCKS,
    ELEMENTS,
    MENUS,
    MOST_BLOCKS,
    PARTS,
    PLAIN,
    RICH,
    TEXT_OF_A_MESSAGE,
    VIEW_TEXT,
    WEIGHT,
)
from handlers.blocks.rules import Kind, Many, Part, Surface, Text, TextObject
from handlers.blocks.text import Mrkdwn, clip, fit

MARK = "\u2026 (shortened)"
LABEL = 100
"""Texts that may be no longer than this are labels: an ellipsis has to do there."""

READ = frozenset({"text", "alt_text", "fallback", "accessibility_label", "title", "label"})
"""Strings that people read. Everything else means something to a machine."""

LEFT_OUT = f"Slack takes no more here {MARK}"

SPARE = frozenset({"description", "placeholder", "hint", "accessory", "fields", "accessibility_label"})
"""Parts that something makes sense without: a button without its confirmation or its value does not."""

_GONE = object()


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A message (`text`, `blocks`) or a `view` that Slack takes, and the problems it had."""

    text: str = ""
    blocks: list[dict[str, Any]]
    view: dict[str, Any] | None = None
    problems: tuple[Problem, ...] = ()


def fit_message(text: str, blocks: Sequence[dict[str, Any]], *, more: dict[str, Any] | None = None) -> Fitted:
    """The message as it is when Slack takes it, else a shorter one that ends with `more`, the way to all of it."""
    found = problems_of_message(text, blocks)
    if not found:
        return Fitted(text=text, blocks=list(blocks))
    short = _cut(text, TEXT_OF_A_MESSAGE, markup=True) if text.strip() else "(no text)"
    if blocks and all(problem.pointer == "/text" for problem in found):
        return Fitted(text=short, blocks=list(blocks), problems=tuple(found))
    said = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    kept = _blocks(blocks or [said], "message", more)
    return Fitted(text=short, blocks=kept, problems=tuple(found))


def fit_view(view: Mapping[str, Any], *, more: dict[str, Any] | None = None) -> Fitted:
    """The modal or Home as it is when Slack takes it, else a shorter one that ends with `more`."""
    found = problems_of_view(view)
    if not found:
        return Fitted(blocks=[], view=dict(view))
    surface: Surface = "home" if view.get("type") == "home" else "modal"
    short = {**view, "blocks": _blocks(view.get("blocks", []), surface, more)}
    for name in ("title", "submit", "close"):
        if name in short:
            short[name] = _text_object(short[name], TextObject(VIEW_TEXT, PLAIN))
    while weight_of(short) > WEIGHT and len(short["blocks"]) > 2:
        del short["blocks"][-3 if more else -2]
    return Fitted(blocks=[], view=short, problems=tuple(found))


def _blocks(blocks: Sequence[dict[str, Any]], surface: Surface, more: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The blocks that can stay, each cut to its limits, with a note at the end that something is missing."""
    kept: list[dict[str, Any]] = []
    ids: set[str] = set()
    for block in blocks:
        kind = BLOCKS.get(str(block.get("type")))
        if kind is None or surface not in kind.surfaces:
            continue
        short = _object(block, kind)
        if not isinstance(short, dict) or (short != block and block["type"] == "input"):
            continue
        id = block.get("block_id")
        if id and len(id) <= 255 and id not in ids:
            ids.add(id)
            short["block_id"] = id
        kept.append({"type": block["type"], **short})
    kept = _accepted(kept, surface)
    note = {"type": "context", "elements": [{"type": "mrkdwn", "text": LEFT_OUT}]}
    end = [note, {"type": "actions", "elements": [more]}] if more else [note]
    return [*kept[: MOST_BLOCKS[surface] - len(end)], *end]


def _accepted(blocks: list[dict[str, Any]], surface: Surface) -> list[dict[str, Any]]:
    """Those that the check has nothing against: cutting mends lengths and counts, and not everything else."""
    wrong = {
        int(found.pointer.split("/")[2])
        for found in problems_of_blocks(blocks, surface)
        if found.pointer.count("/") > 1
    }
    return [block for place, block in enumerate(blocks) if place not in wrong]


def _object(value: Mapping[str, Any], kind: Kind) -> Any:
    short: dict[str, Any] = {}
    for name, inside in value.items():
        rule = kind.fields.get(name)
        if rule is None:
            continue
        fitted = _value(inside, rule, name)
        if fitted is not _GONE:
            short[name] = fitted
        elif name not in SPARE:
            return _GONE
    if any(name not in short for name in kind.required):
        return _GONE
    return short


def _value(value: Any, rule: Any, name: str) -> Any:
    match rule:
        case Text():
            if not isinstance(value, str):
                return _GONE
            if len(value) > rule.longest:
                return _cut(value, rule.longest) if name in READ else _GONE
            return value if len(value) >= rule.shortest else _GONE if name not in READ else " "
        case TextObject():
            return _text_object(value, rule)
        case Many():
            if not isinstance(value, list):
                return _GONE
            fitted = [one for one in (_value(inside, rule.of, name) for inside in value) if one is not _GONE]
            return fitted[: rule.most] if len(fitted) >= rule.least else _GONE
        case Part():
            return _part(value, rule)
        case _:
            return value


def _part(value: Any, rule: Part) -> Any:
    if not isinstance(value, dict):
        return _GONE
    if len(rule.kinds) == 1 and rule.kinds[0] in PARTS:
        return _object(value, PARTS[rule.kinds[0]])
    type_ = value.get("type")
    if type_ in ("plain_text", "mrkdwn") and "text_object" in rule.kinds:
        return _text_object(value, TextObject(3000))
    name = "image_element" if type_ == "image" else str(type_)
    kind = ELEMENTS.get(name) or MENUS.get(name) or RICH.get(name)
    if kind is None or name not in rule.kinds:
        return _GONE
    short = _object(value, kind)
    return short if short is _GONE else {"type": type_, **short}


def _text_object(value: Any, rule: TextObject) -> Any:
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        return _GONE
    type_ = value.get("type") if value.get("type") in rule.types else rule.types[0]
    return {**value, "type": type_, "text": _cut(value["text"], rule.longest, markup=type_ == "mrkdwn") or " "}


def _cut(text: str, limit: int, *, markup: bool = False) -> str:
    """At most `limit` characters; says at its end that something is missing, and never ends inside a link of ours."""
    if len(text) <= limit:
        return text
    shorter = fit if markup else clip
    if limit <= LABEL:
        return shorter(Mrkdwn(text), limit)
    return shorter(Mrkdwn(text), limit - len(MARK) + 1)[:-1] + MARK
