"""Jobs that started other jobs."""

from collections.abc import Collection

from sqlalchemy import select

from agents.core.ids import JobId
from agents.core.records import JobRecord
from agents.core.status import FINISHED, JobStatus, WaitKind
from storage.jobs import requeue
from storage.rows import job_from
from storage.store import Tx
from storage.tables import jobs


def statuses(tx: Tx, job_ids: Collection[JobId]) -> dict[JobId, JobStatus]:
    """The status of each of these jobs."""
    rows = tx.execute(select(jobs.c.id, jobs.c.status).where(jobs.c.id.in_(list(job_ids))))
    return {JobId(row.id): JobStatus(row.status) for row in rows}


def children_of(tx: Tx, job_id: JobId) -> list[JobRecord]:
    """The jobs that this job started, oldest first."""
    return [job_from(row) for row in tx.execute(select(jobs).where(jobs.c.parent_id == job_id).order_by(jobs.c.id))]


def generation(tx: Tx, job_id: JobId) -> int:
    """1 for a job that no job started, 2 for its children, and so on."""
    number = 0
    at: int | None = job_id
    while at is not None:
        number += 1
        at = tx.execute(select(jobs.c.parent_id).where(jobs.c.id == at)).scalar()
    return number


def wake_parent(tx: Tx, child: JobRecord) -> None:
    """Queues the parent of a finished child when it waited for this child last of all."""
    if child.parent_id is None:
        return
    parent = tx.execute(
        select(jobs.c.status, jobs.c.wait_kind, jobs.c.wait_for).where(jobs.c.id == child.parent_id).with_for_update()
    ).first()
    if parent is None or (parent.status, parent.wait_kind) != (JobStatus.WAITING, WaitKind.CHILD):
        return
    awaited = [JobId(int(number)) for number in (parent.wait_for or "").removeprefix("children:").split(",") if number]
    states = statuses(tx, awaited)
    if all(states.get(one, JobStatus.SUCCEEDED) in FINISHED for one in awaited):
        requeue(tx, child.parent_id)
