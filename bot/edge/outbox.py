"""Decides what leaves the outbox next: in order per stream and channel, urgent things first, never faster than Slack allows.

A call is claimed in the database before it is made, so a crash leaves a trace: who comes after looks whether the message is
there before posting it again. How one call is made stands in `bot.edge.deliver`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from agents.core.clock import Clock
from agents.core.errors import Transient
from agents.core.records import OutboxRecord
from bot.edge.calls import method_of
from bot.edge.pacing import Pace
from handlers.batching import riders_of
from storage import outbox
from storage.outbox import Urgency
from storage.store import Store, Tx

log = logging.getLogger(__name__)

LEASE_SECONDS = 60.0
"""A claimed call that is neither done nor given back after that long is another sender's to finish."""

POLL_SECONDS = 2.0
AT_ONCE = 8


class Sender:
    """`run` sends until cancelled; `wake` makes it look at once. `steady` is a monotonic clock in seconds."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        pace: Pace,
        steady: Callable[[], float],
        deliver: Callable[[OutboxRecord], Awaitable[None]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._pace = pace
        self._steady = steady
        self._deliver = deliver
        self._bell = asyncio.Event()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._busy: set[str] = set()
        self._methods: dict[int, str] = {}

    def wake(self) -> None:
        self._bell.set()

    async def run(self) -> None:
        """Sends for ever."""
        while True:
            self._bell.clear()
            try:
                wait = await self.round()
            except Transient as error:
                log.warning("The outbox cannot be read now: %s", error, extra={"event": "outbox.unreadable"})
                wait = POLL_SECONDS
            try:
                async with asyncio.timeout(wait):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def finish(self, seconds: float) -> None:
        """Waits for the calls that are on their way, at most that long."""
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()), timeout=seconds)

    async def round(self) -> float:
        """Starts every call that may go out now. Returns the seconds until the next look is worth while."""
        waiting = await self._store.read(lambda tx: outbox.due(tx, limit=200))
        now = self._steady()
        chosen: list[OutboxRecord] = []
        wait = POLL_SECONDS
        for row in waiting:
            if len(self._tasks) + len(chosen) >= AT_ONCE:
                break
            method = method_of(row)
            if row.id in self._tasks or lane_of(row) in self._busy:
                continue
            if self._pace.is_careful(method) and method in self._methods.values():
                continue
            ready = self._pace.ready_at(now, method, **pacing_of(row))
            if ready > now:
                wait = min(wait, ready - now)
                continue
            self._pace.note(now, method, **pacing_of(row))
            self._busy.add(lane_of(row))
            self._methods[row.id] = method
            chosen.append(row)
        if chosen:
            await self._claim(chosen, waiting)
        return wait

    async def _claim(self, rows: list[OutboxRecord], waiting: list[OutboxRecord]) -> None:
        """Claims the rows; one for a place where many wait takes the others along. Which ones won is up to the database."""
        until = self._clock.now() + LEASE_SECONDS

        def claim(tx: Tx) -> list[OutboxRecord | None]:
            mine: list[OutboxRecord | None] = []
            for row in rows:
                won = outbox.take(tx, row, until=until)
                riders = riders_of(row, waiting) if won else []
                params = {**row.params, "riders": outbox.merge(tx, row, riders)} if riders else row.params
                mine.append(replace(row, attempts=row.attempts + 1, params=params) if won else None)
            return mine

        try:
            won = await self._store.write(claim)
        except Transient:
            for row in rows:
                self._put_down(row)
            raise
        for row, mine in zip(rows, won, strict=True):
            if mine is not None:
                self._tasks[row.id] = asyncio.ensure_future(self._work(mine))
            else:
                self._put_down(row)

    async def _work(self, row: OutboxRecord) -> None:
        try:
            await self._deliver(row)
        except Transient as error:
            log.warning("An outbox row was sent but not ticked off: %s", error, extra={"event": "outbox.not_settled"})
        finally:
            self._tasks.pop(row.id, None)
            self._put_down(row)
            self._bell.set()

    def _put_down(self, row: OutboxRecord) -> None:
        self._methods.pop(row.id, None)
        self._busy.discard(lane_of(row))


def lane_of(row: OutboxRecord) -> str:
    """Rows of one lane leave one after the other: posts into one channel, repaints of one thing."""
    match row.kind:
        case "post":
            return f"post:{row.channel or row.user}"
        case "update":
            return f"update:{row.subject or row.id}"
        case "ephemeral" | "home":
            return f"{row.kind}:{row.user}"
        case "session":
            return f"session:{row.channel}:{row.thread_ts}"
        case _:
            return f"{row.kind}:{row.id}"


def pacing_of(row: OutboxRecord) -> dict[str, Any]:
    """What the pace has to know about a row besides its method."""
    return {
        "channel": row.channel or row.user or "",
        "gently": row.subject if row.kind == "update" and row.urgency >= Urgency.PROGRESS else "",
    }
