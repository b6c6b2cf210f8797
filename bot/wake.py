"""Rings the processes that have something to do, at once, over a local socket; each also looks by itself now and then.

A ring carries no data and may be lost: whoever is woken looks into the database. Each process that can be woken binds a
datagram socket `<role>-<pid>.sock` in one small folder per database; who rings sends one byte to each of that role.
"""

import asyncio
import contextlib
import hashlib
import logging
import os
import socket
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from storage.store import Role

log = logging.getLogger(__name__)


def bell_folder(database_url: str) -> Path:
    """The folder of sockets for one database: short, because the path of a socket may have 107 bytes at most."""
    name = hashlib.sha256(database_url.encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"calmops-{os.getuid()}-{name}"


class Wake:
    """Rings others, and is rung: `on("worker", look)` calls `look` in the event loop whenever workers are wanted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._calls: dict[Role, list[Callable[[], None]]] = {}
        self._own: dict[Role, socket.socket] = {}
        self._out: socket.socket | None = None

    def on(self, role: Role, look: Callable[[], None]) -> None:
        """Calls `look` on every ring for that role, also on one from this process."""
        self._calls.setdefault(role, []).append(look)

    def start(self) -> None:
        """Binds a socket for each role that somebody here listens for. To be called in the event loop."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self._folder.stat().st_uid != os.getuid():
            log.warning("%s belongs to somebody else; processes find work by looking.", self._folder)
            return
        for role in self._calls:
            bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            bell.setblocking(False)
            self._bind(bell, self._folder / f"{role}-{os.getpid()}.sock")
            asyncio.get_running_loop().add_reader(bell, self._rung, role, bell)
            self._own[role] = bell
        self._out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._out.setblocking(False)

    def _bind(self, bell: socket.socket, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
            bell.bind(str(path))
        except FileNotFoundError:  # the last one out took the folder away just now
            self._folder.mkdir(mode=0o700, exist_ok=True)
            bell.bind(str(path))

    def heard(self, roles: Iterable[Role]) -> None:
        """Wakes this process alone: somebody else was told already."""
        for role in roles:
            self._call(role)

    def ring(self, roles: Iterable[Role]) -> None:
        """Wakes every process of these roles, this one included. Never raises and never waits."""
        for role in roles:
            self._call(role)
            for path in self._others(role):
                self._send(path)

    def close(self) -> None:
        """Stops listening and takes the sockets away."""
        for role, bell in self._own.items():
            asyncio.get_running_loop().remove_reader(bell)
            bell.close()
            (self._folder / f"{role}-{os.getpid()}.sock").unlink(missing_ok=True)
        self._own.clear()
        if self._out is not None:
            self._out.close()
            self._out = None
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def _others(self, role: Role) -> list[Path]:
        own = f"{role}-{os.getpid()}.sock"
        with contextlib.suppress(OSError):
            return [path for path in self._folder.glob(f"{role}-*.sock") if path.name != own]
        return []

    def _send(self, path: Path) -> None:
        out = self._out
        if out is None:
            return
        try:
            out.sendto(b"!", str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        except OSError:
            return

    def _rung(self, role: Role, bell: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while bell.recv(64):
                pass
        self._call(role)

    def _call(self, role: Role) -> None:
        for look in self._calls.get(role, ()):
            look()
