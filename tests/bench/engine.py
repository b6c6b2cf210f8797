"""Jobs through the whole engine on SQLite: claimed, run, journaled, settled, audited."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Literal

from sqlalchemy import func, select

from agents.core.clock import SystemClock
from agents.core.contract import Mode
from agents.core.job import Job, Source
from agents.core.status import JobStatus
from bot.engine import Limits
from handlers import operations
from storage.open import open_store
from storage.store import Store, Tx
from storage.tables import jobs
from tests.bench.figures import Figure, median
from tests.engine.rig import ANA, Rig, rig
from tests.engine.toys import Note, Said, agent, paint
from tests.until import until

Synchronous = Literal["FULL", "NORMAL"]

SUBMITTED_TOGETHER = 10
ROUNDS = 3
"""A rate is the median of so many runs."""


async def _nothing(job: Job, note: Note) -> Said:
    return Said(text="")


async def _three_steps(job: Job, note: Note) -> Said:
    async def step() -> str:
        return "done"

    for name in ("one", "two", "three"):
        await job.step(name, step)
    return Said(text="")


@asynccontextmanager
async def _store(path: Path, synchronous: Synchronous) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{path}", SystemClock(), synchronous=synchronous)
    try:
        yield opened
    finally:
        await opened.close()


async def jobs_per_second(
    folder: Path, synchronous: Synchronous, steps: int, count: int, rounds: int, *, target: float, floor: Figure
) -> Figure:
    """`count` queued jobs until the last has succeeded, with the default limits and audit on."""
    toy = agent(_three_steps if steps else _nothing)
    rates = []
    for number in range(rounds):
        path = folder / f"jobs-{synchronous}-{steps}-{number}.db"
        async with _store(path, synchronous) as store, rig(store, toy, limits=Limits(), start=False) as toys:
            await _submit(toys, count)
            begun = time.perf_counter()
            await toys.engine.start()
            await until(partial(_all_succeeded, store, count), seconds=120, what=f"{count} jobs")
            rates.append(count / (time.perf_counter() - begun))
    return Figure(
        name=f"{steps}-step jobs, {synchronous}" if steps else f"no-op jobs, {synchronous}",
        median=median(rates),
        unit="jobs/s",
        better="more",
        target=target,
        floor=1e6 / floor.median,
        floor_name="raw commits/s",
    )


async def _submit(toys: Rig, count: int) -> None:
    spec = toys.registry.get("toy")
    source = Source(kind="bench")

    def submit_some(tx: Tx) -> None:
        for _ in range(SUBMITTED_TOGETHER):
            operations.submit(tx, spec, Note(), requester=ANA, source=source)

    assert count % SUBMITTED_TOGETHER == 0
    for _ in range(count // SUBMITTED_TOGETHER):
        await toys.store.write(submit_some)


async def _all_succeeded(store: Store, count: int) -> bool:
    succeeded = select(func.count()).where(jobs.c.status == JobStatus.SUCCEEDED)
    return int(await store.read(lambda tx: tx.execute(succeeded).scalar_one())) == count


async def pause_to_resume(folder: Path, count: int, *, floor: Figure) -> Figure:
    """From the moment an approval is given until the agent's own code goes on with it, one at a time."""
    resumed: asyncio.Queue[float] = asyncio.Queue()

    async def run(job: Job, note: Note) -> Said:
        await job.call(paint, wall=3)
        resumed.put_nowait(time.perf_counter())
        return Said(text="")

    took = []
    async with (
        _store(folder / "resume.db", "FULL") as store,
        rig(store, agent(run, mode=Mode.REVIEW), limits=Limits()) as toys,
    ):
        for _ in range(count):
            asked = await toys.question(await toys.submit())
            begun = time.perf_counter()
            await toys.answer(asked)
            took.append(await resumed.get() - begun)
    return Figure(
        name="approval to resumed job, FULL",
        median=median(took) * 1e3,
        unit="ms",
        target=5.0,
        floor=floor.median / 1e3,
        floor_name="raw commit",
    )


async def restart(folder: Path, count: int) -> Figure:
    """From starting on a database with `count` queued jobs until the first of them has succeeded."""
    path = folder / "restart.db"
    async with _store(path, "FULL") as store, rig(store, agent(_nothing), start=False) as toys:
        await _submit(toys, count)
    begun = time.perf_counter()
    async with _store(path, "FULL") as store, rig(store, agent(_nothing), limits=Limits()):
        await until(lambda: _some_succeeded(store), what="the first job")
        took = time.perf_counter() - begun
    return Figure(name=f"restart with {count:,} queued, first job done", median=took, unit="s", target=2.0)


async def _some_succeeded(store: Store) -> bool:
    one = select(jobs.c.id).where(jobs.c.status == JobStatus.SUCCEEDED).limit(1)
    return (await store.read(lambda tx: tx.execute(one).first())) is not None


async def measure(folder: Path, floors: Mapping[str, Figure], *, smoke: bool) -> list[Figure]:
    count, rounds = (20, 1) if smoke else (2000, ROUNDS)
    full, normal = floors["FULL"], floors["NORMAL"]
    return [
        await jobs_per_second(folder, "FULL", 0, count, rounds, target=400, floor=full),
        await jobs_per_second(folder, "FULL", 3, count // 2, rounds, target=150, floor=full),
        await jobs_per_second(folder, "NORMAL", 0, count, rounds, target=500, floor=normal),
        await jobs_per_second(folder, "NORMAL", 3, count // 2, rounds, target=200, floor=normal),
        await pause_to_resume(folder, 5 if smoke else 100, floor=full),
        await restart(folder, 200 if smoke else 10_000),
    ]
