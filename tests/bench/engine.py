"""Jobs through the whole engine on SQLite: claimed, run, journaled, settled, audited."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Literal

from sqlalchemy import func, select

from agents.core.clock import SystemClock
from agents.core.job import Job, Source
from agents.core.status import JobStatus
from bot.engine import Limits
from handlers import operations
from storage.open import open_store
from storage.store import Store, Tx
from storage.tables import jobs
from tests.bench.figures import Figure, median
from tests.engine.rig import ANA, Rig, rig
from tests.engine.toys import Note, Said, agent
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


async def measure(folder: Path, floors: Mapping[str, Figure], *, smoke: bool) -> list[Figure]:
    count, rounds = (20, 1) if smoke else (2000, ROUNDS)
    full, normal = floors["FULL"], floors["NORMAL"]
    return [
        await jobs_per_second(folder, "FULL", 0, count, rounds, target=400, floor=full),
        await jobs_per_second(folder, "FULL", 3, count // 2, rounds, target=150, floor=full),
        await jobs_per_second(folder, "NORMAL", 0, count, rounds, target=500, floor=normal),
        await jobs_per_second(folder, "NORMAL", 3, count // 2, rounds, target=200, floor=normal),
    ]
