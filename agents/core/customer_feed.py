"""What another system says about customers: rows read from JSON or from a table in text, and what is odd about them. Pure."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from agents.core.contract import Record
from agents.core.customers import KEY, CustomerField, FieldChange, differences
from agents.core.desk import QUEUE_NAME, Customer
from agents.core.errors import InvalidInput

MOST_ROWS = 1000
YES, NO = frozenset({"yes", "y", "true", "1", "x"}), frozenset({"", "no", "n", "false", "0"})

Name = Annotated[str, Field(min_length=1, max_length=200)]
Listed = Annotated[str, Field(max_length=500)]


class Row(Record):
    """One customer as the other system has them. A field that is left out is not compared; an empty one empties ours."""

    key: str = Field(min_length=1, max_length=120, pattern=KEY)
    name: Name | None = None
    aliases: Listed | None = None
    people: Listed | None = None
    vip: str | None = None
    queue: Annotated[str, Field(max_length=60, pattern=rf"^$|{QUEUE_NAME}")] | None = None

    @field_validator("aliases", "people", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        parts = value.split(",") if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            return value
        return ", ".join(part for part in (str(one).strip() for one in parts) if part)

    @field_validator("vip", mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        if value is None:
            return None
        word = str(value).strip().lower()
        if word not in YES | NO:
            raise ValueError("vip is yes or no")
        return "yes" if word in YES else ""

    def told(self) -> dict[CustomerField, str]:
        """What the row says, field by field."""
        return {field: value for field in CustomerField if (value := getattr(self, field)) is not None}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What differs, customer by customer in the order of the feed; `disputed` are keys that the feed itself gives two values
    for, `nameless` new keys that come without a name. Nothing is proposed for either."""

    changes: Sequence[FieldChange]
    new: frozenset[str]
    disputed: tuple[str, ...]
    nameless: tuple[str, ...]

    @property
    def touched(self) -> int:
        """How many customers we know already would change."""
        return len({change.customer for change in self.changes} - self.new)


def compare(rows: Sequence[Row], known: Mapping[str, Customer]) -> Compared:
    """A feed beside what we know. Customers that the feed does not name are left alone."""
    told: dict[str, dict[CustomerField, str]] = {}
    disputed: dict[str, None] = {}
    for row in rows:
        fields = told.setdefault(row.key, {})
        if any(fields.get(field, value) != value for field, value in row.told().items()):
            disputed[row.key] = None
        fields |= row.told()
    fresh = [key for key in told if key not in known]
    nameless = tuple(key for key in fresh if CustomerField.NAME not in told[key] and key not in disputed)
    left_out = {*disputed, *nameless}
    changes = [
        change
        for key, fields in told.items()
        if key not in left_out
        for change in differences(known.get(key), fields, key)
    ]
    return Compared(changes=changes, new=frozenset(fresh), disputed=tuple(disputed), nameless=nameless)


def read_table(text: str) -> list[dict[str, str]]:
    """The rows of a table in text: a line of column names, then a line for each customer, split by commas, semicolons or
    tabs. Raises `InvalidInput` that says what is missing."""
    lines = [line for line in text.splitlines() if line.strip()]
    example = "Example: key,name,queue on the first line, acme,Acme Pumps,orders on the second."
    if len(lines) < 2:
        raise InvalidInput(f"A line of column names and a line for each customer are needed. {example}")
    mark = max(",;\t", key=lines[0].count)
    names, *rows = csv.reader(io.StringIO("\n".join(lines)), delimiter=mark)
    columns = [name.strip().lower() for name in names]
    unknown = [name for name in columns if name not in Row.model_fields]
    if unknown or "key" not in columns:
        what = f"There is no column {unknown[0]}" if unknown else "The column key is missing"
        raise InvalidInput(f"{what}; columns are {', '.join(Row.model_fields)}. {example}")
    for number, row in enumerate(rows, start=2):
        if len(row) != len(columns):
            raise InvalidInput(f"Line {number} has {len(row)} columns, the first line has {len(columns)}. {example}")
    return [dict(zip(columns, (part.strip() for part in row), strict=True)) for row in rows]


def sentence(error: ValidationError) -> str:
    """The first thing that is wrong with the rows, and in which of them."""
    first = error.errors()[0]
    place = [str(part) for part in first["loc"] if part != "rows"]
    row = f"Customer {int(place[0]) + 1}" if place and place[0].isdigit() else "The input"
    field = f", {place[1]}" if len(place) > 1 else ""
    what = "this has characters that cannot stand there" if first["type"] == "string_pattern_mismatch" else first["msg"]
    return f"{row}{field}: {what.removeprefix('Value error, ')}."
