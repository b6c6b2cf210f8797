"""The one thread that writes to a SQLite file: takes all that waits, commits it together, tells those who wait.

`synchronous=FULL` makes a commit wait for the disk, so many transactions share one. Each stands in a savepoint of its own:
one that raises takes nothing else with it. What goes wrong with the file itself (full, locked, damaged) fails them all,
and none is half done.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from agents.core.clock import Clock
from agents.core.errors import Transient
from storage import chain
from storage.store import AuditEntry, Role, Tx

MOST_TOGETHER = 64
"""Transactions in one commit at the most: bounds how long the first of them waits for the last."""

BUSY_TRIES = 3

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_FILE_IS_TO_BLAME = {
    *_BUSY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
}


@dataclass(frozen=True)
class Work:
    """One transaction, and who waits for it: a coroutine's future, or a thread's."""

    fn: Callable[[Tx], Any]
    future: "asyncio.Future[Any] | Future[Any]"


@dataclass
class Batch:
    """What became of some transactions that were committed together."""

    outcomes: list[tuple[Work, Any, BaseException | None]] = field(default_factory=list)
    wakes: set[Role] = field(default_factory=set)
    audits: list[AuditEntry] = field(default_factory=list)


class Writer:
    """Runs transactions in a thread of its own. `settled` gets each batch, in the event loop."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        redact: Callable[[], Callable[[str], str]],
        settled: Callable[[Batch], None],
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._redact = redact
        self._settled = settled
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[Work | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="calmops-writer", daemon=True)
        self._thread.start()

    def put(self, work: Work) -> None:
        """Queues a transaction. Raises `Transient` when the database is closed."""
        if not self._thread.is_alive():
            raise Transient("The database is closed.")
        self._queue.put(work)

    def close(self) -> None:
        """Commits what waits and ends the thread. Blocks until then."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            works, last = self._gather()
            if works:
                self._tell(self._commit(works))

    def _gather(self) -> tuple[list[Work], bool]:
        first = self._queue.get()
        if first is None:
            return [], True
        works = [first]
        while len(works) < MOST_TOGETHER:
            try:
                work = self._queue.get_nowait()
            except queue.Empty:
                break
            if work is None:
                return works, True
            works.append(work)
        return works, False

    def _tell(self, batch: Batch) -> None:
        for work, result, error in batch.outcomes:
            if isinstance(work.future, Future):
                _resolve(work.future, result, error)
        try:
            self._loop.call_soon_threadsafe(self._settle, batch)
        except RuntimeError:  # the event loop is closed: nobody waits any more
            return

    def _settle(self, batch: Batch) -> None:
        for work, result, error in batch.outcomes:
            if isinstance(work.future, asyncio.Future):
                _resolve(work.future, result, error)
        self._settled(batch)

    def _commit(self, works: list[Work]) -> Batch:
        """Commits them together; while another process holds the lock, waits and begins anew."""
        for tries in range(1, BUSY_TRIES + 1):
            try:
                return self._commit_once(works)
            except DBAPIError as error:
                if tries == BUSY_TRIES or primary_code(error) not in _BUSY:
                    return _all_failed(works, renamed(error))
            except BaseException as error:
                return _all_failed(works, error)
        raise AssertionError("unreachable")

    def _commit_once(self, works: list[Work]) -> Batch:
        batch = Batch()
        with self._engine.connect() as connection, connection.begin():
            for work in works:
                if not work.future.cancelled():
                    self._run_one(connection, work, batch)
            chain.append(Tx(connection, self._clock.now(), "sqlite"), batch.audits)
        return batch

    def _run_one(self, connection: Connection, work: Work, batch: Batch) -> None:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        tx = Tx(connection, self._clock.now(), "sqlite", redact=self._redact())
        raw.execute("SAVEPOINT one")
        try:
            result = work.fn(tx)
        except BaseException as error:
            if isinstance(error, DBAPIError) and primary_code(error) in _FILE_IS_TO_BLAME:
                raise
            raw.execute("ROLLBACK TO one")
            batch.outcomes.append((work, None, error))
            batch.audits += [entry for entry in tx.audits if entry.anyway]
        else:
            batch.outcomes.append((work, result, None))
            batch.wakes |= tx.wakes
            batch.audits += tx.audits
        raw.execute("RELEASE one")


def _all_failed(works: list[Work], error: BaseException) -> Batch:
    return Batch(outcomes=[(work, None, error) for work in works])


def _resolve(future: "asyncio.Future[Any] | Future[Any]", result: Any, error: BaseException | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def primary_code(error: DBAPIError) -> int:
    """SQLite's own number for what went wrong, without its details; 0 when there is none."""
    return int(getattr(error.orig, "sqlite_errorcode", 0) or 0) & 0xFF


def renamed(error: DBAPIError) -> Transient:
    """A driver's words as ours: what happened and what to do. The driver's error is kept as the cause."""
    match primary_code(error):
        case sqlite3.SQLITE_FULL:
            said = Transient(
                "The disk is full, so this could not be stored. Free some space, then try again.", retry_after=5
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            said = Transient("The database is busy with something else. Try again in a moment.", retry_after=1)
        case sqlite3.SQLITE_READONLY:
            said = Transient("The database file cannot be written. Check who owns it and its folder.", retry_after=30)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            said = Transient("The database is damaged. Stop the bot and restore the last backup.", retry_after=60)
        case _:
            said = Transient(f"The database could not do this: {error.orig}", retry_after=5)
    said.__cause__ = error
    return said
