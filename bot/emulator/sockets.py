"""Socket Mode connections: single-use tickets, hello, up to ten sockets an app, disconnect reasons."""

import asyncio
import json
import random
import secrets
from collections.abc import Callable
from typing import Literal

from aiohttp import WSMsgType, web

from bot.emulator.clock import Clock
from bot.emulator.faults import Faults
from bot.emulator.record import Record
from bot.emulator.wire import Json

MAX_CONNECTIONS = 10
PING_SECONDS = 10.0
WARNING_SECONDS = 10.0
TICKET_SECONDS = 60.0
Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]
REASONS: tuple[Reason, ...] = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


class Connection:
    """One open socket. Frames are put in order into `outbox`; one task writes them."""

    def __init__(self, number: int, app_id: str, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.number = number
        self.app_id = app_id
        self.socket = socket
        self._request = request
        self._outbox: asyncio.Queue[str] = asyncio.Queue()
        self.closing = False

    def send(self, frame: Json) -> None:
        self._outbox.put_nowait(json.dumps(frame, separators=(",", ":")))

    def reset(self) -> None:
        """Cut the TCP connection without a closing handshake."""
        self.closing = True
        transport = self._request.transport
        if transport is not None:
            transport.abort()

    async def write(self) -> None:
        """Send what is put into the outbox until cancelled or the socket is gone."""
        while True:
            frame = await self._outbox.get()
            try:
                await self.socket.send_str(frame)
            except (ConnectionError, RuntimeError):
                self.closing = True
                return


class Sockets:
    """All connections of all apps."""

    def __init__(self, clock: Clock, faults: Faults, record: Record, *, seed: int | None = None) -> None:
        self._clock = clock
        self._faults = faults
        self._record = record
        self._tickets: dict[str, tuple[str, float]] = {}
        self._connections: list[Connection] = []
        self._dice = random.Random(seed)
        self._count = 0
        self._timers: set[asyncio.TimerHandle] = set()
        self.on_ack: Callable[[str, Json | None, int], None] = lambda _id, _payload, _number: None
        self.on_connections: Callable[[str], None] = lambda _app_id: None

    def issue_ticket(self, app_id: str) -> str:
        """A ticket good for one handshake."""
        ticket = secrets.token_hex(16)
        self._tickets[ticket] = (app_id, self._clock.ticks() + TICKET_SECONDS)
        return ticket

    def open_count(self, app_id: str) -> int:
        return sum(1 for c in self._connections if c.app_id == app_id and not c.closing)

    def pick(self, app_id: str) -> Connection | None:
        """Any one of the app's connections: Slack promises no more than that."""
        able = [c for c in self._connections if c.app_id == app_id and not c.closing]
        return self._dice.choice(able) if able else None

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """The handshake and the life of one socket."""
        app_id, refusal = self._admit(request)
        if refusal is not None:
            self._record.add("socket", app=app_id, what="refused", reason=refusal.reason)
            return refusal
        socket = web.WebSocketResponse(heartbeat=PING_SECONDS, compress=False)
        await socket.prepare(request)
        if self.open_count(app_id) >= MAX_CONNECTIONS:
            self._record.add("socket", app=app_id, what="refused", reason="too_many_websockets")
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": _debug()})
            await socket.close()
            return socket
        self._count += 1
        connection = Connection(self._count, app_id, socket, request)
        self._connections.append(connection)
        self._record.add("socket", app=app_id, what="opened", connection=connection.number)
        connection.send({
            "type": "hello",
            "num_connections": self.open_count(app_id),
            "connection_info": {"app_id": app_id},
            "debug_info": _debug(),
        })  # fmt: skip
        writer = asyncio.create_task(connection.write(), name=f"socket-{connection.number}")
        self.on_connections(app_id)
        try:
            await self._read(connection)
        finally:
            writer.cancel()
            self._connections.remove(connection)
            self._record.add("socket", app=app_id, what="closed", connection=connection.number)
            self.on_connections(app_id)
        return socket

    def disconnect(self, app_id: str | None, reason: Reason, *, after: float = WARNING_SECONDS) -> int:
        """Announce `reason` on every socket (of one app); Slack's side closes `after` seconds. How many were told."""
        told = [c for c in self._connections if app_id in (None, c.app_id) and not c.closing]
        for connection in told:
            self.announce(connection, reason, after=after)
        return len(told)

    def announce(self, connection: Connection, reason: Reason, *, after: float = WARNING_SECONDS) -> None:
        """Tell one socket that it is going away, and close it `after` seconds unless the app was quicker."""
        self._record.add("socket", app=connection.app_id, what="disconnect", reason=reason,
                         connection=connection.number)  # fmt: skip
        connection.send({"type": "disconnect", "reason": reason, "debug_info": _debug()})
        connection.closing = reason != "warning"
        self._later(0.05 if reason == "link_disabled" else after, connection)

    def drop(self, app_id: str | None = None) -> int:
        """Reset sockets as a broken network would. How many were open."""
        dropped = [c for c in self._connections if app_id in (None, c.app_id)]
        for connection in dropped:
            connection.reset()
        return len(dropped)

    async def close(self) -> None:
        """Close every socket: the server is stopping."""
        for timer in self._timers:
            timer.cancel()
        for connection in list(self._connections):
            connection.closing = True
            await connection.socket.close(code=1001, message=b"the local Slack is stopping")

    def _later(self, seconds: float, connection: Connection) -> None:
        loop = asyncio.get_running_loop()

        def close() -> None:
            self._timers.discard(handle)
            connection.reset()

        handle = loop.call_later(seconds, close)
        self._timers.add(handle)

    def _admit(self, request: web.Request) -> tuple[str, web.Response | None]:
        ticket = request.query.get("ticket", "")
        app_id, expires = self._tickets.get(ticket, ("", 0.0))
        now = self._clock.now()
        if self._faults.take("refuse_connect", now=now, app=app_id):
            return app_id, web.Response(status=503, reason="Service Unavailable")
        known = self._tickets.pop(ticket, None) is not None
        burnt = bool(known and self._faults.take("burnt_ticket", now=now, app=app_id))
        if not known or burnt or self._clock.ticks() > expires:
            return app_id, web.Response(status=403, reason="Ticket used or unknown")
        return app_id, None

    async def _read(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                frame = json.loads(message.data)
            except ValueError:
                frame = None
            if not isinstance(frame, dict) or not isinstance(frame.get("envelope_id"), str):
                self._record.add("note", app=connection.app_id, what="a frame that is not an acknowledgement",
                                 text=str(message.data)[:500])  # fmt: skip
                continue
            payload = frame.get("payload")
            self.on_ack(frame["envelope_id"], payload if isinstance(payload, dict) else None, connection.number)


def _debug() -> Json:
    return {"host": "local-slack", "build_number": 1, "approximate_connection_time": 18060}
