"""SQLite: one writer thread that commits many transactions at once, and a pool of readers.

WAL lets readers go on while one writer writes. `synchronous=FULL` makes a commit wait for the disk, so the writer gathers
what has queued up meanwhile and commits it together; each transaction stands in a savepoint of its own, so one that
raises takes nothing else with it.
"""

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import StaticPool

from agents.core.clock import Clock
from agents.core.errors import Transient
from storage import chain
from storage.store import Store, Tx

T = TypeVar("T")
MOST_TOGETHER = 64
"""Transactions in one commit at the most: bounds how long the first of them waits for the last."""

BUSY_SECONDS = 5.0
"""How long a statement waits for another process's write lock before the write is tried again from the start."""

BUSY_TRIES = 3


@dataclass(frozen=True)
class _Work:
    fn: Callable[[Tx], Any]
    future: "asyncio.Future[Any]"


class SqliteStore(Store):
    """A database file. Safe to open from several processes on one machine."""

    dialect = "sqlite"

    def __init__(
        self, path: Path, clock: Clock, *, synchronous: Literal["FULL", "NORMAL"] = "FULL", readers: int = 4
    ) -> None:
        super().__init__(clock)
        self.path = path
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[_Work | None] = queue.SimpleQueue()
        self._writer = create_engine(
            f"sqlite:///{path}",
            poolclass=StaticPool,
            connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        )
        _prepare(self._writer, synchronous, begin="BEGIN IMMEDIATE")
        self._readers = create_async_engine(
            f"sqlite+aiosqlite:///{path}", pool_size=readers, max_overflow=0, connect_args={"timeout": BUSY_SECONDS}
        )
        _prepare(self._readers.sync_engine, synchronous, begin="BEGIN", read_only=True)
        self._thread = threading.Thread(target=self._run, name="calmops-writer", daemon=True)
        self._thread.start()

    async def write(self, fn: Callable[[Tx], T]) -> T:
        if not self._thread.is_alive():
            raise Transient("The database is closed.")
        future: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Work(fn, future))
        return await future

    async def read(self, fn: Callable[[Tx], T]) -> T:
        try:
            async with self._readers.connect() as connection:
                return await connection.run_sync(lambda sync: fn(Tx(sync, self.clock.now(), self.dialect)))
        except OperationalError as error:
            raise _renamed(error) from error

    async def damage(self) -> str:
        try:
            rows = await self.read(lambda tx: tx.execute(text("PRAGMA quick_check(3)")).scalars().all())
        except DatabaseError as error:
            return str(error.orig)
        return "" if rows == ["ok"] else "; ".join(map(str, rows))

    async def close(self) -> None:
        if self._thread.is_alive():
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
        await self._readers.dispose()
        self._writer.dispose()

    def _run(self) -> None:
        """The writer thread: takes all that waits, commits it once, tells the waiting."""
        while True:
            first = self._queue.get()
            if first is None:
                return
            batch, last = [first], False
            while len(batch) < MOST_TOGETHER:
                try:
                    work = self._queue.get_nowait()
                except queue.Empty:
                    break
                if work is None:
                    last = True
                    break
                batch.append(work)
            outcomes, wakes = self._commit(batch)
            self._loop.call_soon_threadsafe(self._settle, outcomes, wakes)
            if last:
                return

    def _settle(self, outcomes: list[tuple[_Work, Any, BaseException | None]], wakes: set[Any]) -> None:
        for work, result, error in outcomes:
            if work.future.done():
                continue
            if error is None:
                work.future.set_result(result)
            else:
                work.future.set_exception(error)
        self.ring(wakes)

    def _commit(self, batch: list[_Work]) -> tuple[list[tuple[_Work, Any, BaseException | None]], set[Any]]:
        failure: BaseException = Transient()
        for _ in range(BUSY_TRIES):
            try:
                return self._commit_once(batch)
            except OperationalError as error:
                failure = _renamed(error)
                failure.__cause__ = error
                if "locked" not in str(error) and "busy" not in str(error):
                    break
        return [(work, None, failure) for work in batch], set()

    def _commit_once(self, batch: list[_Work]) -> tuple[list[tuple[_Work, Any, BaseException | None]], set[Any]]:
        outcomes: list[tuple[_Work, Any, BaseException | None]] = []
        wakes: set[Any] = set()
        with self._writer.connect() as connection, connection.begin():
            whole = Tx(connection, self.clock.now(), self.dialect)
            for work in batch:
                if work.future.cancelled():
                    continue
                tx = Tx(connection, self.clock.now(), self.dialect, redact=self.redact)
                point = connection.begin_nested()
                try:
                    result = work.fn(tx)
                    point.commit()
                except OperationalError:
                    raise
                except BaseException as error:
                    point.rollback()
                    outcomes.append((work, None, error))
                    whole.audits += [entry for entry in tx.audits if entry.anyway]
                else:
                    outcomes.append((work, result, None))
                    wakes |= tx.wakes
                    whole.audits += tx.audits
            chain.append(whole, whole.audits)
        return outcomes, wakes


def _prepare(engine: Engine, synchronous: str, *, begin: str, read_only: bool = False) -> None:
    """Makes every connection durable and every transaction explicit: the driver's own guessing is switched off."""

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA foreign_keys=ON")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _renamed(error: OperationalError) -> Transient:
    """A driver's words as ours: what happened and what to do."""
    words = str(error.orig)
    if "full" in words:
        return Transient(
            "The disk is full, so this could not be stored. Free some space, then try again.", retry_after=5
        )
    if "locked" in words or "busy" in words:
        return Transient("The database is busy with something else. Try again in a moment.", retry_after=1)
    return Transient(f"The database could not do this: {words}", retry_after=5)
