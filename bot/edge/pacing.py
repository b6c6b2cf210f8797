"""When the next call to Slack may go out: rolling windows per method and per channel, and Slack's own Retry-After.

Times are seconds of a steady clock. Limits are a little below Slack's, because other programs may use the same app.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

PER_MINUTE: Mapping[str, int] = {
    "person": 6_000,
    "chat.postMessage": 250,
    "chat.postEphemeral": 90,
    "chat.update": 45,
    "views.publish": 90,
    "conversations.open": 45,
    "conversations.history": 45,
    "conversations.replies": 45,
    "agents.sessions.setStatus": 45,
    "files.getUploadURLExternal": 90,
}
"""Calls in any sixty seconds; Slack's tier 2 has 20, tier 3 has 50, tier 4 has 100."""

OTHERS_PER_MINUTE = 18
CHANNEL_BURST, CHANNEL_SECONDS = 4, 4.0
"""Posts into one channel: one a second in the long run, a few at once when it was quiet."""

UPDATE_GAP_SECONDS = 3.0
"""Between two progress updates of one message."""


@dataclass
class Window:
    """At most `limit` events in any `seconds`."""

    limit: int
    seconds: float
    _times: deque[float] = field(default_factory=deque)

    def ready_at(self, now: float) -> float:
        """The moment from which one more fits."""
        while self._times and self._times[0] <= now - self.seconds:
            self._times.popleft()
        return now if len(self._times) < self.limit else self._times[0] + self.seconds

    def note(self, now: float) -> None:
        self._times.append(now)


class Pace:
    """Asked before each call, told of each call."""

    def __init__(self) -> None:
        self._methods: dict[str, Window] = {}
        self._channels: dict[str, Window] = {}
        self._updated: dict[str, float] = {}
        self._blocked: dict[str, float] = {}
        self._careful: set[str] = set()

    def ready_at(self, now: float, method: str, *, channel: str = "", gently: str = "") -> float:
        """The moment from which the call may go out; `now` when it may at once. `gently` names a message whose updates
        keep their distance."""
        moments = [self._blocked.get(method, now), self._method(method).ready_at(now)]
        if channel and method == "chat.postMessage":
            moments.append(self._channel(channel).ready_at(now))
        if gently:
            moments.append(self._updated.get(gently, now - UPDATE_GAP_SECONDS) + UPDATE_GAP_SECONDS)
        return max(now, *moments)

    def note(self, now: float, method: str, *, channel: str = "", gently: str = "") -> None:
        """A call goes out."""
        self._method(method).note(now)
        if channel and method == "chat.postMessage":
            self._channel(channel).note(now)
        if gently:
            self._updated[gently] = now
            if len(self._updated) > 2_000:
                self._updated = {key: at for key, at in self._updated.items() if at > now - UPDATE_GAP_SECONDS}

    def block(self, now: float, method: str, seconds: float) -> None:
        """Slack said to wait: nothing of this method goes out before that."""
        self._blocked[method] = max(self._blocked.get(method, 0.0), now + seconds)
        self._careful.add(method)

    def is_careful(self, method: str) -> bool:
        """Whether Slack refused the last call of this method: then one goes out at a time, until one works."""
        return method in self._careful

    def worked(self, method: str) -> None:
        """A call of this method was accepted."""
        self._careful.discard(method)

    def _method(self, method: str) -> Window:
        return self._methods.setdefault(method, Window(PER_MINUTE.get(method, OTHERS_PER_MINUTE), 60.0))

    def _channel(self, channel: str) -> Window:
        return self._channels.setdefault(channel, Window(CHANNEL_BURST, CHANNEL_SECONDS))
