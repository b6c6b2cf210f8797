"""One person's flood of jobs, and everybody else's."""

from pathlib import Path

import pytest
from sqlalchemy import select

from storage.tables import jobs
from tests.chaos.burden import Burden, live
from tests.chaos.lives import worker
from tests.chaos.loads import SUBMITTED_TOGETHER, all_over, opened, statuses, submit
from tests.chaos.victim import data_url
from tests.engine.rig import BO
from tests.until import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


async def test_one_person_with_a_thousand_jobs_hardly_delays_the_others(tmp_path: Path, long_counts: bool) -> None:
    """S-D9: between a job of somebody else and its start there come no more of the flood than have room at once."""
    flood, room = 1_000 if long_counts else 200, 8
    async with opened(tmp_path) as store:
        with worker(Burden(url=data_url(tmp_path), fast=room), live):
            for _ in range(flood // SUBMITTED_TOGETHER):
                await store.write(lambda tx: [submit(tx, "fast", seconds=0.1) for _ in range(SUBMITTED_TOGETHER)])
            others = []
            for _ in range(10):
                mine = (await store.write(lambda tx: submit(tx, "fast", by=BO))).job_id
                ended = select(jobs.c.id).where(jobs.c.id == mine, jobs.c.status == "succeeded")
                await until(lambda ended=ended: store.read(lambda tx: tx.execute(ended).first()), seconds=60)  # type: ignore[misc]
                others.append(mine)
            left = (await statuses(store))["queued"]
            await until(lambda: all_over(store), seconds=300, what="the flood to end")
        rows = await store.read(lambda tx: tx.execute(select(jobs.c.id, jobs.c.created_at, jobs.c.started_at)).all())
    times = {row.id: row for row in rows}
    ahead = [
        sum(times[mine].created_at < row.started_at < times[mine].started_at for row in rows if row.id not in others)
        for mine in others
    ]
    print(f"{flood} of one person; ahead of each of ten others: {ahead}; {left} still queued when the last was done")
    assert left > 0, "they ran beside the flood"
    assert max(ahead) <= 2 * room
