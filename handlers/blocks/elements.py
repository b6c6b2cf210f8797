"""Block Kit's pieces, each a plain dictionary that is inside Slack's limits by construction."""

from collections.abc import Sequence
from typing import Any, Literal

from agents.core.text import visible
from handlers.blocks.text import Mrkdwn, Rich, clip, fit

Block = dict[str, Any]

TEXT = 3000
"""The longest text of a section, and the longest literal text we put into one rich text block."""


def section(text: Mrkdwn, *, accessory: Block | None = None, block_id: str | None = None) -> Block:
    """A paragraph in markup."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": fit(text, TEXT)}}
    if accessory:
        block["accessory"] = accessory
    return _with_id(block, block_id)


def context(*texts: Mrkdwn, block_id: str | None = None) -> Block:
    """Small grey text."""
    return _with_id(
        {"type": "context", "elements": [{"type": "mrkdwn", "text": fit(text, TEXT)} for text in texts[:10]]}, block_id
    )


def rich(*parts: Block, block_id: str | None = None) -> Block:
    """Literal text made of `paragraph`, `quote`, `bullets` and `code`."""
    return _with_id({"type": "rich_text", "elements": list(parts)}, block_id)


def paragraph(*pieces: Rich) -> Block:
    return {"type": "rich_text_section", "elements": list(pieces)}


def quote(*pieces: Rich) -> Block:
    return {"type": "rich_text_quote", "elements": list(pieces)}


def code(*pieces: Rich) -> Block:
    return {"type": "rich_text_preformatted", "elements": list(pieces)}


def bullets(*lines: Sequence[Rich], ordered: bool = False) -> Block:
    return {
        "type": "rich_text_list",
        "style": "ordered" if ordered else "bullet",
        "elements": [paragraph(*line) for line in lines],
    }


def header(text: str) -> Block:
    """A large line of plain text."""
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Block, block_id: str | None = None) -> Block:
    return _with_id({"type": "actions", "elements": list(elements)}, block_id)


def plain(text: str, limit: int) -> Block:
    """A plain text object; Slack refuses an empty one."""
    return {"type": "plain_text", "text": clip(visible(text), limit) or " ", "emoji": False}


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: Literal["primary", "danger"] | None = None,
    says: str | None = None,
    confirm: Block | None = None,
) -> Block:
    """A button. `says` is what a screen reader says instead of the text, when the text alone is not enough."""
    element: Block = {"type": "button", "text": plain(text, 75), "action_id": action_id, "value": value}
    if style:
        element["style"] = style
    if says:
        element["accessibility_label"] = clip(says, 75)
    if confirm:
        element["confirm"] = confirm
    return element


def confirmation(title: str, text: str, yes: str, *, danger: bool = False) -> Block:
    """The dialog before an act that is hard to take back; its other button goes back."""
    block: Block = {
        "title": plain(title, 100),
        "text": plain(text, 300),
        "confirm": plain(yes, 30),
        "deny": plain("Go back", 30),
    }
    if danger:
        block["style"] = "danger"
    return block


def option(text: str, value: str, *, description: str | None = None) -> Block:
    block: Block = {"text": plain(text, 75), "value": value}
    if description:
        block["description"] = plain(description, 75)
    return block


def overflow(action_id: str, options: Sequence[Block]) -> Block:
    """A menu behind three dots, of 1 to 5 options."""
    return {"type": "overflow", "action_id": action_id, "options": list(options[:5])}


def select(
    action_id: str, options: Sequence[Block], *, placeholder: str = "Choose", initial: Block | None = None
) -> Block:
    """A menu of 1 to 100 options."""
    element: Block = {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(placeholder, 150),
        "options": list(options[:100]),
    }
    if initial:
        element["initial_option"] = initial
    return element


def text_input(
    action_id: str,
    *,
    multiline: bool = False,
    initial: str | None = None,
    placeholder: str | None = None,
    max_length: int = 3000,
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": action_id,
        "multiline": multiline,
        "max_length": max(1, min(max_length, 3000)),
    }
    if initial:
        element["initial_value"] = initial
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return element


def field(
    label: str,
    element: Block,
    *,
    block_id: str,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> Block:
    """One input of a form."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, 2000),
        "element": element,
        "optional": optional,
    }
    if hint:
        block["hint"] = plain(hint, 2000)
    if dispatch:
        block["dispatch_action"] = True
    return block


def modal(
    title: str,
    blocks: Sequence[Block],
    *,
    callback_id: str,
    submit: str | None = None,
    close: str = "Close",
    metadata: str = "",
    notify_on_close: bool = False,
) -> Block:
    """A dialog of at most 100 blocks."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, 24),
        "close": plain(close, 24),
        "blocks": list(blocks)[:100],
        "private_metadata": metadata,
    }
    if submit:
        view["submit"] = plain(submit, 24)
    if notify_on_close:
        view["notify_on_close"] = True
    return view


def home(blocks: Sequence[Block]) -> Block:
    """An App Home of at most 100 blocks."""
    return {"type": "home", "blocks": list(blocks)[:100]}


def _with_id(block: Block, block_id: str | None) -> Block:
    return block | {"block_id": block_id} if block_id else block
