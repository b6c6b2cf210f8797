"""The head of the audit chain, written down outside the database.

Whoever can write to the database could compute a whole new chain. An anchor elsewhere shows that: the file should lie where
the database's own users cannot write, and a channel in Slack keeps it out of reach of the whole machine.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from agents.core.errors import Misconfigured
from storage.store import Store
from storage.trail import Head, head

KEEP = 20_000
"""Lines that the file may have before older ones are thinned out to one an hour."""


class AnchorFile:
    """A file with one JSON line for each head that was anchored, oldest first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last: int | None = None

    def read(self) -> list[Head]:
        """Every anchor. Raises `Misconfigured` when the file cannot be read as such."""
        return list(self._lines())

    def add(self, anchor: Head) -> None:
        """Writes one more anchor, durable when this returns."""
        line = json.dumps({"seq": anchor.seq, "hash": anchor.hash, "at": anchor.at}, separators=(",", ":"))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            _drop_torn_line(file)
            file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._last = anchor.seq

    async def follow(self, store: Store) -> Head | None:
        """Anchors the newest line when it is newer than the last anchor. Returns it then. To be called every few seconds:
        what was written since the last anchor is all that could be cut unseen."""
        newest = await store.read(head)
        if newest is None:
            return None
        if self._last is None:
            self._last = max((anchor.seq for anchor in self._lines()), default=0)
        if newest.seq <= self._last:
            return None
        self.add(newest)
        return newest

    def thin(self) -> int:
        """Leaves out older anchors, one an hour excepted, once the file is long. Returns how many went."""
        anchors = self.read()
        if len(anchors) <= KEEP:
            return 0
        kept: dict[int, Head] = {}
        for anchor in anchors[: -KEEP // 2]:
            kept[int(anchor.at // 3600)] = anchor
        left = [*kept.values(), *anchors[-KEEP // 2 :]]
        fresh = self.path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with fresh.open("w", encoding="utf-8") as file:
            for anchor in left:
                file.write(json.dumps({"seq": anchor.seq, "hash": anchor.hash, "at": anchor.at}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path)
        return len(anchors) - len(left)

    def _lines(self) -> Iterator[Head]:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        lines = text.splitlines()
        torn = len(lines) if text and not text.endswith("\n") else 0
        for number, line in enumerate(lines, start=1):
            try:
                values = json.loads(line)
                yield Head(seq=int(values["seq"]), hash=str(values["hash"]), at=float(values["at"]))
            except (ValueError, KeyError, TypeError) as error:
                if number == torn:
                    return  # a crash cut it off while it was written, so it was never relied on
                raise Misconfigured(f"{self.path.name}, line {number}, is no anchor of the audit.") from error


def _drop_torn_line(file: BinaryIO) -> None:
    """Cuts off a last line that a crash left without its end."""
    size = file.seek(0, os.SEEK_END)
    tail = b""
    if size:
        file.seek(max(0, size - 4096))
        tail = file.read()
    if tail and not tail.endswith(b"\n"):
        file.truncate(size - len(tail) + tail.rfind(b"\n") + 1)
