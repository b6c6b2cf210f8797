"""Finished work outside the database: one compressed file of JSON lines a month, a job a line.

Work is written here and only then deleted there. A crash in between leaves it in both places, and the next purge writes
it once more: the same job may have several lines, of which the last one holds. What a crash left half written is cut off
before more is written.
"""

import fcntl
import gzip
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from agents.core.errors import Transient
from agents.core.ids import PersonId
from storage.dossiers import Dossier, blank

PIECE = 1 << 16
"""Bytes that are read at a time."""


class Archive:
    """A folder of `jobs-2026-05.jsonl.gz`, named by the month, in UTC, in which the jobs ended. Every call blocks. Several
    processes of one machine may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._whole: dict[Path, int] = {}

    def add(self, dossiers: Sequence[Dossier]) -> None:
        """Writes jobs down, durable when this returns. Raises `Transient` when that fails; then none may be deleted."""
        try:
            with self._locked():
                for month, some in groupby(sorted(dossiers, key=_ended), key=_month):
                    self._append(self.folder / f"jobs-{month}.jsonl.gz", b"".join(map(_line, some)))
        except OSError as error:
            raise Transient(
                f"The archive {self.folder} cannot be written ({error.strerror}), so old jobs stay in the database.",
                retry_after=600,
            ) from error

    def read(self) -> Iterator[Dossier]:
        """Every line of every month, oldest month first."""
        for path in self._files():
            with gzip.open(path) as lines:
                yield from map(json.loads, lines)

    def erase(self, about: PersonId) -> int:
        """Blanks what this person wrote, as it is done in the database; returns how many lines that touched."""
        if not self._files():
            return 0
        with self._locked():
            return sum(self._rewrite(path, about) for path in self._files())

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("jobs-*.jsonl.gz"))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _append(self, path: Path, lines: bytes) -> None:
        """Adds one whole member to the file: what is read from it afterwards is as if it were one."""
        with path.open("a+b") as file:
            size = file.seek(0, os.SEEK_END)
            if self._whole.get(path) != size:
                size = file.truncate(_whole_size(file))
            file.write(gzip.compress(lines))
            file.flush()
            os.fsync(file.fileno())
            self._whole[path] = file.tell()

    def _rewrite(self, path: Path, about: PersonId) -> int:
        """Writes a new file and puts it in the place of the old one when it differs."""
        touched = 0
        fresh = path.with_suffix(".new")
        with path.open("rb+") as old:
            old.truncate(_whole_size(old))
        with gzip.open(path) as lines, gzip.open(fresh, "wb") as out:
            for dossier in map(json.loads, lines):
                touched += blank(dossier, about)
                out.write(_line(dossier))
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        if touched:
            fresh.replace(path)
        fresh.unlink(missing_ok=True)
        return touched


def _line(dossier: Dossier) -> bytes:
    return json.dumps(dossier, ensure_ascii=True, separators=(",", ":"), default=str).encode() + b"\n"


def _ended(dossier: Dossier) -> float:
    return float(dossier["job"]["finished_at"])


def _month(dossier: Dossier) -> str:
    return datetime.fromtimestamp(_ended(dossier), UTC).strftime("%Y-%m")


def _whole_size(file: BinaryIO) -> int:
    """How far a file goes that consists of whole members; what a crash cut off comes after that."""
    file.seek(0)
    whole = place = 0
    member = zlib.decompressobj(wbits=31)
    while piece := file.read(PIECE):
        place += len(piece)
        while piece:
            try:
                member.decompress(piece)
            except zlib.error:
                return whole
            piece = member.unused_data
            if member.eof:
                whole = place - len(piece)
                member = zlib.decompressobj(wbits=31)
    return whole
