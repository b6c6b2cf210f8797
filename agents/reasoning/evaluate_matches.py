"""Measures the finding of duplicates on a table where it is known which records belong together."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.core.errors import InvalidInput
from agents.core.statistics import wilson_bounds
from agents.reasoning.matching import ALIKE, find_matches

MOST_ROWS = 5_000
_GROUP = re.compile(r"^(\D*\d+)")


@dataclass(frozen=True, kw_only=True)
class MatchReport:
    """`found` pairs at or above `alike`, `right` of them true, of `true` pairs that there are."""

    agent: str
    data: str
    records: int
    alike: float
    found: int
    right: int
    true: int
    seconds: float

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 0.0

    def to_json(self) -> dict[str, Any]:
        """The report as plain values, shares included."""
        return {**asdict(self), "precision": self.precision, "recall": self.recall}

    def to_text(self) -> str:
        """The report in lines for a terminal."""
        low, high = wilson_bounds(self.right, self.found)
        return "\n".join(
            [
                f"{self.agent} on {self.data}",
                f"  records     {self.records}; all are measured, none is trained on",
                f"  alike from  {self.alike:.2f}",
                f"  precision   {self.precision:.1%} of {self.found} pairs (95 % bounds {low:.1%} to {high:.1%})",
                f"  recall      {self.recall:.1%} of {self.true} true pairs",
                f"  {self.seconds:.0f} s",
            ]
        )


def evaluate_matches(path: Path, *, alike: float = ALIKE, timer: Callable[[], float]) -> MatchReport:
    """The first column names a record; records whose names begin alike up to the first number are the same, such as
    rec-7-org and rec-7-dup-0. That column is the truth and is never compared. Raises `InvalidInput`."""
    begun = timer()
    records = _read(path)
    groups = Counter(_group(key) for key in records)
    matches = find_matches(records, alike=alike)
    return MatchReport(
        agent="duplicates",
        data=str(path),
        records=len(records),
        alike=alike,
        found=len(matches),
        right=sum(_group(match.first) == _group(match.second) for match in matches),
        true=sum(count * (count - 1) // 2 for count in groups.values()),
        seconds=timer() - begun,
    )


def _read(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        raise InvalidInput(f"There is no file {path}. Give the path of a CSV table.")
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, skipinitialspace=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"{path.name} is no readable table in UTF-8: {error}.") from error
    if not rows or len(rows[0]) < 2:
        raise InvalidInput(f"{path.name} needs a header, a first column that names the record, and a row at least.")
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"{path.name} has {len(rows)} rows; I measure {MOST_ROWS} at most. Give a part of it.")
    key = next(iter(rows[0]))
    return {
        str(row[key]): {name: value for name, value in row.items() if name != key and isinstance(value, str)}
        for row in rows
    }


def _group(key: str) -> str:
    found = _GROUP.match(key)
    return found[1] if found else key
