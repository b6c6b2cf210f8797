"""From a decision until the job goes on with it: one at a time, with many waiting, and through the local Slack.

A job has gone on when the body of the approved tool is entered: by then it was decided, claimed and intended, each in a
commit of its own that waited for the disk.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from agents.core.clock import SystemClock
from agents.core.contract import Mode, ToolContext
from agents.core.ids import JobId
from agents.core.job import Job
from agents.core.policy import Limits as PolicyLimits
from agents.core.policy.sections import AutonomyPolicy
from agents.core.records import EscalationRecord
from agents.core.status import FINISHED
from bot.engine import Limits
from storage import escalations, jobs
from storage.open import open_store
from tests.bench.figures import Figure, median
from tests.bench.slack_trips import slack_trips
from tests.chaos.loads import p95
from tests.engine.rig import Rig, policy_for, rig
from tests.engine.toys import Note, Paint, Said, agent, tool

T = TypeVar("T")

IN_FLIGHT = 20
LOOK_SECONDS = 0.005

PATIENT = {"limits": PolicyLimits(stamp_seconds=1e-6), "autonomy": AutonomyPolicy(target=0.999, sample=0.01)}
"""A machine that approves a hundred times in a row is no news here: neither an alarm nor a reason for more autonomy."""


@dataclass(kw_only=True)
class Gate:
    """An agent whose one call needs an approval. `asked`, `entered` and `ended` come true for each job as it asks, as its tool
    is entered, and as it is over."""

    toys: Rig
    asked: "Moments[EscalationRecord]" = field(default_factory=lambda: Moments())
    entered: "Moments[float]" = field(default_factory=lambda: Moments())
    ended: "Moments[bool]" = field(default_factory=lambda: Moments())

    async def decide(self, job_id: JobId) -> float:
        """Approves what a job asks; returns the seconds until its tool was entered."""
        asked = await self.asked.of(job_id)
        begun = time.perf_counter()
        await self.toys.answer(asked)
        return await self.entered.of(job_id) - begun

    async def whole_trip(self) -> None:
        """A job from its submission to its end, with its approval."""
        job_id = await self.toys.submit()
        await self.decide(job_id)
        await self.ended.of(job_id)

    async def look(self) -> None:
        """Looks for all who wait, and only then: a look of each of them would be more work than what is measured."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if not (self.asked.awaited or self.ended.awaited):
                continue
            pending, over = await self.toys.store.read(
                lambda tx: (escalations.pending(tx), jobs.recent(tx, statuses=FINISHED, limit=2 * IN_FLIGHT))
            )
            for question in pending:
                self.asked.come(question.job_id, question)
            for job in over:
                self.ended.come(job.id, True)


class Moments(Generic[T]):
    """What is still to come, by job; `awaited` are the jobs that somebody asked for in vain so far."""

    def __init__(self) -> None:
        self._at: dict[int, asyncio.Future[T]] = {}
        self.awaited: set[int] = set()

    def of(self, job_id: int) -> "asyncio.Future[T]":
        moment = self._at.setdefault(job_id, asyncio.get_running_loop().create_future())
        if not moment.done():
            self.awaited.add(job_id)
        return moment

    def come(self, job_id: int, what: T) -> None:
        moment = self.of(job_id)
        self.awaited.discard(job_id)
        if not moment.done():
            moment.set_result(what)


@asynccontextmanager
async def gate(path: Path) -> AsyncIterator[Gate]:
    """An engine with its default limits, on a database that waits for the disk at each commit."""

    async def paint(context: ToolContext, args: Paint) -> dict[str, Any]:
        opened.entered.come(context.job_id, time.perf_counter())
        return {}

    wall = tool("shop.gate", run=paint)

    async def run(job: Job, note: Note) -> Said:
        await job.call(wall, wall=3)
        return Said(text="")

    painter = agent(run, mode=Mode.REVIEW, tools=(wall,))
    store = await open_store(f"sqlite:///{path}", SystemClock())
    try:
        async with rig(store, painter, limits=Limits(), policy=policy_for([painter], **PATIENT)) as toys:
            opened = Gate(toys=toys)
            looking = asyncio.create_task(opened.look())
            yield opened
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
    finally:
        await store.close()


async def one_at_a_time(folder: Path, count: int, *, floor: Figure) -> list[Figure]:
    async with gate(folder / "alone.db") as opened:
        took = [await opened.decide(await opened.toys.submit()) for _ in range(count)]
    beside = {"unit": "ms", "floor": floor.median / 1e3, "floor_name": "raw commit"}
    return [
        Figure(name="approval to the tool, one at a time", median=median(took) * 1e3, target=5.0, **beside),
        Figure(name="approval to the tool, one at a time, p95", median=p95(took) * 1e3, target=50.0, **beside),
    ]


async def with_many(folder: Path, waiting: int) -> list[Figure]:
    """Every job waits; a tenth of them are decided one after the other, then all others in the same moment."""
    async with gate(folder / "together.db") as opened:
        job_ids = [await opened.toys.submit() for _ in range(waiting)]
        for job_id in job_ids:
            await opened.asked.of(job_id)
        alone = [await opened.decide(job_id) for job_id in job_ids[: waiting // 10]]
        took = await asyncio.gather(*map(opened.decide, job_ids[waiting // 10 :]))
    return [
        Figure(
            name=f"approval to the tool beside {waiting} that wait, p95",
            median=p95(alone) * 1e3,
            unit="ms",
            target=500.0,
        ),
        Figure(
            name=f"{len(took)} approvals at once to their tools, p95", median=p95(took) * 1e3, unit="ms", target=500.0
        ),
    ]


async def per_second(folder: Path, count: int) -> Figure:
    """Whole trips, submission to end, several in flight."""
    async with gate(folder / "rate.db") as opened:

        async def some() -> None:
            for _ in range(count // IN_FLIGHT):
                await opened.whole_trip()

        begun = time.perf_counter()
        await asyncio.gather(*(some() for _ in range(IN_FLIGHT)))
        rate = count / (time.perf_counter() - begun)
    return Figure(
        name=f"approval trips, {IN_FLIGHT} in flight", median=rate, unit="trips/s", better="more", target=40.0
    )


async def through_slack(folder: Path, count: int) -> list[Figure]:
    """The first trip is not counted: the bot learns its models and looks people up then."""
    (folder / "bot").mkdir()
    trips = await slack_trips(folder / "bot", count + 1)
    took = trips.took[1:]
    return [
        Figure(name="click in Slack to the tool's answer", median=median(took) * 1e3, unit="ms"),
        Figure(name="click in Slack to the tool's answer, p95", median=p95(took) * 1e3, unit="ms", target=50.0),
        Figure(name="Slack calls of an approval", median=trips.calls_each, unit="calls", target=4.0),
    ]


async def measure(folder: Path, floors: Mapping[str, Figure], *, smoke: bool) -> list[Figure]:
    alone, waiting, trips, clicks = (5, 10, 20, 1) if smoke else (100, 200, 400, 20)
    return [
        *await one_at_a_time(folder, alone, floor=floors["FULL"]),
        *await with_many(folder, waiting),
        await per_second(folder, trips),
        *await through_slack(folder, clicks),
    ]
