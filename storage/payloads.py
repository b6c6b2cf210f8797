"""JSON in columns. A payload that cannot be read any more is a value of its own, so that one damaged row neither hides
the others nor is taken for something else."""

import json
from typing import Any


class Unreadable(dict[str, Any]):
    """A payload that is not JSON: empty for whoever shows it, and known by its type to whoever would act on it."""

    def __init__(self, raw: str) -> None:
        super().__init__()
        self.raw = raw


def dumps(value: Any) -> str:
    """The value as JSON, in ASCII: also text with half of a pair in it can be stored."""
    return json.dumps(value, separators=(",", ":"))


def loads(raw: str) -> Any:
    """The value, or `Unreadable`."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return Unreadable(raw)
