"""Every block, as data."""

from collections.abc import Iterator

from bot.emulator.blockkit.charts import DATA_BLOCKS
from bot.emulator.blockkit.elements import ELEMENTS, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION
from bot.emulator.blockkit.objects import ID, IMAGE_ELEMENT, IMAGE_FIELDS, URL, text
from bot.emulator.blockkit.rich_text import RICH_TEXT
from bot.emulator.blockkit.schema import (
    Anything,
    Choice,
    Finding,
    Flag,
    Kinds,
    Many,
    Rule,
    Shape,
    Spec,
    Str,
    any_of,
    failed,
    not_together,
    one_of,
    unique,
)  # fmt: skip
from bot.emulator.wire import Json


def block(kind: str, fields: dict[str, Spec], required: tuple[str, ...] = (), rules: tuple[Rule, ...] = ()) -> Shape:
    """A block with its type and block_id."""
    return Shape({"type": Choice(kind), "block_id": ID, **fields}, required, rules)


def _collapsible(value: Json, at: str) -> Iterator[Finding]:
    if value.get("default_collapsed") and not value.get("is_collapsible"):
        yield failed("needs is_collapsible", f"{at}/default_collapsed", "requires", "is_collapsible")
    if value.get("has_header_divider") and value.get("is_collapsible"):
        yield failed("is not allowed on a collapsible container", f"{at}/has_header_divider", "excludes",
                     "is_collapsible")  # fmt: skip


SOURCE = Shape({"type": Choice("url"), "url": URL, "text": Str(least=1)}, ("url", "text"))
TASK_FIELDS: dict[str, Spec] = {
    "task_id": Str(least=1), "title": Str(least=1), "details": RICH_TEXT, "output": RICH_TEXT, "sources": Many(SOURCE),
    "status": Choice("pending", "in_progress", "complete", "error"),
}  # fmt: skip
TASK_REQUIRED = ("task_id", "title", "status")
# Inside a plan Slack's own examples leave `type` out; the SDK sends it.
PLAN_TASK = Shape({"type": Choice("task_card"), "block_id": ID, **TASK_FIELDS}, TASK_REQUIRED)

SLACK_ICON = Shape({"type": Choice("icon"), "name": Str(least=1)})
CARD = block("card", {
    "hero_image": IMAGE_ELEMENT, "icon": IMAGE_ELEMENT, "slack_icon": SLACK_ICON,
    "title": text(150), "subtitle": text(150), "body": text(200), "subtext": text(200),
    "actions": Many(Kinds({"button": ELEMENTS["button"]}), 0, 3),
}, rules=(any_of("hero_image", "title", "actions", "body"), not_together("icon", "slack_icon")))  # fmt: skip

PLAIN_BLOCKS: dict[str, Spec] = {
    "section": block("section", {
        "text": text(3000), "fields": Many(text(2000), 1, 10), "accessory": IN_SECTION, "expand": Flag(),
    }, rules=(any_of("text", "fields"),)),
    "divider": block("divider", {}),
    "header": block("header", {"text": text(150, plain=True)}, ("text",)),
    "image": block("image", IMAGE_FIELDS | {"title": text(2000, plain=True)}, ("alt_text",),
                   (one_of("image_url", "slack_file"),)),
    "context": block("context", {
        "elements": Many(Kinds({"image": IMAGE_ELEMENT, **text(3000).shapes}), 1, 10),
    }, ("elements",)),
    "actions": block("actions", {"elements": Many(IN_ACTIONS, 1, 25)}, ("elements",),
                     (unique("elements", "action_id"),)),
    "context_actions": block("context_actions", {"elements": Many(IN_CONTEXT_ACTIONS, 1, 5)}, ("elements",)),
    "input": block("input", {
        "label": text(2000, plain=True), "element": IN_INPUT, "hint": text(2000, plain=True), "optional": Flag(),
        "dispatch_action": Flag(),
    }, ("label", "element")),
    "rich_text": RICH_TEXT,
    "markdown": block("markdown", {"text": Str(12_000, 1)}, ("text",)),
    "video": block("video", {
        "alt_text": Str(2000), "title": text(200, plain=True), "video_url": URL, "thumbnail_url": URL,
        "title_url": Str(2000), "author_name": Str(50), "description": text(200, plain=True),
        "provider_icon_url": Str(2000), "provider_name": Str(50),
    }, ("alt_text", "title", "video_url", "thumbnail_url")),
    "file": block("file", {"external_id": Str(least=1), "source": Choice("remote")}, ("external_id", "source")),
    "call": block("call", {"call_id": Str(least=1), "call": Anything(), "api_decoration_available": Flag()},
                  ("call_id",)),
    # Limits from the SDK; Slack tells no surfaces for it.
    "auth_provider": block("auth_provider", {
        "value": Str(150, 1), "name": text(75, plain=True), "is_connected": Flag(), "fallback": Anything(),
        "description": text(150, plain=True), "icon_url": URL, "auth_url": URL, "disconnect_url": URL,
        "connected_identity": text(75, plain=True), "connected_context": text(75, plain=True),
        "accessory": Kinds({"overflow": ELEMENTS["overflow"]}),
    }, ("value", "name", "is_connected")),
    "alert": block("alert", {
        "text": text(200), "level": Choice("default", "info", "warning", "error", "success"),
    }, ("text",)),
    "task_card": block("task_card", TASK_FIELDS, TASK_REQUIRED),
    "plan": block("plan", {"title": Str(least=1), "tasks": Many(PLAN_TASK, 0, 50)}, ("title", "tasks"),
                  (unique("tasks", "task_id"),)),
    "card": CARD,
    "carousel": block("carousel", {"elements": Many(Kinds({"card": CARD}), 1, 10)}, ("elements",)),
    **DATA_BLOCKS,
}  # fmt: skip

IN_CONTAINER = (
    "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video",
)  # fmt: skip
BLOCKS: dict[str, Spec] = {
    **PLAIN_BLOCKS,
    "container": block("container", {
        "title": text(150, plain=True), "rich_text_title": RICH_TEXT, "subtitle": text(150), "icon": IMAGE_ELEMENT,
        "width": Choice("narrow", "standard", "wide", "full"), "is_collapsible": Flag(), "default_collapsed": Flag(),
        "has_header_divider": Flag(),
        "child_blocks": Many(Kinds({name: PLAIN_BLOCKS[name] for name in IN_CONTAINER}), 1, 10),
    }, ("child_blocks",), (any_of("title", "rich_text_title"), _collapsible)),
}  # fmt: skip
