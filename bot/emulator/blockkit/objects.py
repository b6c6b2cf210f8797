"""Composition objects: text, confirm dialogs, options, filters."""

from collections.abc import Iterator
from typing import Any

from bot.emulator.blockkit.schema import (
    Choice,
    Finding,
    Flag,
    Kinds,
    Many,
    Shape,
    Spec,
    Str,
    any_of,
    failed,
    one_of,
)  # fmt: skip
from bot.emulator.wire import Json

ID = Str(255, 1)
URL = Str(3000, 1)


def text(most: int, *, least: int = 1, plain: bool = False) -> Kinds:
    """A text object: plain_text, and mrkdwn where Slack takes both."""
    body = Str(most, least)
    shapes: dict[str, Spec] = {
        "plain_text": Shape({"type": Choice("plain_text"), "text": body, "emoji": Flag()}, ("text",))
    }
    if not plain:
        shapes["mrkdwn"] = Shape({"type": Choice("mrkdwn"), "text": body, "verbatim": Flag()}, ("text",))
    return Kinds(shapes)


CONFIRM = Shape(
    {"title": text(100, plain=True), "text": text(300), "confirm": text(30, plain=True),
     "deny": text(30, plain=True), "style": Choice("primary", "danger")},
    ("title", "text", "confirm", "deny"),
)  # fmt: skip

DISPATCH = Shape(
    {"trigger_actions_on": Many(Choice("on_enter_pressed", "on_character_entered"), 1, 2)}, ("trigger_actions_on",)
)

FILTER = Shape(
    {"include": Many(Choice("im", "mpim", "private", "public"), 1),
     "exclude_external_shared_channels": Flag(), "exclude_bot_users": Flag()},
    rules=(any_of("include", "exclude_external_shared_channels", "exclude_bot_users"),),
)  # fmt: skip

SLACK_FILE = Shape({"id": Str(), "url": Str()}, rules=(one_of("id", "url"),))

WORKFLOW = Shape(
    {"trigger": Shape(
        {"url": Str(least=1),
         "customizable_input_parameters": Many(Shape({"name": Str(least=1), "value": Str()}, ("name", "value")))},
        ("url",),
    )},
    ("trigger",),
)  # fmt: skip


def option(*, mrkdwn: bool = False, url: bool = False) -> Shape:
    """One choice. Only checkboxes and radio buttons take mrkdwn; only overflow takes a url."""
    fields: dict[str, Spec] = {
        "text": text(75, plain=not mrkdwn), "value": Str(150, 1), "description": text(75, plain=not mrkdwn),
    }  # fmt: skip
    if url:
        fields["url"] = URL
    return Shape(fields, ("text", "value"))


OPTION = option()
OPTIONS = Many(OPTION, 1, 100)
GROUPS = Many(Shape({"label": text(75, plain=True), "options": OPTIONS}, ("label", "options")), 1, 100)


def initial_is_an_option(value: Json, at: str) -> Iterator[Finding]:
    """An initial choice must be one of the options, word for word."""
    offered = [*_listed(value.get("options"))]
    for group in _listed(value.get("option_groups")):
        offered += _listed(group.get("options")) if isinstance(group, dict) else []
    chosen = [("initial_option", value["initial_option"])] if value.get("initial_option") is not None else []
    chosen += [(f"initial_options/{i}", item) for i, item in enumerate(_listed(value.get("initial_options")))]
    for place, item in chosen:
        if not any(_same(item, known) for known in offered):
            yield failed("must be one of the options", f"{at}/{place}", "enum", [o.get("value") for o in offered
                         if isinstance(o, dict)])  # fmt: skip


def _same(one: object, other: object) -> bool:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    texts = [o["text"].get("text") if isinstance(o.get("text"), dict) else None for o in (one, other)]
    return one.get("value") == other.get("value") and texts[0] == texts[1]


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


IMAGE_FIELDS: dict[str, Spec] = {
    "type": Choice("image"), "image_url": URL, "slack_file": SLACK_FILE, "alt_text": Str(2000),
}  # fmt: skip
IMAGE_ELEMENT = Shape(IMAGE_FIELDS, ("alt_text",), (one_of("image_url", "slack_file"),))
