"""All that a shortened view would have said, as plain text in a dialog."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from handlers.blocks import text as t
from handlers.blocks.elements import Block, button, context, modal, plain
from handlers.ids import Action, Modal

PIECE = 2900
MOST_BYTES = 200_000
"""Slack takes a hundred blocks and a quarter of a megabyte; this is well inside both, in any script."""

SAYING = ("text", "alt_text", "title", "label", "fallback", "url")
"""Where the words of a block stand, in the order in which they are read."""


def whole_button(row_id: int) -> Block:
    """The way from a shortened view to all of it."""
    return button("Show all of it", Action.WHOLE, str(row_id))


def whole_dialog(text: str, blocks: Sequence[Mapping[str, Any]]) -> Block:
    """Every word of a message or Home; literally, so that nothing in it is markup."""
    said = "\n\n".join(filter(None, ("\n".join(words_of(block)) for block in blocks))) or text
    said = t.visible(said)
    fits = said.encode("utf-8", "replace")[:MOST_BYTES].decode("utf-8", "ignore")
    pieces = [fits[start : start + PIECE] for start in range(0, len(fits), PIECE)]
    shown: list[Block] = [{"type": "section", "text": plain(piece, 3000)} for piece in pieces]
    if len(said) > len(fits):
        shown.append(context(t.mrkdwn("{} more characters do not fit here.", f"{len(said) - len(fits):,}")))
    return modal("All of it", shown, callback_id=Modal.NOTICE)


def words_of(value: Any) -> Iterator[str]:
    """The words in a block, in order."""
    if isinstance(value, Mapping):
        for name in SAYING:
            if isinstance(value.get(name), str):
                yield value[name]
        for name, inside in value.items():
            if not isinstance(inside, str) and name not in ("confirm", "style"):
                yield from words_of(inside)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inside in value:
            yield from words_of(inside)
