"""The worker role: an engine over the bot's database. It runs agents and holds no Slack token."""

import random
from collections.abc import Mapping

from agents.core.clock import Clock
from agents.core.contract import Registry
from agents.core.conversations import Conversations
from bot.engine import Engine, Limits
from bot.engine.asking_edge import EdgeDesk, EdgePeople
from bot.engine.context import People, PolicyOf, World
from bot.engine.conversations import EdgeConversations
from bot.engine.faults import Faults
from bot.wake import Wake
from storage.store import Store

DRAIN_SECONDS = 20.0
"""What running jobs get to end or to reach their next step once the worker is asked to stop."""


class Worker:
    """One engine, started and stopped in order."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def start(self) -> None:
        """Begins to claim jobs."""
        await self.engine.start()

    async def failed(self) -> None:
        """Returns never; raises what ended the engine's own loop."""
        await self.engine.failed()

    async def stop(self) -> None:
        """Claims nothing more, lets what runs come to an end or to a step, and stops."""
        await self.engine.drain(DRAIN_SECONDS)
        await self.engine.stop()


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
) -> Worker:
    """Puts a worker together, not yet started. People are looked up through the edge unless `people` is given."""
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
    engine = Engine(world, limits)
    wake.on("worker", desk.rung)
    wake.on("worker", engine.wake)
    return Worker(engine)
