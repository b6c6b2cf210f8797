"""Keeps several Socket Mode connections open: each that ends is replaced, and Slack is never asked more than once a second.

Slack may send an envelope to any connection, so two make a refresh harmless. A connection that Slack asked us to leave stays
until its successor stands, unless there were too many.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import Misconfigured
from bot.edge.backoff import FIRST, Backoff
from bot.edge.connection import Connection, Frame
from bot.edge.refusals import error_code, fatal_sentence, retry_after_of

log = logging.getLogger(__name__)

LINGER_SECONDS = 5.0
"""How long a connection that was asked to go still listens once its successor stands: envelopes may be on their way."""


@dataclass(kw_only=True)
class SocketState:
    """What health says about the sockets. `trouble` is a sentence, or None when all is well."""

    wanted: int
    connected: int = 0
    opened: int = 0
    last_reason: str = ""
    trouble: str | None = None


class Connections:
    """`on_frame` gets each envelope with the connection to acknowledge it on. `fatal` is set when Slack refuses our token."""

    def __init__(
        self,
        *,
        web: AsyncWebClient,
        app_token: str,
        wanted: int,
        on_frame: Callable[[Connection, Frame], None],
        first_url: str | None = None,
    ) -> None:
        self._web = web
        self._app_token = app_token
        self._on_frame = on_frame
        self._url = first_url
        self._backoff = Backoff()
        self.gap = FIRST
        """Seconds between two questions to Slack for a socket, and the shortest wait after a refusal."""
        self._turn = asyncio.Lock()
        self._open: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._up = asyncio.Event()
        self.state = SocketState(wanted=wanted)
        self.fatal: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self) -> None:
        for number in range(self.state.wanted):
            self._spawn(self._keep(number))

    async def connected(self) -> None:
        """Returns once a connection stands."""
        await self._up.wait()

    def acknowledgers(self) -> list[Connection]:
        """Open connections: an acknowledgement may go out on any of them."""
        return [one for one in self._open if one.current_session and not one.current_session.closed]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(one.hang_up() for one in list(self._open)))
        self._open.clear()

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A place in the set that breaks would be missed in silence: the edge ends, and is started again."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None and not self.fatal.done():
            self.fatal.set_exception(error)

    async def _keep(self, number: int) -> None:
        """One place in the set: always one connection, with another coming when it ends."""
        leaving: Connection | None = None
        while True:
            fresh = await self._connect()
            if leaving is not None:
                self._spawn(self._leave(leaving, LINGER_SECONDS))
            self._note()
            reason = await fresh.ended
            self.state.last_reason = reason
            log.info("Socket %d ended: %s.", number + 1, reason, extra={"event": "socket.ended", "reason": reason})
            stays = reason in ("warning", "refresh_requested")
            leaving = fresh if stays else None
            if not stays:
                await self._leave(fresh, 0.0)
                if reason in ("too_many_websockets", "link_disabled"):
                    self._failed(trouble=TROUBLE[reason])
            self._count()

    async def _connect(self) -> Connection:
        """A connection that Slack has greeted, however often that takes."""
        while True:
            async with self._turn:
                url = self._url or await self._ticket()
                self._url = None
            if url is None:
                continue
            fresh = Connection(app_token=self._app_token, web_client=self._web, on_frame=self._on_frame)
            self._open.add(fresh)
            try:
                await fresh.open(url)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                await self._leave(fresh, 0.0)
                self._failed(trouble=f"Slack refuses the socket: {error or type(error).__name__}")
                continue
            self._backoff = self._backoff.succeeded()
            return fresh

    async def _ticket(self) -> str | None:
        """Asks for the address of one socket, once it is time to ask. None when that failed."""
        now = asyncio.get_running_loop().time
        await asyncio.sleep(self._backoff.wait(now()))
        self._backoff = self._backoff.called(now(), gap=self.gap)
        try:
            async with asyncio.timeout(10):
                answer = await self._web.apps_connections_open(app_token=self._app_token)
            return str(answer["url"])
        except SlackApiError as error:
            sentence = fatal_sentence(error)
            if sentence is not None and not self.fatal.done():
                self.state.trouble = sentence
                self.fatal.set_exception(Misconfigured(sentence))
            self._failed(trouble=f"Slack answers {error_code(error)}", after=retry_after_of(error))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError) as error:
            self._failed(trouble=f"Slack cannot be reached: {error or type(error).__name__}")
        return None

    def _failed(self, *, trouble: str, after: float | None = None) -> None:
        now = asyncio.get_running_loop().time()
        self._backoff = self._backoff.failed(now, jitter=random.random(), retry_after=after, first=self.gap)
        self.state.trouble = trouble
        self._count()
        log.warning(
            "No new socket: %s. Next try in %.0f s.",
            trouble,
            self._backoff.wait(now),
            extra={"event": "socket.refused", "failures": self._backoff.failures},
        )

    async def _leave(self, one: Connection, after: float) -> None:
        if after:
            await asyncio.wait(
                {asyncio.ensure_future(one.message_receiver)} if one.message_receiver else set(), timeout=after
            )
        await one.hang_up()
        self._open.discard(one)
        self._count()

    def _note(self) -> None:
        self.state.opened += 1
        self._count()
        if self.state.connected == self.state.wanted:
            self.state.trouble = None
        self._up.set()
        log.info("Socket open (%d of %d).", self.state.connected, self.state.wanted, extra={"event": "socket.open"})

    def _count(self) -> None:
        self.state.connected = sum(not one.ended.done() and one.greeted.is_set() for one in self._open)
        if not self.state.connected:
            self._up.clear()


TROUBLE = {
    "too_many_websockets": "Slack says that this app has too many sockets open: another copy of the bot may be running",
    "link_disabled": "Socket Mode was switched off for this app: switch it on in the app's settings",
}
