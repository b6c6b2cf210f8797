"""A worker in a process of its own, with agents that act on the fake target: to be killed, stopped and started again."""

import asyncio
import logging
import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import update

from agents.core.clock import SystemClock
from agents.core.contract import Access, AgentSpec, Lane, Mode, Record, Registry, Tool, ToolContext
from agents.core.job import Job
from bot.engine import Limits, claims, engine
from bot.engine.faults import read_faults
from bot.engine.limits import Suspects
from bot.wake import Wake, bell_folder
from bot.worker import build_worker
from storage.open import open_store
from storage.store import Tx
from storage.tables import jobs
from tests.engine.rig import Crowd, policy_for

LEASE = 1.0


class Push(Record):
    """One thing to do at the target."""

    what: str


class Done(Record):
    """The target's answer, and the process that wrote the job's end."""

    number: int
    by: int


@dataclass(frozen=True, kw_only=True)
class Orders:
    """How a victim lives. `planted` is the name of a bug to put into it; see `plant`. With `review` people are asked about
    every call; `suspects` says what it does with jobs that took a worker down, see `Limits`."""

    url: str
    target: str
    faults: str = ""
    planted: str = ""
    lanes: int = 4
    slow: float = 0.0
    review: bool = False
    suspects: Suspects = "here"


@dataclass(frozen=True)
class Line:
    """The port to the target."""

    url: str
    session: aiohttp.ClientSession
    fresh_keys: bool

    async def push(self, path: str, what: str, key: str) -> Any:
        key = os.urandom(8).hex() if self.fresh_keys else key
        async with self.session.post(f"{self.url}/{path}", json={"what": what, "key": key}) as answer:
            return await answer.json()


async def _keyed(context: ToolContext, args: Push) -> Any:
    return await context.port(Line).push("keyed", args.what, context.effect_key)


async def _keyless(context: ToolContext, args: Push) -> Any:
    return await context.port(Line).push("keyless", args.what, context.effect_key)


def _tool(name: str, **values: Any) -> Tool[Push]:
    return Tool(
        name=name,
        title="Push",
        target="the target",
        access=Access.WRITE,
        args=Push,
        question=lambda args: f"Push {args.what}?",
        verb=lambda _: "Push it",
        **values,
    )


def registry(*, slow: float = 0.0, keyless_said_keyed: bool = False, mode: Mode = Mode.AUTO) -> Registry:
    """Two agents, `keyed` and `keyless`: look, act once, look again. `slow` is how long each look takes, in seconds."""
    tools = (_tool("keyed", run=_keyed, keyed=True), _tool("keyless", run=_keyless, keyed=keyless_said_keyed))

    def agent(tool: Tool[Push]) -> AgentSpec[Push, Done]:
        async def look() -> int:
            await asyncio.sleep(slow)
            return 1

        async def run(job: Job, request: Push) -> Done:
            await job.step("look", look)
            called = await job.call(tool, what=request.what)
            await job.step("look again", look)
            return Done(number=called.result["number"] if called.result else -1, by=os.getpid())

        return AgentSpec(
            name=tool.name,
            title=tool.name,
            purpose="Does one thing at the target.",
            version="1",
            owner="ops",
            input=Push,
            output=Done,
            run=run,
            tools=(tool,),
            lane=Lane.FAST,
            mode=mode,
        )

    return Registry([agent(tool) for tool in tools])


def plant(orders: Orders) -> None:
    """Takes a guard away, so that a test can show that it would notice."""
    if orders.planted == "no fence":
        plain = claims.take

        def same_fence(tx: Tx, *args: Any, **values: Any) -> claims.Claimed:
            claimed = plain(tx, *args, **values)
            tx.execute(update(jobs).where(jobs.c.status == "running").values(fence=1))
            return replace(claimed, jobs=[(replace(job, fence=1), known) for job, known in claimed.jobs])

        engine.take = same_fence


def live(orders: Orders) -> None:
    """The whole life of the process."""
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a busy machine is no news here
    plant(orders)
    asyncio.run(_live(orders))


async def _live(orders: Orders) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    agents = registry(
        slow=orders.slow,
        keyless_said_keyed=orders.planted == "blind retry",
        mode=Mode.REVIEW if orders.review else Mode.AUTO,
    )
    policy = policy_for(agents.all())
    store = await open_store(orders.url, SystemClock())
    wake = Wake(bell_folder(orders.url))
    async with aiohttp.ClientSession() as session:
        worker = build_worker(
            store=store,
            registry=agents,
            policy=lambda: policy,
            clock=store.clock,
            wake=wake,
            people=Crowd(),
            ports={Line: Line(orders.target, session, fresh_keys=orders.planted == "fresh keys")},
            limits=Limits(
                lanes={Lane.FAST: orders.lanes},
                suspects=orders.suspects,
                lease=LEASE,
                beat=0.2,
                poll=0.1,
                sweep=0.1,
            ),
            faults=read_faults(orders.faults, allowed=True),
        )
        await worker.start()
        wake.start()
        await stop.wait()
        await worker.stop()
        wake.close()
    await store.close()


def data_url(folder: Path) -> str:
    """The database of one run."""
    return f"sqlite:///{folder / 'calmops.db'}"
