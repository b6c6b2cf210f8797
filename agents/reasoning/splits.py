"""Divides a data set into what is trained on and what is measured on. The same seed divides in the same way."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.core.errors import InvalidInput
from agents.reasoning.datasets import OFF_TOPIC_NAMES, Dataset, Labelled

TEST_SPLITS = ("test", "val", "valid", "validation", "dev")
_TEST_PER_CLASS = 30


@dataclass(frozen=True, kw_only=True)
class Split:
    """Rows to train on, rows to measure on, no text in both. `how` says in words which rows went where."""

    train: tuple[Labelled, ...]
    test: tuple[Labelled, ...]
    off_topic: str | None
    how: str


def off_topic_label(labels: Iterable[str]) -> str | None:
    """The label that stands for texts outside the task, if the data has one."""
    names = {label.lower(): label for label in labels}
    return next((names[name] for name in OFF_TOPIC_NAMES if name in names), None)


def divide(data: Dataset, *, per_class: int, seed: int, off_topic: str | None) -> Split:
    """At most `per_class` rows a label to train on, 30 to measure on. Splits that the file itself names are kept."""
    outside = off_topic or off_topic_label(data.labels)
    if off_topic and off_topic not in data.labels:
        raise InvalidInput(f"No row of {data.name} is labelled {off_topic}. Its labels: {_some(sorted(data.labels))}.")
    named = any(_is_test(row.split) for row in data.rows) and any(not _is_test(row.split) for row in data.rows)
    dealt: dict[str, list[Labelled]] = defaultdict(list)
    for row in data.rows:
        dealt[row.label].append(row)
    train: list[Labelled] = []
    test: list[Labelled] = []
    for label in sorted(dealt):
        rows = sorted(dealt[label], key=lambda row: (row.split, row.row))
        random.Random(f"{seed}:{label}").shuffle(rows)
        # Off-topic text comes in every kind, so its cap is five times that of a real label.
        most = per_class * 5 if label == outside else per_class
        if named:
            taught = [row for row in rows if not _is_test(row.split)][:most]
            held = [row for row in rows if _is_test(row.split)]
        else:
            taught = rows[: min(most, max(1, len(rows) * 3 // 4))]
            held = rows[len(taught) :]
        train += taught
        test += held[: _TEST_PER_CLASS * 5 if label == outside else _TEST_PER_CLASS]
    if not test:
        raise InvalidInput(f"{data.name} leaves no row to measure on. Give more rows per label.")
    rule = "the file's own splits" if named else "rows drawn at random"
    how = f"{rule}, seed {seed}, at most {per_class} rows a label to train on and {_TEST_PER_CLASS} to measure on"
    return Split(train=tuple(train), test=tuple(test), off_topic=outside, how=how)


def _is_test(split: str) -> bool:
    return any(part in TEST_SPLITS for part in split.lower().replace("-", "_").split("_"))


def _some(names: Sequence[str], limit: int = 10) -> str:
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")
