"""What an agent tells a channel: whom it concerns, one headline, and a list."""

from collections.abc import Mapping, Sequence
from typing import Any

from handlers.blocks.elements import Block, bullets, paragraph, rich
from handlers.blocks.text import Rich, escape, fit, group, link, person, words

MOST_LINES = 50


def announcement(headline: str, lines: Sequence[Mapping[str, Any]], mention: Sequence[str]) -> tuple[str, list[Block]]:
    """`mention` are ids of users and groups; `lines` have `text` and maybe `url`. Every text is literal."""
    called: list[Rich] = []
    for id in mention:
        called += [group(id) if id.startswith("S") else person(f"/{id}"), words(" ")]
    parts = [paragraph(*called, words(headline, bold=True))]
    shown = [_line(line) for line in lines[:MOST_LINES]]
    if len(lines) > MOST_LINES:
        shown.append([words(f"and {len(lines) - MOST_LINES} more")])
    if shown:
        parts.append(bullets(*shown))
    return fit(escape(headline), 3900), [rich(*parts)]


def _line(line: Mapping[str, Any]) -> list[Rich]:
    text = words(str(line["text"]))
    return [text, words(" "), link(str(line["url"]), "open")] if line.get("url") else [text]
