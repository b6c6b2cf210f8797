"""The worker role: an engine over the bot's database. It runs agents and holds no Slack token."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping

from agents.core.clock import Clock
from agents.core.contract import Registry
from agents.core.conversations import Conversations
from bot.engine import Engine, Limits
from bot.engine.asking_edge import EdgeDesk, EdgePeople
from bot.engine.context import People, PolicyOf, World
from bot.engine.conversations import EdgeConversations
from bot.engine.faults import Faults
from bot.ports import close_ports, preparation
from bot.solitary import Solitary
from bot.wake import Wake
from storage.store import Store

log = logging.getLogger(__name__)

DRAIN_SECONDS = 20.0
"""What running jobs get to end or to reach their next step once the worker is asked to stop."""


class Worker:
    """One engine, started and stopped in order."""

    def __init__(
        self,
        engine: Engine,
        *,
        prepare: Callable[[], Awaitable[None]] | None = None,
        solitary: Solitary | None = None,
        ports: Mapping[type, object] | None = None,
    ) -> None:
        self.engine = engine
        self._ports = ports or {}
        self._solitary = solitary
        self._prepare = prepare
        self._preparing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to claim jobs. What takes its time the first time, such as a model to train, is prepared meanwhile."""
        await self.engine.start()
        if self._prepare is not None:
            self._preparing = asyncio.ensure_future(self._prepare())
            self._preparing.add_done_callback(_note_failure)

    async def failed(self) -> None:
        """Raises what ended the engine's own loop; returns only for a worker that runs suspects and has none left."""
        await self.engine.failed()

    async def stop(self) -> None:
        """Claims nothing more, lets what runs come to an end or to a step, stops, and closes what the agents used."""
        if self._preparing is not None:
            self._preparing.cancel()
        if self._solitary is None:
            await self.engine.drain(DRAIN_SECONDS)
        else:
            await asyncio.gather(self.engine.drain(DRAIN_SECONDS), self._solitary.stop())
        await self.engine.stop()
        await close_ports(self._ports)


def _note_failure(preparing: "asyncio.Task[None]") -> None:
    """The first job that needs it will meet the same trouble, and say so."""
    if not preparing.cancelled() and (error := preparing.exception()) is not None:
        log.warning("A model could not be prepared: %s", error, extra={"event": "model.not_prepared"})


def build_worker(
    *,
    store: Store,
    registry: Registry,
    policy: PolicyOf,
    clock: Clock,
    wake: Wake,
    ports: Mapping[type, object] | None = None,
    people: People | None = None,
    limits: Limits | None = None,
    faults: Faults | None = None,
    solitary: Solitary | None = None,
) -> Worker:
    """Puts a worker together, not yet started. People are looked up through the edge unless `people` is given, and jobs
    that took a worker down are run by `solitary` when there is one."""
    desk = EdgeDesk(store)
    world = World(
        store=store,
        registry=registry,
        policy=policy,
        people=people or EdgePeople(desk),
        clock=clock,
        luck=random.random,
        ports={Conversations: EdgeConversations(desk), **(ports or {})},
        faults=faults or Faults(),
    )
    engine = Engine(world, limits, on_suspects=solitary.call if solitary else None)
    wake.on("worker", desk.rung)
    wake.on("worker", engine.wake)
    return Worker(engine, prepare=preparation(world.ports), solitary=solitary, ports=world.ports)
