"""The local Slack's own clock: it can jump, run faster, stand still or be wrong, and due work follows it."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.emulator.wire import Json

LONGEST_NAP_S = 60.0


class Clock:
    """Seconds since the epoch as this Slack sees them, and real ticks for measuring acknowledgements."""

    def __init__(self, *, wall: Callable[[], float] = time.time, ticks: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._ticks = ticks
        self._base = wall()
        self._mark = ticks()
        self.speed = 1.0
        self.on_change: list[Callable[[], None]] = []

    def now(self) -> float:
        """This Slack's time."""
        return self._base + (self._ticks() - self._mark) * self.speed

    def reading(self) -> Json:
        """What a page needs to show this clock; `changed` (real ticks) tells the newer of two readings that cross."""
        return {"now": self.now(), "speed": self.speed, "changed": self._mark}

    def ticks(self) -> float:
        """Real monotonic seconds: an acknowledgement is late in real time, whatever the clock says."""
        return self._ticks()

    def change(
        self,
        *,
        to: float | None = None,
        by: float | None = None,
        speed: float | None = None,
        skew: float | None = None,
    ) -> None:
        """Set the time, move it by seconds, change its speed (0 = frozen), or set it that far from the wall clock."""
        now = self.now()
        if to is not None:
            now = to
        if skew is not None:
            now = self._wall() + skew
        if by is not None:
            now += by
        self._base, self._mark = now, self._ticks()
        if speed is not None:
            self.speed = speed
        for listener in self.on_change:
            listener()


@dataclass(order=True)
class Timer:
    """One piece of due work; `cancel()` forgets it."""

    due: float
    order: int
    work: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True


class Timetable:
    """Calls due work in the order of the clock. A jump of the clock makes work due at once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[Timer] = []
        self._order = itertools.count()
        self._nap: asyncio.TimerHandle | None = None
        self._closed = False
        clock.on_change.append(self._arm)

    def at(self, due: float, work: Callable[[], None]) -> Timer:
        """Call `work` once the clock shows `due`."""
        timer = Timer(due=due, order=next(self._order), work=work)
        heapq.heappush(self._heap, timer)
        self._arm()
        return timer

    def after(self, seconds: float, work: Callable[[], None]) -> Timer:
        """Call `work` once the clock has moved on by `seconds`."""
        return self.at(self._clock.now() + seconds, work)

    def close(self) -> None:
        """Forget everything; nothing is called any more."""
        self._closed = True
        self._heap.clear()
        if self._nap is not None:
            self._nap.cancel()

    def _arm(self) -> None:
        if self._nap is not None:
            self._nap.cancel()
            self._nap = None
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        if self._closed or not self._heap or self._clock.speed <= 0 < self._heap[0].due - self._clock.now():
            return
        ahead = max(0.0, self._heap[0].due - self._clock.now())
        real = ahead / self._clock.speed if self._clock.speed > 0 else 0.0
        self._nap = asyncio.get_running_loop().call_later(min(real, LONGEST_NAP_S), self._ring)

    def _ring(self) -> None:
        self._nap = None
        while self._heap and not self._closed and self._heap[0].due <= self._clock.now():
            timer = heapq.heappop(self._heap)
            if not timer.cancelled:
                timer.work()
        self._arm()
