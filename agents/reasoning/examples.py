"""Reads known examples: ours, or a team's own file in the same form.

One JSON object a line: `text`, a label per task (`queue`, `priority`; leave out what is unknown), and `cue: true` for
a phrase that only helps to learn.
"""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents.core.desk import QUEUE_NAME, Priority
from agents.core.errors import Misconfigured
from agents.core.reasoning import Example

QUEUE = "queue"
PRIORITY = "priority"
OTHER = "other"
"""The label of texts that ask for nothing this team does."""


class Row(BaseModel):
    """One line of an examples file."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=10_000)
    queue: str | None = Field(default=None, max_length=60, pattern=QUEUE_NAME)
    priority: Priority | None = None
    cue: bool = False


def read_examples(path: Path | None = None) -> tuple[Row, ...]:
    """The rows of a file, or our own when no path is given. Raises `Misconfigured` with the line that is wrong."""
    try:
        if path is None:
            text = resources.files("agents.reasoning").joinpath("examples", "support.jsonl").read_text("utf-8")
        else:
            text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"The examples file {path} cannot be read: {error}.") from error
    rows: list[Row] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the line"
            raise Misconfigured(f"Line {number} of {path or 'support.jsonl'}: {where}: {first['msg']}.") from error
    return tuple(rows)


def examples_for(task: str, rows: Iterable[Row]) -> tuple[Example, ...]:
    """The rows that say something about one task."""
    labelled = ((row, row.queue if task == QUEUE else row.priority) for row in rows)
    return tuple(Example(text=row.text, label=label, cue=row.cue) for row, label in labelled if label is not None)
