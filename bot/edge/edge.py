"""The edge: everything that speaks with Slack. Its parts are made in `bot.app`; here they are started and stopped in order."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.config.watch import ConfigFile, FixedConfig
from bot.edge.clock import CONFIG_SECONDS, REPLAY_SECONDS, ROSTER_SECONDS, EdgeClock
from bot.edge.connections import Connections
from bot.edge.deliver import Deliverer
from bot.edge.directory import SlackDirectory
from bot.edge.health import Health, look
from bot.edge.ingest import Ingest
from bot.edge.outbox import Sender
from bot.edge.webhooks import Webhooks
from handlers.deps import Deps
from storage import outbox, rosters

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
    clock: EdgeClock
    config: ConfigFile | FixedConfig
    health: Health
    webhooks: Webhooks
    alone: bool
    closers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
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
        await self.health.start(self.look)
        up = asyncio.ensure_future(self.connections.connected())
        await asyncio.wait({up, self.connections.fatal}, return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        if self.connections.fatal.done():
            self.connections.fatal.result()
        await self.ingest.replay(all_of_them=True)
        await self.webhooks.start()
        self.clock.start(
            {
                "replay": (REPLAY_SECONDS, self.ingest.replay),
                "config": (CONFIG_SECONDS, self._reread),
                "rosters": (ROSTER_SECONDS, self._write_rosters),
            }
        )

    async def look(self) -> dict[str, Any]:
        """How the edge is, for health."""
        return await look(self)

    async def _reread(self) -> None:
        if self.config.refresh():
            self.directory.forget_groups()

    async def _write_rosters(self) -> None:
        """Keeps who is in which group where the workers can read it: they cannot ask Slack."""
        found = await self.directory.rosters()
        if found:
            await self.deps.store.write(lambda tx: rosters.keep(tx, found))

    async def failed(self) -> None:
        """Returns never; raises what ended the edge: a refused token, or a loop of ours that broke."""
        done, _ = await asyncio.wait({*self._tasks, self.connections.fatal}, return_when=asyncio.FIRST_COMPLETED)
        for one in done:
            one.result()

    async def stop(self) -> None:
        """Finishes what is in hand, hangs up, and closes everything."""
        await self.webhooks.stop()
        await self.clock.stop()
        left = await self.ingest.drain(DRAIN_SECONDS)
        if left:
            log.warning("Stopped with %d deliveries in hand; they are stored.", left, extra={"event": "ingest.left"})
        await self.connections.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sender.finish(DRAIN_SECONDS)
        await self.health.stop()
        for close in self.closers:
            with contextlib.suppress(OSError):
                await close()

    def _spawn(self, work: Coroutine[Any, Any, Any], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))
