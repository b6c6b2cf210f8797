"""Many jobs at once: none lost, the fast lane not held up by the rest. Every test prints what it measured.

Times are only held to their limits in the long form: the short one runs beside other tests.
"""

import asyncio
import statistics
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.tables import audit
from tests.chaos.burden import Burden, live
from tests.chaos.lives import worker
from tests.chaos.loads import all_over, beside_heavy, first_of_a_long_queue, flood, opened, p95, statuses, submit
from tests.chaos.victim import data_url
from tests.until import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


@pytest.fixture
def many(long_counts: bool) -> int:
    """How many jobs come at once."""
    return 10_000 if long_counts else 300


async def test_a_flood_of_jobs_in_every_lane_is_done_whole_and_the_fast_lane_hardly_waits(
    tmp_path: Path, many: int, long_counts: bool
) -> None:
    """S-D1."""
    flooded = await flood(tmp_path, many)
    print(
        f"{many} jobs: enqueued in {flooded.enqueued:.1f} s, done in {flooded.done:.1f} s, fast lane p95 "
        f"{flooded.fast_p95:.3f} s with {flooded.backlog} still queued when its last job began, worker's peak "
        f"{flooded.memory} MiB"
    )
    succeeded = select(audit.c.job_id).where(audit.c.event == "job.succeeded")
    async with opened(tmp_path) as store:
        done = await store.read(lambda tx: tx.execute(succeeded).scalars().all())
        assert await statuses(store) == {"succeeded": len(flooded.job_ids)}
    assert sorted(done) == sorted(flooded.job_ids), "each of them, and each once"
    assert flooded.memory < 500
    if long_counts:
        assert flooded.enqueued <= 30
        assert flooded.fast_p95 <= 2


async def test_heavy_jobs_hardly_delay_the_fast_lane(tmp_path: Path, long_counts: bool) -> None:
    """S-D2."""
    how = {"jobs_each": 40, "rounds": 3} if long_counts else {"jobs_each": 8, "rounds": 1}
    beside = await beside_heavy(tmp_path, heavy_seconds=20.0 if long_counts else 2.0, **how)
    idle, loaded = p95(beside.idle), p95(beside.loaded)
    print(
        f"fast lane p95 {idle * 1e3:.1f} ms idle, {loaded * 1e3:.1f} ms beside 8 heavy jobs (median "
        f"{statistics.median(beside.idle) * 1e3:.1f} and {statistics.median(beside.loaded) * 1e3:.1f} ms)"
    )
    async with opened(tmp_path) as store:
        assert set(await statuses(store)) == {"succeeded"}
    if long_counts:
        assert beside.running == [8, 8, 8], "they ran all the while"
        assert loaded <= 1.2 * idle


async def test_a_thousand_identical_submissions_at_once_are_one_job(tmp_path: Path) -> None:
    """S-D5."""
    async with opened(tmp_path) as one, opened(tmp_path) as other:
        began = time.perf_counter()
        answers = await asyncio.gather(
            *(
                (one, other)[n % 2].write(lambda tx: submit(tx, "fast", key="ticket 482", seconds=0.0))
                for n in range(1_000)
            )
        )
        took = time.perf_counter() - began
        with worker(Burden(url=data_url(tmp_path)), live):
            await until(lambda: all_over(one), seconds=60, what="the job to end")
        print(f"1,000 identical submissions through two connections: {took:.2f} s")

        assert len({answer.job_id for answer in answers}) == 1
        assert [answer.is_new for answer in answers].count(True) == 1
        assert await statuses(one) == {"succeeded": 1}


async def test_submissions_without_a_key_would_be_noticed(tmp_path: Path) -> None:
    """S-D5."""
    async with opened(tmp_path) as store:
        await asyncio.gather(*(store.write(lambda tx: submit(tx, "fast")) for _ in range(3)))
        assert (await statuses(store))["queued"] == 3


async def test_a_worker_that_finds_a_long_queue_begins_at_once(tmp_path: Path, many: int, long_counts: bool) -> None:
    took = await first_of_a_long_queue(tmp_path, many)
    print(f"first job done {took:.2f} s after the start of a worker that found {many} queued")
    async with opened(tmp_path) as store:
        assert await statuses(store) == {"succeeded": many}
    if long_counts:
        assert took <= 2
