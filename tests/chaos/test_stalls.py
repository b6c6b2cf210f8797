"""Workers that stall beyond their lease, and workers that are asked to stop."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from agents.core.records import JobRecord
from agents.core.status import JobStatus
from storage import jobs
from tests.chaos.accounts import Accounts
from tests.chaos.lives import begin, end, worker
from tests.chaos.target import target
from tests.chaos.victim import Orders, data_url
from tests.until import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


async def owner(accounts: Accounts, job_id: int) -> str | None:
    """Who holds the lease of a running job."""
    job = await accounts.store.read(lambda tx: jobs.get(tx, job_id))  # type: ignore[arg-type]  # a plain number will do
    return job.lease_owner if job.status is JobStatus.RUNNING else None


async def stall(folder: Path, *, planted: str = "") -> tuple[JobRecord, int, int]:
    """Stops a worker in the middle of a step, lets another take the job, wakes the first. Returns the finished job, the
    sleeper's process id and the other's."""
    async with target(folder) as served:
        accounts = await Accounts.open(folder, served)
        try:
            (job_id,) = await accounts.submit("keyed", 1)
            orders = Orders(url=data_url(folder), target=served.url, planted=planted)
            with worker(Orders(**{**orders.__dict__, "slow": 1.0})) as sleeper:
                first = await until(lambda: owner(accounts, job_id), seconds=60)
                os.kill(sleeper.pid or 0, signal.SIGSTOP)
                with worker(Orders(**{**orders.__dict__, "slow": 4.0})) as other:
                    pids = (sleeper.pid or 0, other.pid or 0)

                    async def taken_over() -> bool:
                        return (await owner(accounts, job_id) or first) != first

                    await until(taken_over, seconds=60, what="the other worker to take the job over")
                    os.kill(sleeper.pid or 0, signal.SIGCONT)

                    async def finished() -> JobRecord | None:
                        job = await accounts.store.read(lambda tx: jobs.get(tx, job_id))
                        return job if job.status is JobStatus.SUCCEEDED else None

                    job = await until(finished, seconds=90, what="the job to finish")
            assert accounts.doubled() == {}
            return job, *pids
        finally:
            await accounts.store.close()


async def test_writes_of_a_worker_that_lost_its_lease_are_refused(tmp_path: Path, long_counts: bool) -> None:
    """S-B6."""
    for turn in range(10 if long_counts else 1):
        folder = tmp_path / str(turn)
        folder.mkdir()
        job, _, other = await stall(folder)
        assert job.output["by"] == other


async def test_a_stale_write_would_be_noticed(tmp_path: Path) -> None:
    """S-B6."""
    job, sleeper, _ = await stall(tmp_path, planted="no fence")

    assert job.output["by"] == sleeper


async def test_a_worker_asked_to_stop_with_20_running_jobs_leaves_in_time_and_loses_none(
    tmp_path: Path, long_counts: bool
) -> None:
    """S-B5."""
    async with target(tmp_path) as served:
        accounts = await Accounts.open(tmp_path, served)
        try:
            for _ in range(10 if long_counts else 1):
                await accounts.submit("keyed", 20)
                orders = Orders(url=data_url(tmp_path), target=served.url, lanes=20, slow=3.0)
                process = begin(orders)

                async def running() -> bool:
                    return (await accounts.statuses())["running"] == 20

                await until(running, seconds=90, what="20 jobs to run")
                loop = asyncio.get_running_loop()
                asked = loop.time()
                code = await asyncio.to_thread(end, process, signal.SIGTERM)
                assert (code, loop.time() - asked < 30) == (0, True)
                assert (await accounts.statuses())["running"] == 0

            async def all_done() -> bool:
                return not await accounts.open_jobs()

            with worker(Orders(url=data_url(tmp_path), target=served.url, lanes=20)):
                await until(all_done, seconds=180, what="the rest to be done")
            assert set(await accounts.statuses()) == {"succeeded"}
            assert accounts.doubled() == {}
        finally:
            await accounts.store.close()
