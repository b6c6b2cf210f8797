"""How long to wait before asking Slack for another connection: pure arithmetic."""

from dataclasses import dataclass, replace

FIRST = 1.0
MOST = 30.0


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """Failures in a row, and the moment (of any steady clock) before which nothing may be tried."""

    failures: int = 0
    not_before: float = 0.0

    def failed(self, now: float, *, jitter: float, retry_after: float | None = None, first: float = FIRST) -> "Backoff":
        """After one more failure: 1, 2, 4 ... 30 s with up to a quarter more (`jitter` is 0 to 1); never less than Slack's
        own Retry-After. `first` is the shortest of these waits."""
        wait = min(MOST, first * 2.0 ** min(self.failures, 10)) * (1 + jitter / 4)
        return Backoff(failures=self.failures + 1, not_before=now + max(wait, retry_after or 0.0))

    def called(self, now: float, *, gap: float = FIRST) -> "Backoff":
        """After a call went out: the next one keeps at least `gap` seconds away."""
        return replace(self, not_before=max(self.not_before, now + gap))

    def succeeded(self) -> "Backoff":
        """After a connection stood: no failures, and only the gap between calls remains."""
        return replace(self, failures=0)

    def wait(self, now: float) -> float:
        """Seconds still to wait."""
        return max(0.0, self.not_before - now)
