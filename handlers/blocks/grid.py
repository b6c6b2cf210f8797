"""Records of one shape as lines under each other, so that people compare them instead of reading JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

BAR = " │ "
WIDEST_CELL = 60
EMPTY = "–"


def grid(rows: Sequence[Any]) -> str | None:
    """A line of names and a line for each record; fields that are empty in all of them stand below, in one line.

    None where lines could mislead: other shapes, values inside values, long ones, or text that could be taken for a column or
    a row of its own.
    """
    if not rows or any(not isinstance(row, Mapping) or list(row) != list(rows[0]) for row in rows):
        return None
    cells = [[_cell(value) for value in row.values()] for row in rows]
    if any(cell is None for row in cells for cell in row):
        return None
    told = [[cell or "" for cell in row] for row in cells]
    names = [str(name) for name in rows[0]]
    used = [at for at in range(len(names)) if any(row[at] for row in told)]
    if not used:
        return None
    lines = [[names[at] for at in used], *([row[at] or EMPTY for at in used] for row in told)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(used))]
    text = [BAR.join(part.ljust(width) for part, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    empty = [name for at, name in enumerate(names) if at not in used]
    return "\n".join([*text, *([f"{', '.join(empty)}: none"] if empty else [])])


def _cell(value: Any) -> str | None:
    """A value on one line; "" for nothing, None where it does not fit one."""
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            text = value
        case int() | float():
            text = str(value)
        case _:
            return None
    plain = len(text) <= WIDEST_CELL and "│" not in text and text.isprintable() and text == " ".join(text.split())
    return text if plain and text != EMPTY else None
