"""Loads that are put on a worker process, and what is measured of it. The tests hold the counts to their promises, the
benches the times."""

import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from agents.core.clock import SystemClock
from agents.core.contract import Lane
from agents.core.ids import JobId, PersonId
from agents.core.job import Source
from agents.core.status import FINISHED
from bot.wake import Wake, bell_folder
from handlers import operations
from storage.open import open_store
from storage.store import Store, Tx
from storage.tables import jobs
from tests.chaos.burden import Burden, Load, live, registry
from tests.chaos.lives import worker
from tests.chaos.victim import data_url
from tests.engine.rig import ANA
from tests.until import until

SUBMITTED_TOGETHER = 20
MIXTURE = ("normal", "fast", "normal", "heavy", "normal") * 2
"""The order in which lanes are submitted: a fifth of the jobs is fast, a fifth heavy."""


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    """The database of this test, as the edge opens it: what is submitted rings the worker. May be opened several times."""
    store = await open_store(data_url(folder), SystemClock())
    wake = Wake(bell_folder(data_url(folder)))
    wake.start()
    store.on_wake(wake.ring)
    try:
        yield store
    finally:
        wake.close()
        await store.close()


def submit(
    tx: Tx, agent: str, *, key: str | None = None, seconds: float = 0.0, by: PersonId = ANA
) -> operations.Submitted:
    agents = registry()
    return operations.submit(
        tx, agents.get(agent), Load(seconds=seconds), requester=by, source=Source(kind="test"), dedup_key=key
    )


async def submit_many(store: Store, number: int, seconds: float) -> list[JobId]:
    """Queues jobs of every lane; the heavy ones take `seconds` each."""

    def some(tx: Tx, first: int) -> list[JobId]:
        names = [MIXTURE[n % len(MIXTURE)] for n in range(first, min(first + SUBMITTED_TOGETHER, number))]
        return [submit(tx, name, seconds=seconds if name == "heavy" else 0.0).job_id for name in names]

    return [
        job_id
        for first in range(0, number, SUBMITTED_TOGETHER)
        for job_id in await store.write(lambda tx, first=first: some(tx, first))
    ]


async def statuses(store: Store) -> Counter[str]:
    counted = select(jobs.c.status, func.count()).group_by(jobs.c.status)
    return Counter({str(row[0]): row[1] for row in await store.read(lambda tx: tx.execute(counted).all())})


async def all_over(store: Store) -> bool:
    return set(await statuses(store)) <= set(FINISHED)


async def waited(store: Store, lane: Lane) -> list[float]:
    """Seconds from submission to start of every job of a lane, in order of length."""
    columns = select(jobs.c.started_at - jobs.c.created_at).where(jobs.c.lane == lane, jobs.c.started_at.is_not(None))
    return sorted(float(row[0]) for row in await store.read(lambda tx: tx.execute(columns).all()))


def p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def memory_kb(pid: int, line: str = "VmRSS") -> int:
    """The memory that a process really uses, in KiB; with `VmHWM` the most that it used so far."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(one.split()[1]) for one in lines if one.startswith(line))


@dataclass(frozen=True, kw_only=True)
class Flood:
    """What became of many jobs at once. Times in seconds, memory in MiB; `backlog` is what still waited when the last fast
    job began."""

    job_ids: list[JobId]
    enqueued: float
    done: float
    fast_p95: float
    backlog: int
    memory: int


async def flood(folder: Path, many: int, *, heavy_seconds: float = 0.1) -> Flood:
    """Submits `many` jobs of every lane to a worker that runs, and waits for their end."""
    async with opened(folder) as store:
        with worker(Burden(url=data_url(folder)), live) as running:
            first = await submit_many(store, len(MIXTURE), seconds=0.0)
            await until(lambda: all_over(store), seconds=60, what="the worker to be there")
            began = time.perf_counter()
            submitted = await submit_many(store, many, seconds=heavy_seconds)
            enqueued = time.perf_counter() - began

            async def fast_started() -> bool:
                return len(await waited(store, Lane.FAST)) == (many + len(first)) // 5

            await until(fast_started, seconds=300, what="every fast job to start")
            backlog = (await statuses(store))["queued"]
            await until(lambda: all_over(store), seconds=600, what="every job to come to an end")
            done = time.perf_counter() - began
            memory = memory_kb(running.pid or 0, "VmHWM") // 1024
        return Flood(
            job_ids=first + submitted,
            enqueued=enqueued,
            done=done,
            fast_p95=p95(await waited(store, Lane.FAST)),
            backlog=backlog,
            memory=memory,
        )


@dataclass(frozen=True, kw_only=True)
class Beside:
    """Seconds from submission to end of fast jobs, one at a time: with nothing else, and beside 8 heavy jobs. `running`
    is how many of those still ran at the end of each round."""

    idle: list[float]
    loaded: list[float]
    running: list[int]


async def beside_heavy(folder: Path, *, jobs_each: int, rounds: int, heavy_seconds: float) -> Beside:
    """Measures the fast lane idle and loaded in turns, so that a change of the machine's mood touches both."""
    beside = Beside(idle=[], loaded=[], running=[])
    async with opened(folder) as store:

        async def fast_jobs() -> list[float]:
            return [await _one_fast_job(store) for _ in range(jobs_each)]

        async def heavy_running() -> bool:
            return (await statuses(store))["running"] == 8

        with worker(Burden(url=data_url(folder), heavy=8), live):
            await fast_jobs()  # the first ones pay for the start
            for _ in range(rounds):
                beside.idle.extend(await fast_jobs())
                for _ in range(8):
                    await store.write(lambda tx: submit(tx, "heavy", seconds=heavy_seconds))
                await until(heavy_running, seconds=30, what="8 heavy jobs to run")
                beside.loaded.extend(await fast_jobs())
                beside.running.append((await statuses(store))["running"])
                await until(lambda: all_over(store), seconds=120, what="the heavy jobs to end")
    return beside


async def _one_fast_job(store: Store) -> float:
    began = time.perf_counter()
    job_id = (await store.write(lambda tx: submit(tx, "fast"))).job_id
    ended = select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.status == "succeeded")
    await until(lambda: store.read(lambda tx: tx.execute(ended).first()), seconds=60, what="a fast job to end")
    return time.perf_counter() - began


async def first_of_a_long_queue(folder: Path, many: int) -> float:
    """Seconds from the start of a worker that finds `many` jobs queued until one of them is done. All are done after."""
    async with opened(folder) as store:
        await submit_many(store, many, seconds=0.0)
        began = time.perf_counter()
        with worker(Burden(url=data_url(folder)), live):

            async def first_done() -> bool:
                return (await statuses(store))["succeeded"] > 0

            await until(first_done, seconds=60, what="the first job to end")
            took = time.perf_counter() - began
            await until(lambda: all_over(store), seconds=300, what="every job to come to an end")
    return took
