"""Postgres tells other machines at once that there is something to do. A notice may be lost: whoever hears one only looks."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import make_url, text

from storage.store import Role, Tx

log = logging.getLogger(__name__)

CHANNEL = "calmops_wake"
ROLES: tuple[Role, ...] = ("edge", "worker")
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


def post(tx: Tx) -> None:
    """Tells every listener which roles this transaction wants awake, once it is committed."""
    if tx.wakes and tx.dialect == "postgresql":
        tx.execute(
            text("SELECT pg_notify(:channel, :roles)"), {"channel": CHANNEL, "roles": ",".join(sorted(tx.wakes))}
        )


class Notices:
    """Listens on a connection of its own. `heard` is called in the event loop, and for every role after each new
    connection: what was said before it is lost."""

    def __init__(self, url: str, heard: Callable[[Iterable[Role]], None]) -> None:
        self._url = url
        self._heard = heard
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._listen(), name="calmops-notices")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _listen(self) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await self._connected()
                pause = FIRST_PAUSE
            except (OSError, TimeoutError) as error:
                log.warning("The database's notices cannot be heard: %s", error, extra={"event": "notices.deaf"})
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _connected(self) -> None:
        """Listens until the connection ends. Raises `OSError` when there is none to be had."""
        import asyncpg

        where = make_url(self._url).set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            connection: Any = await asyncpg.connect(where, timeout=10)
        except asyncpg.PostgresError as error:
            raise OSError(str(error)) from error
        ended = asyncio.Event()
        connection.add_termination_listener(lambda _: ended.set())
        try:
            await connection.add_listener(CHANNEL, self._take)
            self._heard(ROLES)
            await ended.wait()
        finally:
            if not connection.is_closed():
                await connection.close()

    def _take(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        roles = [role for role in ROLES if role in payload.split(",")]
        self._heard(roles)
