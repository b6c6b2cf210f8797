"""Jobs: put in, taken up under a lease, and moved on."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from agents.core.contract import Lane
from agents.core.errors import IllegalMove, LostLease, NotFound
from agents.core.ids import JobId, PersonId
from agents.core.job import Source
from agents.core.records import JobRecord
from agents.core.status import FINISHED, LEGAL_MOVES, JobStatus
from storage.rows import job_from, source_json
from storage.store import Tx
from storage.tables import jobs


def add(
    tx: Tx,
    *,
    agent: str,
    agent_version: str,
    lane: Lane,
    priority: int,
    deadline_at: float,
    summary: str,
    input: dict[str, Any],
    requester: PersonId,
    source: Source,
    dedup_key: str | None = None,
    parent_id: JobId | None = None,
    lineage_of: JobId | None = None,
    turn: float = 0.0,
) -> tuple[JobId, bool]:
    """Queues a job. Returns its id and whether it is new: a known `dedup_key` gives the job that has it already."""
    if dedup_key is not None:
        known = tx.execute(select(jobs.c.id).where(jobs.c.dedup_key == dedup_key)).scalar()
        if known is not None:
            return JobId(known), False
    statement = insert(jobs).values(
        agent=agent,
        agent_version=agent_version,
        status=JobStatus.QUEUED,
        lane=lane,
        priority=priority,
        turn=turn,
        deadline_at=deadline_at,
        created_at=tx.now,
        updated_at=tx.now,
        summary=summary,
        input=input,
        requester=requester,
        source=source_json(source),
        dedup_key=dedup_key,
        parent_id=parent_id,
        lineage_of=lineage_of,
    )
    try:
        with tx.connection.begin_nested():
            job_id = tx.execute(statement.returning(jobs.c.id)).scalar_one()
    except IntegrityError:
        if dedup_key is None:
            raise
        return JobId(tx.execute(select(jobs.c.id).where(jobs.c.dedup_key == dedup_key)).scalar_one()), False
    return JobId(job_id), True


def get(tx: Tx, job_id: JobId) -> JobRecord:
    """One job. Raises `NotFound`."""
    row = tx.execute(select(jobs).where(jobs.c.id == job_id)).first()
    if row is None:
        raise NotFound(f"There is no job J{job_id}.")
    return job_from(row)


def claim(tx: Tx, lane: Lane, *, worker: str, lease_seconds: float, limit: int) -> list[JobRecord]:
    """Takes up to `limit` ready jobs of a lane: highest priority, fairest turn, nearest deadline, oldest first."""
    ready = (
        select(jobs.c.id)
        .where(jobs.c.status == "queued", jobs.c.lane == lane)
        .order_by(jobs.c.priority.desc(), jobs.c.turn, jobs.c.deadline_at, jobs.c.id)
        .limit(limit)
    )
    if tx.dialect == "postgresql":
        ready = ready.with_for_update(skip_locked=True)
    rows = tx.execute(
        update(jobs)
        .where(jobs.c.id.in_(ready.scalar_subquery() if limit == 1 else ready))
        .values(
            status=JobStatus.RUNNING,
            lease_owner=worker,
            lease_until=tx.now + lease_seconds,
            fence=jobs.c.fence + 1,
            attempts=jobs.c.attempts + 1,
            started_at=func.coalesce(jobs.c.started_at, tx.now),
            updated_at=tx.now,
        )
        .returning(*jobs.c)
    ).all()
    return sorted((job_from(row) for row in rows), key=lambda job: (-job.priority, job.turn, job.deadline_at, job.id))


def guard(tx: Tx, job_id: JobId, fence: int) -> None:
    """Raises `LostLease` unless the job still runs under this fence. Every journal write begins with it."""
    row = tx.execute(select(jobs.c.status, jobs.c.fence).where(jobs.c.id == job_id)).first()
    if row is None or row.status != JobStatus.RUNNING or row.fence != fence:
        raise LostLease(f"J{job_id} belongs to another worker now.")


def move(tx: Tx, job_id: JobId, to: JobStatus, *, fence: int | None = None, **values: Any) -> None:
    """Moves a job to another status in one conditional statement.

    With a `fence` only the lease holder may. Raises `LostLease` (with a fence) or `IllegalMove`.
    """
    legal = [before for before, after in LEGAL_MOVES.items() if to in after]
    conditions = [jobs.c.id == job_id, jobs.c.status.in_(legal)]
    if fence is not None:
        conditions += [jobs.c.fence == fence, jobs.c.status == JobStatus.RUNNING]
    if to is not JobStatus.RUNNING:
        values |= {"lease_owner": None, "lease_until": None}
    if to is not JobStatus.WAITING:
        values = {"wait_kind": None, "wait_for": None, "wake_at": None} | values
    if to in FINISHED:
        values = {"finished_at": tx.now} | values
    done = tx.execute(update(jobs).where(and_(*conditions)).values(status=to, updated_at=tx.now, **values))
    if done.rowcount == 1:
        return
    if fence is not None:
        raise LostLease(f"J{job_id} belongs to another worker now.")
    now = get(tx, job_id)
    raise IllegalMove(f"J{job_id} is {now.status}, so it cannot become {to}.")


def change(tx: Tx, job_id: JobId, **values: Any) -> None:
    """Changes columns that are not the status."""
    tx.execute(update(jobs).where(jobs.c.id == job_id).values(updated_at=tx.now, **values))


def recent(
    tx: Tx,
    *,
    statuses: Sequence[JobStatus] = (),
    agent: str | None = None,
    requester: PersonId | None = None,
    limit: int = 20,
    before: int | None = None,
) -> list[JobRecord]:
    """The newest jobs first, `limit` of them, older than id `before`."""
    statement = select(jobs).order_by(jobs.c.id.desc()).limit(limit)
    if statuses:
        statement = statement.where(jobs.c.status.in_(list(statuses)))
    if agent:
        statement = statement.where(jobs.c.agent == agent)
    if requester:
        statement = statement.where(jobs.c.requester == requester)
    if before:
        statement = statement.where(jobs.c.id < before)
    return [job_from(row) for row in tx.execute(statement)]


def counts(tx: Tx, *, since: float) -> dict[JobStatus, int]:
    """How many jobs are open in each status, and how many finished since then."""
    statement = (
        select(jobs.c.status, func.count())
        .where(or_(jobs.c.finished_at.is_(None), jobs.c.finished_at >= since))
        .group_by(jobs.c.status)
    )
    return {JobStatus(row[0]): row[1] for row in tx.execute(statement)}
