"""SQLite: one writer thread, and a pool of aiosqlite readers. WAL lets readers go on while the writer writes.

A damaged payload does not stop the reading of a row: see `storage.payloads`.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep  # noqa: TID251  only the writer's own thread sleeps
from typing import Any, Literal, TypeVar

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from agents.core.clock import Clock
from agents.core.errors import Transient
from storage.payloads import dumps, loads
from storage.store import Store, Tx
from storage.writer import Batch, Work, Writer, renamed

T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long a write waits for another process's lock before it is begun anew; three times, then people are told."""

TURN_SECONDS = 0.0003
"""How often it looks whether the lock is free. SQLite itself soon looks only every 25 to 100 ms, and a process that writes
all the time leaves it free for less than one: it would hardly ever let another in."""


class SqliteStore(Store):
    """A database file. Safe to open from several processes on one machine."""

    dialect = "sqlite"

    def __init__(
        self, path: Path, clock: Clock, *, synchronous: Literal["FULL", "NORMAL"] = "FULL", readers: int = 4
    ) -> None:
        super().__init__(clock)
        self.path = path
        self._engine = create_engine(
            f"sqlite:///{path}", poolclass=StaticPool, **_options({"check_same_thread": False})
        )
        _prepare(self._engine, synchronous, begin="BEGIN IMMEDIATE")
        self._reading = create_async_engine(
            f"sqlite+aiosqlite:///{path}", pool_size=readers, max_overflow=0, **_options({})
        )
        _prepare(self._reading.sync_engine, synchronous, begin="BEGIN")
        self._writer = Writer(self._engine, clock, redact=lambda: self.redact, settled=self._settled)

    async def write(self, fn: Callable[[Tx], T]) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer.put(Work(fn, future))
        return await future

    def write_from_thread(self, fn: Callable[[Tx], T], *, timeout: float) -> T:
        future: Future[T] = Future()
        self._writer.put(Work(fn, future))
        return future.result(timeout)

    async def read(self, fn: Callable[[Tx], T]) -> T:
        try:
            async with self._reading.connect() as connection:
                return await connection.run_sync(lambda sync: fn(Tx(sync, self.clock.now(), self.dialect)))
        except DBAPIError as error:
            raise renamed(error) from error

    async def damage(self) -> str:
        try:
            rows = await self.read(lambda tx: tx.execute(text("PRAGMA quick_check(3)")).scalars().all())
        except Transient as error:
            return str(error)
        return "" if rows == ["ok"] else "; ".join(map(str, rows))

    async def backup(self, target: Path) -> None:
        await asyncio.to_thread(self._backup, target)

    def _backup(self, target: Path) -> None:
        """Copies in one go: readers and the writer go on meanwhile, and the copy is one moment of the database."""
        unfinished = target.with_name(target.name + ".part")
        unfinished.unlink(missing_ok=True)
        try:
            with closing(sqlite3.connect(self.path)) as source, closing(sqlite3.connect(unfinished)) as copy:
                source.backup(copy, pages=-1)
                copy.execute("PRAGMA journal_mode=DELETE")
                (state,) = copy.execute("PRAGMA quick_check(1)").fetchone()
            if state != "ok":
                raise Transient(f"The copy is not whole ({state}); it was thrown away.")
            unfinished.replace(target)
        except sqlite3.Error as error:
            raise Transient(f"The backup could not be written to {target}: {error}") from error
        finally:
            unfinished.unlink(missing_ok=True)

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.close)
        await self._reading.dispose()
        self._engine.dispose()

    def _settled(self, batch: Batch) -> None:
        self.ring(batch.wakes)


def _options(connect: dict[str, Any]) -> dict[str, Any]:
    """What both engines are made with."""
    return {
        "connect_args": {"timeout": BUSY_SECONDS, **connect},
        "json_serializer": dumps,
        "json_deserializer": loads,
    }


def _begun(cursor: Any, begin: str, *, patient: bool) -> bool:
    """Begins a transaction; False when another process holds the lock and we are patient with it."""
    try:
        cursor.execute(begin)
    except sqlite3.OperationalError as error:
        if not patient or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


def _prepare(engine: Engine, synchronous: str, *, begin: str) -> None:
    """Makes every connection durable and every transaction explicit: the driver's own guessing is switched off.
    Connections that may only begin reading may not write."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA cache_size=-16000")
        if begin == "BEGIN":
            cursor.execute("PRAGMA query_only=ON")
        else:
            cursor.execute("PRAGMA busy_timeout=0")  # we wait ourselves, see `TURN_SECONDS`
        cursor.close()

    def begun(connection: Any) -> None:
        cursor = connection.cursor()
        until = monotonic() + BUSY_SECONDS
        while not _begun(cursor, begin, patient=monotonic() < until):
            sleep(TURN_SECONDS)
        cursor.close()

    # Not by a listener for "begin": with one, SQLAlchemy looks for listeners at every statement too.
    engine.dialect.do_begin = begun  # type: ignore[method-assign,assignment]
