"""A worker with an agent in each lane, to be loaded."""

import asyncio
import logging
import signal
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from agents.core.clock import SystemClock
from agents.core.contract import AgentSpec, Lane, Mode, Record, Registry
from agents.core.job import Job
from bot.engine import Limits
from bot.wake import Wake, bell_folder
from bot.worker import build_worker
from storage.open import open_store
from tests.engine.rig import Crowd, policy_for


class Load(Record):
    """How long the job takes."""

    seconds: float = 0.0


class Done(Record):
    """Nothing to say."""


@dataclass(frozen=True, kw_only=True)
class Burden:
    """How a worker lives: its database, and how many heavy and fast jobs it runs at once."""

    url: str
    heavy: int = 4
    fast: int = 32


def registry() -> Registry:
    """Agents named like their lanes. One that takes its time does so in four steps, each of them written down."""

    async def run(job: Job, load: Load) -> Done:
        for part in range(4 if load.seconds else 0):
            await job.step(f"part {part}", partial(asyncio.sleep, load.seconds / 4))
        return Done()

    def agent(lane: Lane) -> AgentSpec[Load, Done]:
        return AgentSpec(
            name=str(lane),
            title=str(lane),
            purpose="Takes as long as it is told.",
            version="1",
            owner="ops",
            input=Load,
            output=Done,
            run=run,
            tools=(),
            lane=lane,
            mode=Mode.AUTO,
            deadline=timedelta(hours=2),
        )

    return Registry([agent(lane) for lane in Lane])


def live(burden: Burden) -> None:
    """The whole life of the process."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a busy machine is no news here
    asyncio.run(_live(burden))


async def _live(burden: Burden) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    agents = registry()
    policy = policy_for(agents.all())
    store = await open_store(burden.url, SystemClock())
    wake = Wake(bell_folder(burden.url))
    worker = build_worker(
        store=store,
        registry=agents,
        policy=lambda: policy,
        clock=store.clock,
        wake=wake,
        people=Crowd(),
        limits=Limits(lanes={**Limits().lanes, Lane.HEAVY: burden.heavy, Lane.FAST: burden.fast}),
    )
    await worker.start()
    wake.start()
    await stop.wait()
    await worker.stop()
    wake.close()
    await store.close()
