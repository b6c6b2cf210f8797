"""Data blocks: table, data_table, data_visualization."""

from collections.abc import Iterator
from typing import Any

from bot.emulator.blockkit.objects import ID
from bot.emulator.blockkit.rich_text import RICH_TEXT
from bot.emulator.blockkit.schema import (
    Choice,
    Finding,
    Flag,
    Kinds,
    Many,
    Number,
    Shape,
    Spec,
    Str,
    Whole,
    failed,
    unique,
)
from bot.emulator.wire import Json

RAW_TEXT = Shape({"type": Choice("raw_text"), "text": Str(least=1), "emoji": Flag()}, ("text",))
RAW_NUMBER = Shape({"type": Choice("raw_number"), "value": Number(), "text": Str()}, ("value",))
TABLE_CELL = Kinds({"raw_text": RAW_TEXT, "rich_text": RICH_TEXT})
DATA_CELL = Kinds({"raw_text": RAW_TEXT, "raw_number": RAW_NUMBER, "rich_text": RICH_TEXT})
COLUMN = Shape({"align": Choice("left", "center", "right"), "is_wrapped": Flag()})
MOST_DATA_CHARACTERS = 20_000


def characters(value: Any) -> int:
    """How many characters of text a payload holds."""
    if isinstance(value, dict):
        return sum(len(v) if k == "text" and isinstance(v, str) else characters(v) for k, v in value.items())
    return sum(characters(item) for item in value) if isinstance(value, list) else 0


def _data_table(value: Json, at: str) -> Iterator[Finding]:
    rows = value.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows) or not rows:
        return
    for index, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield failed("every row must have the same number of cells", f"{at}/rows/{index}", "items", len(rows[0]))
    for index, cell in enumerate(rows[0]):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            yield failed("header cells cannot be rich_text", f"{at}/rows/0/{index}/type", "enum",
                         ["raw_text", "raw_number"])  # fmt: skip
    column = value.get("row_header_column_index")
    if isinstance(column, int) and column >= len(rows[0]):
        yield failed("must be a column of the table", f"{at}/row_header_column_index", "max", len(rows[0]) - 1)
    if characters(rows) > MOST_DATA_CHARACTERS:
        yield failed(f"cells must hold at most {MOST_DATA_CHARACTERS} characters together", f"{at}/rows", "max_length",
                     MOST_DATA_CHARACTERS)  # fmt: skip


LABEL = Str(20, 1)
SERIES = Many(
    Shape({"name": LABEL, "data": Many(Shape({"label": LABEL, "value": Number()}, ("label", "value")), 1, 20)},
          ("name", "data")),
    1, 12,
)  # fmt: skip
AXIS = Shape({"categories": Many(LABEL, 1, 20), "x_label": Str(50), "y_label": Str(50)}, ("categories",))


def _series_fit_axis(value: Json, at: str) -> Iterator[Finding]:
    axis, series = value.get("axis_config"), value.get("series")
    categories = axis.get("categories") if isinstance(axis, dict) else None
    if not isinstance(categories, list) or not isinstance(series, list):
        return
    words = [word for word in categories if isinstance(word, str)]
    if len(set(words)) != len(words):
        yield failed("categories must differ", f"{at}/axis_config/categories", "unique", "categories")
    for index, one in enumerate(series):
        points = one.get("data") if isinstance(one, dict) else None
        labels = [p.get("label") for p in points if isinstance(p, dict)] if isinstance(points, list) else []
        if sorted(map(str, labels)) != sorted(map(str, words)):
            yield failed("must have one point for each category", f"{at}/series/{index}/data", "enum", words)


def _axis_chart(kind: str) -> Shape:
    return Shape({"type": Choice(kind), "series": SERIES, "axis_config": AXIS}, ("series", "axis_config"),
                 (unique("series", "name"), _series_fit_axis))  # fmt: skip


SEGMENT = Shape({"label": LABEL, "value": Number(positive=True)}, ("label", "value"))
CHART = Kinds({
    "pie": Shape({"type": Choice("pie"), "segments": Many(SEGMENT, 1, 12)}, ("segments",)),
    "bar": _axis_chart("bar"),
    "area": _axis_chart("area"),
    "line": _axis_chart("line"),
})  # fmt: skip

DATA_BLOCKS: dict[str, Spec] = {
    "table": Shape({
        "type": Choice("table"), "block_id": ID, "rows": Many(Many(TABLE_CELL, 0, 20), 1, 100),
        "column_settings": Many(COLUMN, 0, 20),
    }, ("rows",)),
    "data_table": Shape({
        "type": Choice("data_table"), "block_id": ID, "rows": Many(Many(DATA_CELL, 1, 20), 2, 201),
        "caption": Str(least=1), "page_size": Whole(1, 100), "row_header_column_index": Whole(0),
    }, ("rows", "caption"), (_data_table,)),
    "data_visualization": Shape({
        "type": Choice("data_visualization"), "block_id": ID, "title": Str(50, 1), "chart": CHART,
    }, ("title", "chart")),
}  # fmt: skip
