"""Postgres: each transaction has a connection of its own; writers of the audit chain queue up at its end."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from agents.core.clock import Clock
from agents.core.errors import Misconfigured, Transient
from storage import chain, notices
from storage.payloads import dumps, loads
from storage.store import Role, Store, Tx

T = TypeVar("T")

TRIES = 5
RETRIED = {"40001", "40P01"}
"""SQLSTATE of a serialization failure and of a deadlock: the whole transaction is run again."""


class PostgresStore(Store):
    """A Postgres database, by URL `postgresql+asyncpg://...`."""

    dialect = "postgresql"

    def __init__(self, url: str, clock: Clock, *, connections: int = 8) -> None:
        super().__init__(clock)
        self._url = url
        self._engine = create_async_engine(
            url,
            pool_size=connections,
            max_overflow=4,
            pool_pre_ping=True,
            json_serializer=dumps,
            json_deserializer=loads,
        )

    async def write(self, fn: Callable[[Tx], T]) -> T:
        result, wakes = await self._write(self._engine, fn)
        self.ring(wakes)
        return result

    async def _write(self, engine: AsyncEngine, fn: Callable[[Tx], T]) -> tuple[T, set[Role]]:
        for _ in range(TRIES):
            tx: Tx | None = None

            def run(connection: Connection) -> T:
                nonlocal tx
                tx = Tx(connection, self.clock.now(), self.dialect, redact=self.redact)
                result = fn(tx)
                chain.append(tx, tx.audits)
                notices.post(tx)
                return result

            try:
                async with engine.begin() as connection:
                    result = await connection.run_sync(run)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) in RETRIED:
                    continue
                _raise_if_away(error)
                raise
            except OSError as error:
                raise _away(error) from error
            except BaseException:
                await self._write_anyway(tx)
                raise
            return result, tx.wakes if tx is not None else set()
        raise Transient("The database is too busy for this right now. Try again in a moment.", retry_after=1)

    async def _write_anyway(self, undone: Tx | None) -> None:
        """Writes the lines of an undone transaction that are written also then."""
        entries = [entry for entry in undone.audits if entry.anyway] if undone else []
        if entries:
            async with self._engine.begin() as connection:
                await connection.run_sync(lambda sync: chain.append(Tx(sync, self.clock.now(), self.dialect), entries))

    def write_from_thread(self, fn: Callable[[Tx], T], *, timeout: float) -> T:
        async def alone() -> T:
            engine = create_async_engine(self._url, poolclass=NullPool, json_serializer=dumps, json_deserializer=loads)
            async with asyncio.timeout(timeout):
                result, _ = await self._write(engine, fn)
            return result

        return asyncio.run(alone())

    async def read(self, fn: Callable[[Tx], T]) -> T:
        try:
            async with self._engine.connect() as connection:
                return await connection.run_sync(lambda sync: fn(Tx(sync, self.clock.now(), self.dialect)))
        except DBAPIError as error:
            _raise_if_away(error)
            raise
        except OSError as error:
            raise _away(error) from error

    async def backup(self, target: Path) -> None:
        where = make_url(self._url)
        host = f"-h {where.host} -p {where.port or 5432} -U {where.username} {where.database}"
        raise Misconfigured(
            f"Postgres is backed up by its own tool, also while the bot runs: pg_dump -Fc -f {target} {host}"
        )

    async def close(self) -> None:
        await self._engine.dispose()


def _raise_if_away(error: DBAPIError) -> None:
    state = str(getattr(error.orig, "sqlstate", "") or "")
    if error.connection_invalidated or state.startswith(("08", "57P", "53")):
        raise _away(error) from error


def _away(error: BaseException) -> Transient:
    return Transient(
        f"The database cannot be reached just now ({type(error).__name__}). Try again in a moment.", retry_after=2
    )
