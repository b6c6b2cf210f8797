"""SQLite: one writer thread, a few reader threads. WAL lets readers go on while the writer writes.

A damaged payload does not stop the reading of a row: see `storage.payloads`.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from agents.core.clock import Clock
from agents.core.errors import Transient
from storage.payloads import dumps, loads
from storage.store import Store, Tx
from storage.writer import Batch, Work, Writer, renamed

T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long a write waits for another process's lock before it is begun anew; three times, then people are told."""


class SqliteStore(Store):
    """A database file. Safe to open from several processes on one machine."""

    dialect = "sqlite"

    def __init__(
        self, path: Path, clock: Clock, *, synchronous: Literal["FULL", "NORMAL"] = "FULL", readers: int = 4
    ) -> None:
        super().__init__(clock)
        self.path = path
        self._engine = _engine(path, synchronous, begin="BEGIN IMMEDIATE", poolclass=StaticPool)
        self._reading = _engine(
            path, synchronous, begin="BEGIN", poolclass=QueuePool, pool_size=readers, max_overflow=0
        )
        self._threads = ThreadPoolExecutor(max_workers=readers, thread_name_prefix="calmops-reader")
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
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, fn)

    def _read(self, fn: Callable[[Tx], T]) -> T:
        try:
            with self._reading.connect() as connection:
                return fn(Tx(connection, self.clock.now(), self.dialect))
        except DBAPIError as error:
            raise renamed(error) from error

    async def damage(self) -> str:
        try:
            rows = await self.read(lambda tx: tx.execute(text("PRAGMA quick_check(3)")).scalars().all())
        except Transient as error:
            return str(error)
        return "" if rows == ["ok"] else "; ".join(map(str, rows))

    async def backup(self, target: Path) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, self._backup, target)

    def _backup(self, target: Path) -> None:
        """Copies in one go: readers and the writer go on meanwhile, and the copy is one moment of the database."""
        unfinished = target.with_name(target.name + ".part")
        unfinished.unlink(missing_ok=True)
        try:
            with self._reading.connect() as connection:
                source = connection.connection.driver_connection
                assert isinstance(source, sqlite3.Connection)
                copy = sqlite3.connect(unfinished)
                try:
                    source.backup(copy, pages=-1)
                    copy.execute("PRAGMA journal_mode=DELETE")
                    (state,) = copy.execute("PRAGMA quick_check(1)").fetchone()
                finally:
                    copy.close()
            if state != "ok":
                raise Transient(f"The copy is not whole ({state}); it was thrown away.")
            unfinished.replace(target)
        except sqlite3.Error as error:
            raise Transient(f"The backup could not be written to {target}: {error}") from error
        finally:
            unfinished.unlink(missing_ok=True)

    async def close(self) -> None:
        await asyncio.to_thread(self._writer.close)
        self._threads.shutdown(wait=True, cancel_futures=True)
        self._reading.dispose()
        self._engine.dispose()

    def _settled(self, batch: Batch) -> None:
        self.ring(batch.wakes)


def _engine(path: Path, synchronous: str, *, begin: str, **pool: Any) -> Engine:
    """An engine whose every connection is durable and whose every transaction is explicit: the driver's own guessing is
    switched off. Connections that may only begin reading may not write."""
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        json_serializer=dumps,
        json_deserializer=loads,
        **pool,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-16000")
        if begin == "BEGIN":
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
