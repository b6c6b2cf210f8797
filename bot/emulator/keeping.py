"""Keeps the workspace on disk when a data directory is given: after changes, at the end, and on demand."""

import asyncio
import json
import time
from pathlib import Path

from bot.emulator.deliveries import Deliveries
from bot.emulator.wire import Json
from bot.emulator.workspace import Workspace, dump, load

PAUSE_S = 0.3


class DataError(Exception):
    """The data directory cannot be used; the message says what to change."""


class Keeper:
    """Writes `state.json` so that a crash leaves the old file or the new one, and uploads beside it."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._nap: asyncio.TimerHandle | None = None
        self._pause = PAUSE_S
        self._what: tuple[Workspace, Deliveries] | None = None

    @property
    def path(self) -> Path | None:
        return self._folder / "state.json" if self._folder else None

    def read(self) -> Json | None:
        """What was kept, or None."""
        if self.path is None or not self.path.exists():
            return None
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f"{self.path} cannot be read ({error}). Move it away to start afresh.") from error
        if not isinstance(kept, dict) or "workspace" not in kept:
            raise DataError(f"{self.path} was not written by the local Slack. Move it away to start afresh.")
        return kept

    def soon(self, workspace: Workspace, deliveries: Deliveries) -> None:
        """Write after a short pause: one write for many changes."""
        if self._folder is None:
            return
        self._what = (workspace, deliveries)
        if self._nap is None:
            self._nap = asyncio.get_running_loop().call_later(self._pause, self.now)

    def now(self) -> None:
        """Write what there is to write."""
        if self._nap is not None:
            self._nap.cancel()
            self._nap = None
        if self._what is None or self.path is None:
            return
        began = time.perf_counter()
        workspace, deliveries = self._what
        self._what = None
        text = f'{{"workspace":{dump(workspace)},"pending":{json.dumps(deliveries.pending())}}}'
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.path)
        # A large workspace is written more rarely, so that writing never takes more than a twentieth of the time.
        self._pause = max(PAUSE_S, 20 * (time.perf_counter() - began))

    def keep_upload(self, file_id: str, content: bytes) -> None:
        """Keep the bytes of an uploaded file."""
        if self._folder is not None:
            (self._folder / "files").mkdir(parents=True, exist_ok=True)
            (self._folder / "files" / file_id).write_bytes(content)

    def upload(self, file_id: str) -> bytes | None:
        """The bytes of an uploaded file that was kept."""
        path = self._folder / "files" / file_id if self._folder else None
        return path.read_bytes() if path is not None and path.is_file() else None

    def restore(self) -> tuple[Workspace, list[Json]] | None:
        """The kept workspace and the events still to be repeated."""
        kept = self.read()
        return (load(kept["workspace"]), list(kept.get("pending", []))) if kept else None
