"""Takes deliveries from Slack: stored first, handled by Bolt, then acknowledged. Nothing acknowledged is ever lost."""

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from agents.core.clock import Clock
from agents.core.errors import Transient
from agents.core.ids import EnvelopeId
from bot.edge.deliveries import EVENTS, Frame, key_of, read_frame
from handlers.deps import Delivery
from storage import envelopes
from storage.store import Store, Tx

log = logging.getLogger(__name__)

REPLAYS = 5
"""How often a stored delivery is tried before it is set aside."""

REPLAY_SECONDS = 20.0
"""A delivery that is neither handled nor in hand after that long is tried again."""


class Acknowledger(Protocol):
    """Something an acknowledgement can be sent on."""

    async def acknowledge(self, envelope_id: str, payload: Any = None) -> bool: ...


@dataclass(kw_only=True)
class Counts:
    """What came in since the start, for health: deliveries by kind, repetitions, unknown frames, and listeners that failed."""

    received: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    unknown: int = 0
    failed: int = 0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What Bolt made of a delivery: `failed` when the listener raised, else the payload of the acknowledgement."""

    payload: Any = None
    failed: bool = False


class Ingest:
    """`take` is given to the connections. `late` sends an answer for which the acknowledgement comes too late."""

    def __init__(
        self,
        *,
        app: AsyncApp,
        store: Store,
        clock: Clock,
        others: Callable[[], list[Any]],
        late: Callable[[Frame, Any], Awaitable[None]],
    ) -> None:
        self._app = app
        self._store = store
        self._clock = clock
        self._others = others
        self._late = late
        self._busy: dict[str, asyncio.Future[Outcome]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.counts = Counts()

    def take(self, connection: Acknowledger, raw: Mapping[str, Any]) -> None:
        """Takes one raw frame; returns at once."""
        task = asyncio.get_running_loop().create_task(self._receive(connection, raw))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    @property
    def in_hand(self) -> int:
        """How many deliveries are being taken right now."""
        return len(self._tasks)

    async def drain(self, seconds: float) -> int:
        """Waits until everything taken is done, at most that long. Returns how many were still in hand."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        return len(self._tasks)

    async def replay(self, *, all_of_them: bool = False) -> int:
        """Handles what was stored and never handled: at the start all of it, later what has waited too long."""
        waiting = await self._store.read(lambda tx: envelopes.unhandled(tx, limit=500))
        before = self._clock.now() - REPLAY_SECONDS
        again = 0
        for envelope in waiting:
            due = all_of_them or envelope.received_at + envelope.attempts * REPLAY_SECONDS < before
            if envelope.key in self._busy or not due:
                continue
            again += 1
            frame = Frame(kind=envelope.kind, envelope_id="", payload=envelope.payload)
            outcome = await self._handle(frame, envelope.id, envelope.key, replayed=True)
            if outcome.payload is not None and not outcome.failed:
                await self._late(frame, outcome.payload)
        if again:
            log.info(
                "Took up %d deliveries that were stored and not handled.", again, extra={"event": "ingest.replayed"}
            )
        return again

    async def _receive(self, connection: Acknowledger, raw: Mapping[str, Any]) -> None:
        frame = read_frame(raw)
        if frame is None:
            await self._unknown(connection, raw)
            return
        self.counts.received[frame.kind] += 1
        if frame.is_notice:
            log.warning("Slack says about its deliveries: %s.", frame.what,
                        extra={"event": "ingest.notice", "what": frame.what})  # fmt: skip
            self.counts.notices[frame.what] += 1
            await self._acknowledge(connection, frame, None)
            return
        if frame.is_read:
            outcome = await self._dispatch(frame, None, replayed=False)
            await self._acknowledge(connection, frame, outcome.payload)
            return
        key = key_of(frame)
        try:
            stored, is_new = await self._store.write(lambda tx: store_once(tx, frame, key))
        except Transient as error:
            log.error("A delivery could not be stored, so Slack is not told that we have it: %s", error,
                      extra={"event": "ingest.not_stored", "what": frame.what})  # fmt: skip
            return
        if not is_new:
            self.counts.repeated += 1
        if stored.handled_at is not None:
            await self._acknowledge(connection, frame, stored.answer)
            return
        outcome = await self._handle(frame, stored.id, key, replayed=False, connection=connection)
        if stored.attempts and outcome.payload is not None:
            log.info("A repeated delivery was handled late.", extra={"event": "ingest.late", "what": frame.what})

    async def _handle(
        self, frame: Frame, number: EnvelopeId, key: str, *, replayed: bool, connection: Acknowledger | None = None
    ) -> Outcome:
        """Handles a delivery once, however many copies of it are in hand, and acknowledges this copy."""
        running = self._busy.get(key)
        if running is not None:
            outcome = await asyncio.shield(running)
            if connection is not None:
                await self._acknowledge(connection, frame, outcome.payload)
            return outcome
        mine: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._busy[key] = mine
        try:
            outcome = await self._dispatch(frame, Delivery(id=number, kind=frame.kind), replayed=replayed)
            mine.set_result(outcome)
            if connection is not None:
                await self._acknowledge(connection, frame, outcome.payload)
            await self._settle(frame, number, outcome)
            return outcome
        finally:
            del self._busy[key]
            if not mine.done():
                mine.set_result(Outcome(failed=True))

    async def _dispatch(self, frame: Frame, delivery: Delivery | None, *, replayed: bool) -> Outcome:
        context = {"delivery": delivery, "replayed": replayed, "kind": frame.kind}
        headers: dict[str, str] = {}
        if frame.retry_attempt:
            headers = {"x-slack-retry-num": str(frame.retry_attempt), "x-slack-retry-reason": frame.retry_reason or ""}
        request = AsyncBoltRequest(mode="socket_mode", body=frame.payload, context=context, headers=headers)  # type: ignore[arg-type]  # Bolt wants the wider dict
        response = await self._app.async_dispatch(request)
        if response.status != 200:
            self.counts.failed += 1
            log.error("A listener failed on %s; the delivery is kept.", frame.what,
                      extra={"event": "ingest.failed", "what": frame.what})  # fmt: skip
            return Outcome(failed=True)
        return Outcome(payload=payload_of(response))

    async def _settle(self, frame: Frame, number: EnvelopeId, outcome: Outcome) -> None:
        """Keeps the answer; a failed event stays unhandled and is tried again, a failed click was answered already."""
        try:
            if outcome.failed and frame.kind == EVENTS:
                await self._store.write(lambda tx: envelopes.missed(tx, number, most=REPLAYS))
            else:
                await self._store.write(lambda tx: envelopes.answered(tx, number, outcome.payload))
        except Transient as error:
            log.warning("A delivery was handled but not ticked off: %s", error, extra={"event": "ingest.not_settled"})

    async def _acknowledge(self, connection: Acknowledger, frame: Frame, payload: Any) -> None:
        if await connection.acknowledge(frame.envelope_id, payload):
            return
        for other in self._others():
            if other is not connection and await other.acknowledge(frame.envelope_id, payload):
                return
        log.warning("An acknowledgement found no open socket; Slack will say so or send again.",
                    extra={"event": "ingest.no_socket", "what": frame.what})  # fmt: skip

    async def _unknown(self, connection: Acknowledger, raw: Mapping[str, Any]) -> None:
        self.counts.unknown += 1
        log.warning(
            "Slack sent a kind of delivery that we do not know: %s", raw.get("type"), extra={"event": "ingest.unknown"}
        )
        if isinstance(raw.get("envelope_id"), str):
            await connection.acknowledge(str(raw["envelope_id"]))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A delivery could not be taken.", exc_info=error, extra={"event": "ingest.broke"})


def store_once(tx: Tx, frame: Frame, key: str) -> tuple[envelopes.Envelope, bool]:
    """Stores a delivery, or finds it under either of its keys."""
    return envelopes.store(tx, key=key, envelope_id=frame.envelope_id, kind=frame.kind, payload=frame.payload)


def payload_of(response: BoltResponse) -> Any:
    """What goes out with the acknowledgement: nothing, JSON as a listener made it, or a text."""
    if not response.body:
        return None
    if response.first_headers().get("content-type", "").startswith("application/json"):
        return json.loads(response.body)
    return {"text": response.body}
