"""Keeps a role to one process per database file."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from agents.core.errors import Misconfigured
from bot.wake import bell_folder


@contextmanager
def only_one(database_url: str, role: str) -> Iterator[None]:
    """Holds the role for this process; the system gives it back when the process ends, however it ends.

    Raises `Misconfigured` when another process on this machine has it. On Postgres several edges may share the work.
    """
    if not database_url.startswith("sqlite"):
        yield
        return
    folder = bell_folder(database_url)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{role}.lock"
    with _locked(path, role) as file:
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                folder.rmdir()


@contextmanager
def _locked(path: Path, role: str) -> Iterator[TextIO]:
    while True:
        with path.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                holder = file.read().strip() or "unknown"
                raise Misconfigured(
                    f"Another {role} already runs on this database (process {holder}). Stop it first, or give this one a "
                    "database of its own with --data."
                ) from None
            if _same(file, path):  # else the last holder took the file away between our opening and our locking
                yield file
                return


def _same(file: TextIO, path: Path) -> bool:
    try:
        return os.fstat(file.fileno()).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False
