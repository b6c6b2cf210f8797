"""Postgres: each transaction has a connection of its own; writers of the audit chain queue up at its end."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from agents.core.clock import Clock
from agents.core.errors import Transient
from storage import chain
from storage.store import Store, Tx

T = TypeVar("T")

TRIES = 5
RETRIED = {"40001", "40P01"}
"""SQLSTATE of a serialization failure and of a deadlock: the whole transaction is run again."""


class PostgresStore(Store):
    """A Postgres database, by URL `postgresql+asyncpg://...`."""

    dialect = "postgresql"

    def __init__(self, url: str, clock: Clock, *, connections: int = 8) -> None:
        super().__init__(clock)
        self._engine = create_async_engine(url, pool_size=connections, max_overflow=4, pool_pre_ping=True)

    async def write(self, fn: Callable[[Tx], T]) -> T:
        for _ in range(TRIES):
            tx: Tx | None = None

            def run(connection: Connection) -> T:
                nonlocal tx
                tx = Tx(connection, self.clock.now(), self.dialect, redact=self.redact)
                result = fn(tx)
                chain.append(tx, tx.audits)
                return result

            try:
                async with self._engine.begin() as connection:
                    result = await connection.run_sync(run)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) in RETRIED:
                    continue
                if error.connection_invalidated:
                    raise Transient("The database went away. Try again in a moment.", retry_after=1) from error
                raise
            except BaseException:
                await self._write_anyway(tx)
                raise
            if tx is not None:
                self.ring(tx.wakes)
            return result
        raise Transient("The database is too busy for this right now. Try again in a moment.", retry_after=1)

    async def _write_anyway(self, undone: Tx | None) -> None:
        """Writes the lines of an undone transaction that are written also then."""
        entries = [entry for entry in undone.audits if entry.anyway] if undone else []
        if entries:
            async with self._engine.begin() as connection:
                await connection.run_sync(
                    lambda sync: chain.append(Tx(sync, self.clock.now(), self.dialect), entries)
                )

    async def read(self, fn: Callable[[Tx], T]) -> T:
        async with self._engine.connect() as connection:
            return await connection.run_sync(lambda sync: fn(Tx(sync, self.clock.now(), self.dialect)))

    async def close(self) -> None:
        await self._engine.dispose()
