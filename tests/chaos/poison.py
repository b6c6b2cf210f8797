"""Jobs that take their worker down, each in its own way, and innocent ones to run beside them."""

import asyncio
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from agents.core.clock import SystemClock
from agents.core.contract import AgentSpec, Budget, Lane, Mode, Record, Registry
from agents.core.job import Job
from bot.engine import Limits
from bot.engine.limits import Suspects
from bot.roles import limit_memory
from bot.wake import Wake, bell_folder
from bot.worker import build_worker
from storage import queue
from storage.open import open_store
from tests.engine.rig import Crowd, policy_for

MIB = 1 << 20


class Dose(Record):
    """Nothing to say."""

    number: int


class Survived(Record):
    """What an agent returns that lived."""

    by: int


@dataclass(frozen=True, kw_only=True)
class Diet:
    """How a worker lives. `resident_mb` is what its watchdog allows, `address_mb` what the system allows; 0 for no limit.
    `suspects` says what it does with jobs that took a worker down; see `Limits`."""

    url: str
    resident_mb: int = 0
    address_mb: int = 0
    deadly: bool = True
    planted: str = ""
    suspects: Suspects = "here"


def _exit() -> None:
    os._exit(1)


def _segfault() -> None:
    ctypes.string_at(0)


def _kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _loop() -> None:
    while True:
        pass


def _eat() -> None:
    """Takes 4 GB in portions that are really used, so that a watchdog has something to see before the machine suffers."""
    eaten = [b"x" * (32 * MIB) for _ in range(128)]
    print(len(eaten), file=sys.stderr)


def _swallow() -> None:
    """Asks for 4 GB at once."""
    bytearray(4096 * MIB)


POISONS: dict[str, Callable[[], None]] = {
    "exits": _exit,
    "segfaults": _segfault,
    "kills": _kill_itself,
    "loops": _loop,
    "eats": _eat,
    "swallows": _swallow,
}


def registry() -> Registry:
    """One agent for each poison, and `innocent`, which takes its time in its first step."""

    async def look() -> int:
        await asyncio.sleep(0.05)
        return 1

    async def innocent(job: Job, _: Dose) -> Survived:
        await job.step("look", look)
        await job.step("look again", look)
        return Survived(by=os.getpid())

    def poison(act: Callable[[], None]) -> Callable[[Job, Dose], object]:
        async def run(_job: Job, _: Dose) -> Survived:
            act()
            return Survived(by=os.getpid())

        return run

    def agent(name: str, run: object, wall: float) -> AgentSpec[Dose, Survived]:
        return AgentSpec(
            name=name,
            title=name,
            purpose="Shows what a worker survives.",
            version="1",
            owner="ops",
            input=Dose,
            output=Survived,
            run=run,  # type: ignore[arg-type]  # any of the functions above
            tools=(),
            lane=Lane.FAST,
            mode=Mode.AUTO,
            budget=Budget(wall=timedelta(seconds=wall)),
        )

    poisons = [agent(name, poison(act), 0.5 if name == "loops" else 30.0) for name, act in POISONS.items()]
    return Registry([agent("innocent", innocent, 30.0), *poisons])


def live(diet: Diet) -> None:
    """The whole life of the process."""
    logging.disable(logging.CRITICAL)  # dozens of deaths are no news here
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if diet.address_mb:
        limit_memory(diet.address_mb)
    if diet.planted == "no quarantine":
        queue._READY = text("jobs.status = 'queued'")
        queue._SUSPECT = text("1 = 0")
    asyncio.run(_live(diet))


async def _live(diet: Diet) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    agents = registry()
    policy = policy_for(agents.all())
    store = await open_store(diet.url, SystemClock())
    wake = Wake(bell_folder(diet.url))
    worker = build_worker(
        store=store,
        registry=agents,
        policy=lambda: policy,
        clock=store.clock,
        wake=wake,
        people=Crowd(),
        limits=Limits(
            suspects=diet.suspects,
            lease=5.0,
            beat=0.1,
            poll=0.1,
            sweep=0.1,
            grace=0.3,
            deadly=diet.deadly,
            memory_mb=diet.resident_mb,
        ),
    )
    await worker.start()
    wake.start()
    ended = asyncio.ensure_future(worker.failed())  # one that runs only suspects ends when there are none
    ended.add_done_callback(lambda _: stop.set())
    await stop.wait()
    ended.cancel()
    await worker.stop()
    wake.close()
    await store.close()
