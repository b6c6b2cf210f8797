"""The only place that reads the wall clock."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time as seconds since 1970 in UTC; every stored time is such a number."""

    def now(self) -> float: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()


@dataclass
class FakeClock:
    """A clock that moves only when told: for tests, and for trying out schedules."""

    at: float = 1_767_225_600.0

    def now(self) -> float:
        return self.at

    def advance(self, seconds: float) -> None:
        """Moves the clock by `seconds`, which may be negative: wall clocks do jump back."""
        self.at += seconds


def as_utc(moment: float) -> datetime:
    """A stored time as an aware datetime in UTC."""
    return datetime.fromtimestamp(moment, UTC)
