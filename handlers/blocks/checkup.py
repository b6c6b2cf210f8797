"""What a check-up found, problems first."""

from collections.abc import Sequence
from typing import Protocol

from handlers.blocks import text as t
from handlers.blocks.elements import Block, bullets, context, header, paragraph, rich

SHOWN = 25


class Finding(Protocol):
    """One line of a check-up; see `bot.doctor.finding.Finding`."""

    @property
    def check(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def what(self) -> str: ...
    @property
    def do(self) -> str: ...


HEADINGS = {"problem": "To put right", "note": "Worth knowing", "ok": "In order"}


def checkup(found: Sequence[Finding]) -> tuple[str, list[Block]]:
    """The notification text and the blocks."""
    problems = sum(one.level == "problem" for one in found)
    head = t.count(problems, "thing to put right", "things to put right") if problems else "Everything is in order"
    blocks: list[Block] = [header(head)]
    for level, words in HEADINGS.items():
        lines = [_line(one) for one in found if one.level == level]
        if lines:
            blocks.append(rich(paragraph(t.words(words, bold=True)), bullets(*lines[:SHOWN])))
        if len(lines) > SHOWN:
            blocks.append(context(t.mrkdwn("… and {} more: `calmops doctor`", str(len(lines) - SHOWN))))
    return head, blocks


def _line(one: Finding) -> list[t.Rich]:
    line = [t.words(t.clip(one.what, 400))]
    return [*line, t.words(f" {t.clip(one.do, 300)}", italic=True)] if one.do else line
