"""A measured figure, and how it stands beside its floor and its target."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Better = Literal["less", "more"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The median of several measurements, in `unit`. `floor` is what this machine can do at all, from the same run.

    `target` is the worst acceptable value: the most where less is better, the least where more is.
    """

    name: str
    median: float
    unit: str
    better: Better = "less"
    floor: float | None = None
    floor_name: str = ""
    target: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times its floor it is (how many times below it, where more is better). 1 is perfect."""
        if not self.floor or not self.median:
            return None
        return self.median / self.floor if self.better == "less" else self.floor / self.median

    @property
    def ok(self) -> bool:
        if self.target is None:
            return True
        return self.median <= self.target if self.better == "less" else self.median >= self.target

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "median": round(self.median, 3),
            "unit": self.unit,
            "floor": None if self.floor is None else round(self.floor, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 2),
            "target": self.target,
            "ok": self.ok,
        }

    def as_line(self) -> str:
        notes = []
        if self.target is not None:
            bound = "at most" if self.better == "less" else "at least"
            notes.append(f"{bound} {self.target:g}: {'ok' if self.ok else 'MISSED'}")
        if self.ratio is not None:
            notes.append(f"{self.ratio:.1f} x {self.floor_name} ({self.floor:.4g})")
        return f"{self.name:<44} {self.median:>10.4g} {self.unit:<7} {'; '.join(notes)}".rstrip()


def median(values: Sequence[float]) -> float:
    return statistics.median(values)
