"""Envelopes: sent to one connection, acknowledged on any, timed, and repeated where Slack repeats them."""

import asyncio
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.emulator.bulletin import Bulletin
from bot.emulator.clock import Clock, Timer, Timetable
from bot.emulator.faults import ENVELOPE_FAULTS, Faults
from bot.emulator.record import Record
from bot.emulator.sockets import Connection, Sockets
from bot.emulator.wire import Json

ACK_SECONDS = 3.0
RETRY_AFTER_S = (0.0, 60.0, 300.0)
HOURLY_RETRIES = 24
REMEMBERED = 2_000


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a command or an interaction. `reason` is empty, "timeout" or "no_connection"."""

    acked: bool
    ack_ms: float | None = None
    payload: Json | None = None
    reason: str = ""

    def describe(self) -> Json:
        said: Json = {"acked": self.acked, "ack_ms": self.ack_ms}
        if not self.acked:
            said |= {"reason": self.reason, "warning": "The app did not respond."}
        return said


@dataclass(kw_only=True)
class Delivery:
    """One thing an app has to be told. An event keeps its `event_id` through all attempts; each has a new envelope."""

    app_id: str
    kind: str
    what: str
    payload: Json
    accepts: bool = False
    user: str = ""
    attempt: int = 0
    envelope_id: str = ""
    reason: str = ""
    entry: Json = field(default_factory=dict)
    outcome: "asyncio.Future[Outcome] | None" = None
    deadline: asyncio.TimerHandle | None = None

    @property
    def event_id(self) -> str:
        return str(self.payload.get("event_id", ""))


class Deliveries:
    """Sends and remembers deliveries. Events are repeated, commands and interactions fail visibly instead."""

    def __init__(
        self, clock: Clock, timetable: Timetable, sockets: Sockets, faults: Faults, record: Record, bulletin: Bulletin
    ) -> None:
        self._clock = clock
        self._timetable = timetable
        self._sockets = sockets
        self._faults = faults
        self._record = record
        self._bulletin = bulletin
        self._sent: dict[str, tuple[Delivery, Json]] = {}
        self._recent: deque[Delivery] = deque(maxlen=REMEMBERED)
        self._retries: dict[int, tuple[Timer, Delivery, float]] = {}
        self._held: dict[str, list[Callable[[], None]]] = {}
        self._timers: set[asyncio.TimerHandle] = set()
        self.ack_seconds = ACK_SECONDS
        self.hourly_retries = False
        sockets.on_ack = self.acknowledge

    def event(self, app_id: str, payload: Json, what: str) -> Delivery:
        """Deliver an event; it is repeated until acknowledged or given up."""
        delivery = Delivery(app_id=app_id, kind="events_api", what=what, payload=payload)
        self._recent.append(delivery)
        self._attempt(delivery)
        return delivery

    async def ask(self, app_id: str, kind: str, payload: Json, what: str, *, accepts: bool, user: str) -> Outcome:
        """Deliver a command or an interaction once, and wait for what becomes of it."""
        delivery = Delivery(app_id=app_id, kind=kind, what=what, payload=payload, accepts=accepts, user=user)
        delivery.outcome = asyncio.get_running_loop().create_future()
        self._recent.append(delivery)
        self._attempt(delivery)
        return await delivery.outcome

    def acknowledge(self, envelope_id: str, payload: Json | None, connection: int) -> None:
        """Take an acknowledgement, on whichever connection it came."""
        delivery, entry = self._sent.get(envelope_id, (None, {}))
        if delivery is None:
            self._record.add("note", what="an acknowledgement of an unknown envelope", envelope_id=envelope_id)
            return
        now = self._clock.now()
        if self._faults.take("lose_ack", now=now, app=delivery.app_id, type=delivery.kind, what=delivery.what):
            self._record.add("fault", fault="lose_ack", envelope_id=envelope_id, what=delivery.what)
            return
        if entry["ack_ms"] is not None:
            return
        ack_ms = round((self._clock.ticks() - entry["sent"]) * 1000, 3)
        late = entry is not delivery.entry or delivery.deadline is None
        entry |= {"acked": not late, "late": late, "ack_ms": ack_ms, "ack_connection": connection}
        if payload is not None:
            entry["response"] = payload
            if not delivery.accepts:
                entry["warning"] = "this kind of envelope takes no payload in its acknowledgement; ignored"
        self._record.show(entry)
        if late:
            return
        self._settle(delivery, Outcome(acked=True, ack_ms=ack_ms, payload=payload if delivery.accepts else None))

    def redeliver(self, event_id: str | None) -> Delivery | None:
        """Send something again on demand: an event with its event_id, anything else with its old envelope_id."""
        found = next((d for d in reversed(self._recent) if event_id in (None, d.event_id, d.envelope_id)), None)
        if found is None:
            return None
        again = Delivery(
            app_id=found.app_id,
            kind=found.kind,
            what=found.what,
            payload=found.payload,
            accepts=found.accepts,
            user=found.user,
            attempt=max(1, found.attempt) if found.kind == "events_api" else 0,
            reason="timeout",
        )
        self._attempt(again, envelope_id=None if found.kind == "events_api" else found.envelope_id)
        return again

    def pending(self) -> list[Json]:
        """Events still to be repeated, for the disk."""
        waiting = [
            {"app_id": d.app_id, "what": d.what, "payload": d.payload, "attempt": d.attempt, "due": due}
            for _, d, due in self._retries.values()
        ]
        unanswered = [
            {"app_id": d.app_id, "what": d.what, "payload": d.payload, "attempt": d.attempt, "due": self._clock.now()}
            for d, entry in self._sent.values()
            if entry is d.entry and d.kind == "events_api" and d.deadline is not None
        ]
        return waiting + unanswered

    def resume(self, pending: list[Json]) -> None:
        """Take up the repetitions that were waiting when the server stopped."""
        for item in pending:
            delivery = Delivery(app_id=item["app_id"], kind="events_api", what=item["what"], payload=item["payload"],
                                attempt=item["attempt"], reason="timeout")  # fmt: skip
            self._recent.append(delivery)
            self._schedule(delivery, item["due"])

    def forget(self) -> None:
        """Drop what is in the air: the workspace was reset."""
        for timer, _, _ in self._retries.values():
            timer.cancel()
        for delivery, _ in self._sent.values():
            if delivery.deadline is not None:
                self._settle(delivery, Outcome(acked=False, reason="timeout"))
        self._retries.clear()
        self._sent.clear()
        self._recent.clear()

    def close(self) -> None:
        """The server is stopping: nobody waits for an acknowledgement any more."""
        self.forget()
        for timer in self._timers:
            timer.cancel()

    def _attempt(self, delivery: Delivery, envelope_id: str | None = None) -> None:
        delivery.envelope_id = envelope_id or str(uuid.uuid4())
        delivery.entry = self._record.add(
            "envelope", app=delivery.app_id, type=delivery.kind, what=delivery.what, user=delivery.user,
            envelope_id=delivery.envelope_id, event_id=delivery.event_id, attempt=delivery.attempt,
            payload=delivery.payload, sent=self._clock.ticks(), acked=False, ack_ms=None,
        )  # fmt: skip
        connection = self._sockets.pick(delivery.app_id)
        if connection is None:
            delivery.entry["reason"] = "no_connection"
            self._failed(delivery, "no_connection")
            return
        delivery.entry["connection"] = connection.number
        self._remember(delivery)
        loop = asyncio.get_running_loop()
        delivery.deadline = loop.call_later(self.ack_seconds, self._failed, delivery, "timeout")
        self._transmit(delivery, connection)

    def _remember(self, delivery: Delivery) -> None:
        self._sent[delivery.envelope_id] = (delivery, delivery.entry)
        while len(self._sent) > REMEMBERED:
            self._sent.pop(next(iter(self._sent)))

    def _transmit(self, delivery: Delivery, connection: Connection) -> None:
        frame: Json = {
            "envelope_id": delivery.envelope_id,
            "payload": delivery.payload,
            "type": delivery.kind,
            "accepts_response_payload": delivery.accepts,
        }
        if delivery.kind == "events_api":
            frame |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason if delivery.attempt else ""}
        fault = self._faults.take(
            *ENVELOPE_FAULTS, now=self._clock.now(), app=delivery.app_id, type=delivery.kind, what=delivery.what
        )
        kind = fault.kind if fault else ""
        if fault:
            delivery.entry["fault"] = kind
            self._record.add("fault", fault=kind, envelope_id=delivery.envelope_id, what=delivery.what)
        match kind:
            case "drop_socket":
                connection.reset()
            case "lose_envelope":
                pass
            case "delay_envelope":
                self._later(float(fault.params.get("seconds", 1.0)) if fault else 0.0, lambda: connection.send(frame))
            case "reorder_envelope":
                self._hold(delivery.app_id, lambda: connection.send(frame))
                return
            case _:
                if kind == "refresh_mid_click":
                    self._sockets.announce(connection, "refresh_requested")
                copies = int(fault.params.get("copies", 1)) if fault and kind == "duplicate_envelope" else 0
                for _ in range(1 + copies):
                    connection.send(frame)
        for release in self._held.pop(delivery.app_id, ()):
            release()

    def _hold(self, app_id: str, release: Callable[[], None]) -> None:
        waiting = self._held.setdefault(app_id, [])
        waiting.append(release)

        def give_up() -> None:
            if release in self._held.get(app_id, ()):
                self._held[app_id].remove(release)
                release()

        self._later(2.0, give_up)

    def _failed(self, delivery: Delivery, reason: str) -> None:
        delivery.deadline = None
        delivery.entry["reason"] = reason
        self._record.show(delivery.entry)
        if delivery.kind == "events_api":
            self._retry(delivery)
        self._settle(delivery, Outcome(acked=False, reason=reason))

    def _retry(self, delivery: Delivery) -> None:
        attempt = delivery.attempt
        if attempt < len(RETRY_AFTER_S):
            due = self._clock.now() + RETRY_AFTER_S[attempt]
        elif self.hourly_retries and attempt < len(RETRY_AFTER_S) + HOURLY_RETRIES:
            due = self._clock.now() + 3600.0
        else:
            self._record.add("note", what="an event was given up", event_id=delivery.event_id, event=delivery.what)
            return
        delivery.attempt += 1
        delivery.reason = "timeout"
        self._schedule(delivery, due)

    def _schedule(self, delivery: Delivery, due: float) -> None:
        def again() -> None:
            self._retries.pop(id(delivery), None)
            self._attempt(delivery)

        self._retries[id(delivery)] = (self._timetable.at(due, again), delivery, due)

    def _settle(self, delivery: Delivery, outcome: Outcome) -> None:
        if delivery.deadline is not None:
            delivery.deadline.cancel()
            delivery.deadline = None
        if delivery.outcome is not None and not delivery.outcome.done():
            delivery.outcome.set_result(outcome)
        self._bulletin.publish({
            "type": "delivery", "id": delivery.envelope_id, "app": delivery.app_id, "what": delivery.what,
            "kind": delivery.kind, "user": delivery.user, **outcome.describe(),
        })  # fmt: skip

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        def run() -> None:
            self._timers.discard(handle)
            work()

        handle = asyncio.get_running_loop().call_later(seconds, run)
        self._timers.add(handle)
