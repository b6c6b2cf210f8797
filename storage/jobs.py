"""Jobs: put in, looked up, and moved from one status to the next."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Insert, and_, bindparam, case, func, literal, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from agents.core.contract import Lane
from agents.core.errors import Conflict, IllegalMove, LostLease, NotFound
from agents.core.ids import JobId, PersonId
from agents.core.job import Source
from agents.core.records import JobRecord
from agents.core.status import FINISHED, LEGAL_MOVES, JobStatus, WaitKind
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
) -> tuple[JobId, bool]:
    """Queues a job. Returns its id and whether it is new: a known `dedup_key` gives the job that has it already.

    Its turn comes after the other jobs that this requester has in the queue, and not before those that run now: who asks
    for a thousand jobs delays the others by one.
    """
    number = tx.execute(
        _add(tx.dialect),
        {
            "agent": agent,
            "agent_version": agent_version,
            "status": JobStatus.QUEUED,
            "lane": lane,
            "priority": priority,
            "deadline_at": deadline_at,
            "created_at": tx.now,
            "updated_at": tx.now,
            "summary": summary.replace("\0", ""),
            "input": input,
            "requester": requester,
            "source": source_json(source),
            "dedup_key": dedup_key,
            "parent_id": parent_id,
            "lineage_of": lineage_of,
            "in_lane": lane,
            "at_priority": priority,
            "whose": requester,
        },
    ).scalar()
    if number is not None:
        return JobId(number), True
    known = tx.execute(select(jobs.c.id).where(jobs.c.dedup_key == dedup_key)).scalar_one()
    return JobId(known), False


@lru_cache(maxsize=2)
def _add(dialect: str) -> Insert:
    here = and_(jobs.c.lane == bindparam("in_lane"), jobs.c.priority == bindparam("at_priority"))
    own = select(func.max(jobs.c.turn) + 1).where(_QUEUED, jobs.c.requester == bindparam("whose"), here)
    now = select(func.max(jobs.c.turn)).where(text("jobs.status = 'running'"), here)
    first = select(func.min(jobs.c.turn)).where(text("jobs.status = 'queued' AND jobs.crashes = 0"), here)
    latest = func.greatest if dialect == "postgresql" else func.max
    turn = latest(
        func.coalesce(own.scalar_subquery(), literal(0.0)),
        func.coalesce(now.scalar_subquery(), first.scalar_subquery(), literal(0.0)),
    )
    fresh = postgresql.insert(jobs) if dialect == "postgresql" else sqlite.insert(jobs)
    where = text("dedup_key IS NOT NULL")
    return (
        fresh.values(turn=turn)
        .on_conflict_do_nothing(index_elements=["dedup_key"], index_where=where)
        .returning(jobs.c.id)
    )


_QUEUED = text("jobs.status = 'queued'")
"""Written out, not bound: a partial index is used only for a condition that is seen when the statement is prepared."""


def get(tx: Tx, job_id: JobId, *, lock: bool = False) -> JobRecord:
    """One job. Raises `NotFound`. With `lock` nobody else changes it before this transaction ends: for whoever wakes a
    job, since a look and a park that cross each other would leave it asleep."""
    statement = select(jobs).where(jobs.c.id == job_id)
    row = tx.execute(statement.with_for_update() if lock else statement).first()
    if row is None:
        raise NotFound(f"There is no job J{job_id}.")
    return job_from(row)


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
    if to is JobStatus.WAITING:
        values = {"waiting_since": tx.now} | values
    else:
        values = NOT_WAITING | values
    if to is JobStatus.QUEUED:
        values = {"deadline_at": _moved_deadline(tx)} | values
    if to in FINISHED:
        values = {"finished_at": tx.now} | values
    done = tx.execute(update(jobs).where(and_(*conditions)).values(status=to, updated_at=tx.now, **values))
    if done.rowcount == 1:
        return
    if fence is not None:
        raise LostLease(f"J{job_id} belongs to another worker now.")
    now = get(tx, job_id)
    raise IllegalMove(f"J{job_id} is {now.status}, so it cannot become {to}.")


NOT_WAITING: Final[dict[str, Any]] = {
    "wait_kind": None,
    "wait_for": None,
    "wake_at": None,
    "waiting_since": None,
}


def _moved_deadline(tx: Tx) -> ColumnElement[float]:
    """A job's deadline, later by the time that people took to answer: their question had an expiry of its own."""
    asked = and_(jobs.c.status == JobStatus.WAITING, jobs.c.wait_kind == WaitKind.PERSON)
    return case((asked, jobs.c.deadline_at + (tx.now - jobs.c.waiting_since)), else_=jobs.c.deadline_at)


MAX_REPLAYS = 5
"""Times that people may put one job back into the queue; after that its input, or its agent, has to change."""


def replay(tx: Tx, job: JobRecord) -> None:
    """Puts a finished job back into the queue, with as much time as it had at first. What it did is not done again.

    Raises `IllegalMove` when it is not finished, or cannot be taken up again, and `Conflict` after too many times.
    """
    if job.replays >= MAX_REPLAYS:
        raise Conflict(f"J{job.id} was tried again {MAX_REPLAYS} times already. Change its input, or drop it.")
    move(
        tx,
        job.id,
        JobStatus.QUEUED,
        finished_at=None,
        error=None,
        error_code=None,
        failures=0,
        crashes=0,
        replays=job.replays + 1,
        deadline_at=tx.now + (job.deadline_at - job.created_at),
        cancel_asked=False,
    )
    tx.wake("worker")


def requeue(tx: Tx, job_id: JobId) -> bool:
    """Puts a waiting job back into the queue; returns whether it waited."""
    waiting = and_(jobs.c.id == job_id, jobs.c.status == JobStatus.WAITING)
    done = tx.execute(
        update(jobs)
        .where(waiting)
        .values(status=JobStatus.QUEUED, updated_at=tx.now, deadline_at=_moved_deadline(tx), **NOT_WAITING)
    )
    if done.rowcount != 1:
        return False
    tx.wake("worker")
    return True


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
    return {JobStatus(status): number for status, number in tx.execute(statement)}
