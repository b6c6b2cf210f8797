"""The record: every call, envelope, act and fault, in order, readable while it happens."""

from collections import deque
from collections.abc import Iterator

from bot.emulator.bulletin import Bulletin
from bot.emulator.clock import Clock
from bot.emulator.wire import Json

LONGEST_RECORD = 20_000
SECRET_KEYS = frozenset({"token", "authorization"})


class Record:
    """Numbered entries `{n, at, kind, ...}`; kinds: call, envelope, act, socket, fault, note. Tokens never enter."""

    def __init__(self, clock: Clock, bulletin: Bulletin) -> None:
        self._clock = clock
        self._bulletin = bulletin
        self._entries: deque[Json] = deque(maxlen=LONGEST_RECORD)
        self.count = 0

    def add(self, kind: str, **facts: object) -> Json:
        """Append an entry and show it on open pages."""
        self.count += 1
        entry: Json = {"n": self.count, "at": round(self._clock.now(), 6), "kind": kind, **facts}
        self._entries.append(entry)
        self.show(entry)
        return entry

    def show(self, entry: Json) -> None:
        """Tell open pages about an entry again, after it gained an answer or an acknowledgement."""
        self._bulletin.publish({"type": "traffic", "entry": entry})

    def since(self, n: int = 0, kind: str | None = None) -> list[Json]:
        """Entries after number `n`, oldest first."""
        return [entry for entry in self if entry["n"] > n and kind in (None, entry["kind"])]

    def clear(self) -> None:
        """Forget the entries; numbers go on, so that a reader never sees one twice."""
        self._entries.clear()

    def __iter__(self) -> Iterator[Json]:
        return iter(list(self._entries))


def without_secrets(arguments: Json) -> Json:
    """Arguments as they may be shown."""
    return {key: value for key, value in arguments.items() if key not in SECRET_KEYS}
