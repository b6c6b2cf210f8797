"""Rate limits: a bucket per method, app and workspace, filled at the rate of its tier, a minute's worth deep."""

import math
from dataclasses import dataclass

from bot.emulator.clock import Clock

PER_MINUTE = {"t1": 1, "t2": 20, "t3": 50, "t4": 100, "t5": 600}
# Slack: one message per second and channel, short bursts tolerated; several hundred a minute per workspace.
POST_BURST, POST_PER_SECOND, POSTS_PER_MINUTE = 10, 1.0, 300
POSTING = "chat.postMessage"


@dataclass
class Bucket:
    """`level` tokens of at most `size`, refilled with `per_second`."""

    size: float
    per_second: float
    level: float
    at: float

    def wait(self, now: float) -> float:
        """Refill, and say how many seconds until one token is there: 0 means now."""
        self.level = min(self.size, self.level + max(0.0, now - self.at) * self.per_second)
        self.at = now
        return 0.0 if self.level >= 1.0 else (1.0 - self.level) / self.per_second


class Rates:
    """Decides whether a call may go on. `on` is the switch."""

    def __init__(self, clock: Clock, *, on: bool = True) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self.on = on

    def spend(self, app_id: str, method: str, tier: str, channel: str = "") -> int:
        """0 when the call may go on, else Retry-After in whole seconds. A refused call spends nothing."""
        if not self.on:
            return 0
        now = self._clock.now()
        buckets = [self._bucket((app_id, method), PER_MINUTE.get(tier, 600), PER_MINUTE.get(tier, 600) / 60)]
        if method == POSTING:
            buckets = [self._bucket((app_id, method), POSTS_PER_MINUTE, POSTS_PER_MINUTE / 60)]
            if channel:
                buckets.append(self._bucket((app_id, method, channel), POST_BURST, POST_PER_SECOND))
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            return max(1, math.ceil(wait))
        for bucket in buckets:
            bucket.level -= 1.0
        return 0

    def clear(self) -> None:
        """Start afresh with full buckets."""
        self._buckets.clear()

    def _bucket(self, key: tuple[str, ...], size: float, per_second: float) -> Bucket:
        found = self._buckets.get(key)
        if found is None:
            found = self._buckets[key] = Bucket(size=size, per_second=per_second, level=size, at=self._clock.now())
        return found
