"""Reads labelled texts from a file of any of the usual forms, and says plainly what is wrong with one it cannot read.

CSV or TSV with a header; JSON Lines of objects; JSON with a list of objects or of `[text, label]` pairs, or with an
object of such lists by split (train, val, test ...).
"""

import csv
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.core.errors import InvalidInput

TEXT_NAMES = ("text", "body", "message", "question", "utterance", "document", "description", "content")
LABEL_NAMES = ("label", "category", "queue", "intent", "class", "topic", "topic_group", "target")
OFF_TOPIC_NAMES = ("oos", "out_of_scope", "out-of-scope", "off_topic", "off-topic", "other", "none")

MOST_BYTES = 200_000_000
_LONGEST_TEXT = 10_000


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """One row: text, label, its place in the file (from 1), and the split the file put it in ("" for none)."""

    text: str
    label: str
    row: int
    split: str = ""


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """What a file held. `skipped` counts rows without text or label, `doubles` rows repeating an earlier text."""

    name: str
    rows: tuple[Labelled, ...]
    skipped: int
    doubles: int

    @property
    def labels(self) -> Counter[str]:
        return Counter(row.label for row in self.rows)


def read_dataset(path: Path, *, text: str | None = None, label: str | None = None) -> Dataset:
    """Reads a file; `text` and `label` name its columns where they are not called as usual. Raises `InvalidInput`."""
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}. Give the path of a CSV, JSON or JSON Lines file.")
    if path.stat().st_size > MOST_BYTES:
        raise InvalidInput(f"{path} is larger than {MOST_BYTES // 1_000_000} MB. Give a part of it.")
    readers = {".csv": _csv, ".tsv": _csv, ".json": _json, ".jsonl": _json_lines, ".ndjson": _json_lines}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InvalidInput(f"{path.name} has no ending I can read. Use .csv, .tsv, .json or .jsonl.")
    try:
        content = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except OSError as error:
        raise InvalidInput(f"{path.name} cannot be read: {error.strerror}.") from error
    found = [row for split, items in reader(content, path) for row in _labelled(items, split, path, text, label)]
    return _clean(path.name, found)


def _csv(content: str, path: Path) -> Iterable[tuple[str, list[Any]]]:
    separator = "\t" if path.suffix.lower() == ".tsv" else ","
    try:
        rows = list(csv.DictReader(content.splitlines(keepends=True), delimiter=separator, skipinitialspace=True))
    except csv.Error as error:
        raise InvalidInput(f"{path.name} is not a readable table: {error}.") from error
    return [("", rows)]


def _json_lines(content: str, path: Path) -> Iterable[tuple[str, list[Any]]]:
    rows: list[Any] = []
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            try:
                rows.append(json.loads(line))
            except json.JSONDecodeError as error:
                raise InvalidInput(f"Line {number} of {path.name} is not JSON: {error.msg}.") from error
    return [("", rows)]


def _json(content: str, path: Path) -> Iterable[tuple[str, list[Any]]]:
    try:
        value = json.loads(content)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput(f"{path.name} is not JSON: {error}.") from error
    if isinstance(value, list):
        return [("", value)]
    splits = [(name, rows) for name, rows in value.items() if isinstance(rows, list)] if isinstance(value, dict) else []
    if not splits:
        raise InvalidInput(f"{path.name} holds no list of rows. Expected a list, or an object of lists by split.")
    return splits


def _labelled(
    items: list[Any], split: str, path: Path, text: str | None, label: str | None
) -> Iterable[Labelled | None]:
    text_name = label_name = None
    for number, item in enumerate(items, start=1):
        if isinstance(item, list) and len(item) == 2:
            said, named = item
        elif isinstance(item, dict):
            if text_name is None or label_name is None:
                text_name = _column(item, text, TEXT_NAMES, "text", path)
                label_name = _column(item, label, LABEL_NAMES, "label", path)
            said, named = item.get(text_name), item.get(label_name)
        else:
            raise InvalidInput(f"Row {number} of {path.name} is neither an object nor a pair of text and label.")
        if isinstance(said, str) and isinstance(named, str) and said.strip() and named.strip():
            yield Labelled(text=said.strip()[:_LONGEST_TEXT], label=named.strip()[:200], row=number, split=split)
        else:
            yield None


def _column(item: dict[Any, Any], asked: str | None, usual: Sequence[str], what: str, path: Path) -> str:
    names = {str(name).strip().lower(): str(name) for name in item if name is not None}
    for wanted in (asked.strip().lower(),) if asked else usual:
        if wanted in names:
            return names[wanted]
    listed = ", ".join(names.values()) or "none"
    option = f"--{what} NAME"
    raise InvalidInput(f"{path.name} has no {what} column I know. Its columns: {listed}. Name one with {option}.")


def _clean(name: str, found: list[Labelled | None]) -> Dataset:
    kept: dict[str, Labelled] = {}
    for row in found:
        if row is not None:
            kept.setdefault(" ".join(row.text.casefold().split()), row)
    rows = tuple(kept.values())
    usable = sum(row is not None for row in found)
    if not rows:
        raise InvalidInput(f"{name} holds no row with both a text and a label.")
    if len({row.label for row in rows}) < 2:
        raise InvalidInput(f"Every row of {name} has the same label; there is nothing to tell apart.")
    return Dataset(name=name, rows=rows, skipped=len(found) - usable, doubles=usable - len(rows))
