"""Whole surfaces: which block may stand where, how many, and which ids must differ."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from bot.emulator.blockkit.blocks import BLOCKS
from bot.emulator.blockkit.objects import text
from bot.emulator.blockkit.schema import Anything, Choice, Finding, Flag, Shape, Spec, Str, failed
from bot.emulator.wire import Json

Surface = Literal["message", "modal", "home"]

MESSAGE = frozenset(BLOCKS) - {"alert"}
MODAL = frozenset({
    "actions", "alert", "card", "context", "divider", "header", "image", "input", "rich_text", "section", "video",
    "auth_provider",  # its surfaces are not documented: taken everywhere
})  # fmt: skip
HOME = (MODAL - {"alert"}) | {"carousel", "container", "table", "data_table", "data_visualization"}
ALLOWED: dict[Surface, frozenset[str]] = {"message": MESSAGE, "modal": MODAL, "home": HOME}
MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
MOST_OF_A_KIND: dict[Surface, dict[str, int]] = {
    "message": {"table": 1, "data_visualization": 2}, "modal": {}, "home": {},
}  # fmt: skip
MOST_MARKDOWN = 12_000
MOST_VIEW_BYTES = 250_000

_TITLE = text(24, plain=True)
_SHARED: dict[str, Spec] = {
    "blocks": Anything(), "private_metadata": Str(3000), "callback_id": Str(255), "external_id": Str(255),
}  # fmt: skip
VIEWS: dict[str, Shape] = {
    "modal": Shape({
        "type": Choice("modal"), "title": _TITLE, "submit": _TITLE, "close": _TITLE, "clear_on_close": Flag(),
        "notify_on_close": Flag(), "submit_disabled": Flag(), **_SHARED,
    }, ("title", "blocks")),
    # Slack takes these fields on a Home too and ignores them.
    "home": Shape({
        "type": Choice("home"), "title": _TITLE, "submit": _TITLE, "close": _TITLE, "clear_on_close": Flag(),
        "notify_on_close": Flag(), **_SHARED,
    }, ("blocks",)),
}  # fmt: skip


def check_blocks(blocks: Any, surface: Surface | None, at: str = "") -> Iterator[Finding]:
    """Everything wrong with a list of blocks on a surface (any surface when None)."""
    if not isinstance(blocks, list):
        yield failed("must be an array", at, "type", "array")
        return
    most = MOST_BLOCKS[surface] if surface else 100
    if len(blocks) > most:
        yield failed(f"no more than {most} items allowed, has {len(blocks)}", at, "max_items", most)
    allowed = ALLOWED[surface] if surface else frozenset(BLOCKS)
    for index, block in enumerate(blocks):
        here = f"{at}/{index}"
        if not isinstance(block, dict):
            yield failed("must be an object", here, "type", "object")
            continue
        kind = block.get("type")
        if not isinstance(kind, str) or kind not in allowed:
            where = f" in a {surface}" if kind in BLOCKS else ""
            yield failed(f"unsupported type: {kind}{where}", f"{here}/type", "enum", sorted(allowed))
            continue
        yield from BLOCKS[kind].check(block, here)
        if kind == "task_card" and block.get("status") == "pending":
            yield failed("only a task inside a plan can be pending", f"{here}/status", "enum",
                         ["in_progress", "complete", "error"])  # fmt: skip
    yield from _counts(blocks, surface, at)
    yield from _ids(blocks, at)


def check_view(view: Any, at: str = "/view") -> Iterator[Finding]:
    """Everything wrong with a view; its size is a matter of its own (`view_size`)."""
    if not isinstance(view, dict):
        yield failed("must be an object", at, "type", "object")
        return
    kind = view.get("type")
    shape = VIEWS.get(kind) if isinstance(kind, str) else None
    if shape is None:
        yield failed(f"unsupported type: {kind}", f"{at}/type", "enum", sorted(VIEWS))
        return
    yield from shape.check(view, at)
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        return
    yield from check_blocks(blocks, "modal" if kind == "modal" else "home", f"{at}/blocks")
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in blocks)
    if kind == "modal" and inputs and not view.get("submit"):
        yield failed("`submit` is required when there is an input block", f"{at}/submit", "required", "submit")
    focused = [element for element in interactive(blocks) if element.get("focus_on_load")]
    if len(focused) > 1:
        yield failed("only one element can have focus_on_load", f"{at}/blocks", "max_items", 1)


def view_size(view: Json) -> int:
    """Bytes of a view as JSON."""
    return len(json.dumps(view, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"))


def interactive(blocks: Any) -> Iterator[Json]:
    """Every element with an action in a list of blocks, wherever it stands."""
    for block, element in placed(blocks):
        if block is not element:
            yield element


def placed(blocks: Any) -> Iterator[tuple[Json, Json]]:
    """Pairs of a block and an element in it, through containers, cards and carousels."""
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict):
            continue
        yield from placed(block.get("child_blocks"))
        if block.get("type") == "carousel":
            yield from placed(block.get("elements"))
            continue
        held = [block.get("accessory"), block.get("element")]
        for name in ("elements", "actions"):
            inner = block.get(name)
            held += inner if isinstance(inner, list) and block.get("type") != "rich_text" else []
        yield from ((block, element) for element in held if isinstance(element, dict) and _acts(element))


def _acts(element: Json) -> bool:
    return element.get("type") not in ("image", "plain_text", "mrkdwn", None)


def _counts(blocks: list[Any], surface: Surface | None, at: str) -> Iterator[Finding]:
    counts = Counter(str(block.get("type")) for block in blocks if isinstance(block, dict))
    for kind, most in (MOST_OF_A_KIND[surface] if surface else {}).items():
        if counts[kind] > most:
            yield failed(f"no more than {most} {kind} blocks allowed", at, "max_items", most)
    written = sum(len(b["text"]) for b in blocks if isinstance(b, dict) and b.get("type") == "markdown"
                  and isinstance(b.get("text"), str))  # fmt: skip
    if written > MOST_MARKDOWN and counts["markdown"] > 1:
        yield failed(f"markdown blocks must hold at most {MOST_MARKDOWN} characters together", at, "max_length",
                     MOST_MARKDOWN)  # fmt: skip


def _ids(blocks: list[Any], at: str) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for pointer, block in _with_children(blocks, at):
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id:
            if block_id in seen:
                yield failed(f"block_id {block_id!r} is used twice, first at {seen[block_id]}", f"{pointer}/block_id",
                             "unique", "block_id")  # fmt: skip
            seen.setdefault(block_id, pointer)


def _with_children(blocks: list[Any], at: str) -> Iterator[tuple[str, Json]]:
    for index, block in enumerate(blocks):
        if isinstance(block, dict):
            yield f"{at}/{index}", block
            children = block.get("child_blocks")
            if isinstance(children, list):
                yield from _with_children(children, f"{at}/{index}/child_blocks")
