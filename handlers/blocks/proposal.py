"""The exact arguments of a call, as people read them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from agents.core.text import visible
from handlers.blocks.elements import Block, bullets, code, paragraph, rich
from handlers.blocks.grid import grid
from handlers.blocks.text import Rich, channel, count, person, words

LINE = 120
"""A value longer than this, or of several lines, gets a box of its own."""
ON_A_CARD = 1500
"""Characters of arguments that a card shows; with more it asks people to review."""
FIELDS_ON_A_CARD = 12
HIDDEN = "hidden here"
NONE = "none"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One argument: its name in the contract, its title for people, its value as text."""

    name: str
    title: str
    text: str
    kind: Literal["text", "person", "channel"] = "text"
    sensitive: bool = False

    @property
    def piece(self) -> Rich:
        """The value as an element: a person as a mention, all else literally."""
        if self.kind == "person":
            return person(f"slack/{self.text}")
        if self.kind == "channel":
            return channel(self.text)
        return words(self.text, bold=self.text != NONE)

    @property
    def is_long(self) -> bool:
        return len(self.text) > LINE or "\n" in self.text


def shown_args(
    model: type[BaseModel] | None, args: Mapping[str, Any], *, sensitive: frozenset[str] = frozenset()
) -> tuple[Shown, ...]:
    """Every argument in the order of the contract; without a contract (the agent is gone) as they were stored."""
    fields = model.model_fields if model else {}
    names = [name for name in fields if name in args] + [name for name in args if name not in fields]
    shown = []
    for name in names:
        info = fields.get(name)
        extra = info.json_schema_extra if info and isinstance(info.json_schema_extra, dict) else {}
        kind = str(extra.get("slack", "text"))
        value = args[name]
        shown.append(
            Shown(
                name=name,
                title=(info.title if info and info.title else name.replace("_", " ").capitalize()),
                text=visible(value_text(value)),
                kind=kind if kind in ("person", "channel") and isinstance(value, str) and value else "text",  # type: ignore[arg-type]  # checked here
                sensitive=name in sensitive,
            )
        )
    return tuple(shown)


def value_text(value: Any) -> str:
    """A value in words: `yes`, `none`, `a, b`; records of one shape line by line, what is deeper as JSON."""
    match value:
        case None | "" | []:
            return NONE
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case int() | float():
            return f"{value:,}" if isinstance(value, int) and abs(value) >= 1_000_000 else str(value)
        case list() if all(isinstance(one, str | int | float) and not isinstance(one, bool) for one in value):
            return ", ".join(str(one) for one in value)
        case list() if (lines := grid(value)) is not None:
            return lines
        case _:
            return json.dumps(value, ensure_ascii=False, indent=2)


def fits_on_card(shown: Sequence[Shown]) -> bool:
    """Whether a card can show every argument in full; else people decide in a dialog that does."""
    if any(one.sensitive for one in shown) or len(shown) > FIELDS_ON_A_CARD:
        return False
    return sum(len(one.title) + len(one.text) for one in shown) <= ON_A_CARD


def args_on_card(shown: Sequence[Shown], *, block_id: str | None = None) -> list[Block]:
    """The arguments as a list. What does not fit is counted, never silently left out."""
    if not shown:
        return []
    if fits_on_card(shown):
        return [rich(*_parts(shown), block_id=block_id)]
    lines: list[Sequence[Rich]] = []
    room = ON_A_CARD
    for one in shown[:FIELDS_ON_A_CARD]:
        if one.sensitive:
            lines.append((words(f"{one.title}: "), words(HIDDEN, italic=True)))
        elif one.is_long or len(one.text) > room:
            start = " ".join(one.text[:200].split())[:LINE]
            rest = len(one.text) - len(start)
            lines.append(
                (
                    words(f"{one.title}: "),
                    words(start, bold=True),
                    words(f" … and {count(max(rest, 1), 'more character')}", italic=True),
                )
            )
            room -= len(start)
        else:
            lines.append((words(f"{one.title}: "), one.piece))
            room -= len(one.text)
    if len(shown) > FIELDS_ON_A_CARD:
        lines.append((words(f"… and {count(len(shown) - FIELDS_ON_A_CARD, 'more argument')}", italic=True),))
    return [rich(bullets(*lines), block_id=block_id)]


def args_in_one_line(shown: Sequence[Shown], *, block_id: str | None = None) -> list[Block]:
    """The arguments of a closed card, for the record: in one line where they are short."""
    if not shown:
        return []
    if not fits_on_card(shown) or any(one.is_long for one in shown):
        return args_on_card(shown, block_id=block_id)
    pieces: list[Rich] = []
    for one in shown:
        pieces += [words(f"{' · ' if pieces else ''}{one.title}: "), one.piece]
    return [rich(paragraph(*pieces), block_id=block_id)]


def args_in_full(shown: Sequence[Shown], *, chunk: int = 2800) -> list[Block]:
    """Every argument in full, as blocks of which each is small; long text in boxes, cut at `chunk` characters only to go on
    in the next box."""
    blocks: list[Block] = []
    short: list[Sequence[Rich]] = []
    for one in shown:
        if not one.is_long:
            short.append((words(f"{one.title}: "), one.piece))
            continue
        if short:
            blocks.append(rich(bullets(*short)))
            short = []
        pieces = [one.text[start : start + chunk] for start in range(0, len(one.text), chunk)]
        blocks.append(rich(paragraph(words(f"{one.title}:", bold=True)), code(words(pieces[0]))))
        blocks.extend(rich(code(words(piece))) for piece in pieces[1:])
    return [*blocks, rich(bullets(*short))] if short else blocks


def changes(before: Sequence[Shown], after: Sequence[Shown]) -> list[tuple[str, str, str]]:
    """What an edit changed: title, old value, new value."""
    old = {one.name: one for one in before}
    found = [
        (one.title, old[one.name].text if one.name in old else "none", one.text)
        for one in after
        if one.name not in old or old[one.name].text != one.text
    ]
    kept = {one.name for one in after}
    return found + [(one.title, one.text, "none") for one in before if one.name not in kept]


def _parts(shown: Sequence[Shown]) -> list[Block]:
    """Short arguments as bullets, long ones in boxes, in their order."""
    parts: list[Block] = []
    run: list[Sequence[Rich]] = []
    for one in shown:
        if not one.is_long:
            run.append((words(f"{one.title}: "), one.piece))
            continue
        if run:
            parts.append(bullets(*run))
            run = []
        parts += [paragraph(words(f"{one.title}:")), code(words(one.text))]
    if run:
        parts.append(bullets(*run))
    return parts
