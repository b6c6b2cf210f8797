"""The edge: everything that speaks with Slack. Its parts are made in `bot.app`; here they are started and stopped in order."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.edge.connections import Connections
from bot.edge.deliver import Deliverer
from bot.edge.directory import SlackDirectory
from bot.edge.ingest import Ingest
from bot.edge.outbox import Sender
from handlers.deps import Deps
from storage import outbox

log = logging.getLogger(__name__)

DRAIN_SECONDS = 3.0
"""How long deliveries in hand may take once we are asked to stop: longer than that Slack does not wait either."""


@dataclass(kw_only=True)
class Edge:
    """A running edge. `also` are further loops, such as the clock and the health endpoint."""

    web: AsyncWebClient
    deps: Deps
    connections: Connections
    ingest: Ingest
    sender: Sender
    deliverer: Deliverer
    directory: SlackDirectory
    alone: bool
    also: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    closers: list[Callable[[], Coroutine[Any, Any, None]]] = field(default_factory=list)
    _tasks: list["asyncio.Task[Any]"] = field(default_factory=list)

    async def start(self) -> None:
        """Takes up what the last run left, then connects. Returns once Slack has greeted us.

        Raises `Misconfigured` when Slack refuses our token for good.
        """
        if self.alone:
            left = await self.deps.store.write(outbox.orphaned)
            if left:
                log.info("Taking up %d messages that were being sent.", left, extra={"event": "outbox.orphans"})
        self._spawn(self.sender.run(), "outbox")
        self.connections.start()
        for loop in self.also:
            self._spawn(loop(), loop.__name__)
        up = asyncio.ensure_future(self.connections.connected())
        await asyncio.wait({up, self.connections.fatal}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self.connections.fatal.done():
            self.connections.fatal.result()
        await self.ingest.replay(all_of_them=True)

    async def failed(self) -> None:
        """Returns never; raises what ended the edge: a refused token, or a loop of ours that broke."""
        done, _ = await asyncio.wait({*self._tasks, self.connections.fatal}, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()

    async def stop(self) -> None:
        """Finishes what is in hand, hangs up, and closes everything."""
        left = await self.ingest.drain(DRAIN_SECONDS)
        if left:
            log.warning("Stopped with %d deliveries in hand; they are stored.", left, extra={"event": "ingest.left"})
        await self.connections.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sender.finish(DRAIN_SECONDS)
        for close in self.closers:
            with contextlib.suppress(OSError):
                await close()

    def _spawn(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))
