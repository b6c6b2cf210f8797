"""Jobs: put in, looked up, and moved from one status to the next."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Float,
    Insert,
    Update,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningUpdate

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
    known = _with_key(
        tx, dedup_key
    )  # looked for first: a refused insert would use up a number, and people would miss a job
    if known is not None:
        return known, False
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
    known = _with_key(tx, dedup_key)
    if known is None:
        raise Conflict(f"A job with the key {dedup_key} was there and is gone; try again.")
    return known, False


def _with_key(tx: Tx, dedup_key: str | None) -> JobId | None:
    if dedup_key is None:
        return None
    found = tx.execute(_WITH_KEY, {"key": dedup_key}).scalar()
    return None if found is None else JobId(found)


_WITH_KEY = select(jobs.c.id).where(jobs.c.dedup_key == bindparam("key"))


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
    row = tx.execute(_GET_LOCKED if lock else _GET, {"number": job_id}).first()
    if row is None:
        raise NotFound(f"There is no job J{job_id}.")
    return job_from(row)


_GET = select(jobs).where(jobs.c.id == bindparam("number"))
_GET_LOCKED = _GET.with_for_update()
_CHANGE = update(jobs).where(jobs.c.id == bindparam("number"))


def move(tx: Tx, job_id: JobId, to: JobStatus, *, fence: int | None = None, **values: Any) -> None:
    """Moves a job to another status in one conditional statement.

    With a `fence` only the lease holder may. Raises `LostLease` (with a fence) or `IllegalMove`.
    """
    if to is not JobStatus.RUNNING:
        values |= {"lease_owner": None, "lease_until": None}
    if to is JobStatus.WAITING:
        values = {"waiting_since": tx.now} | values
    else:
        values = NOT_WAITING | values
    if to in FINISHED:
        values = {"finished_at": tx.now} | values
    later = to is JobStatus.QUEUED and "deadline_at" not in values
    bound = {
        "number": job_id,
        **({"held": fence} if fence is not None else {}),
        **({"moment": tx.now} if later else {}),
    }
    statement = _move(to, held=fence is not None, later=later)
    if tx.execute(statement, {**bound, "status": to, "updated_at": tx.now, **values}).rowcount == 1:
        return
    if fence is not None:
        raise LostLease(f"J{job_id} belongs to another worker now.")
    now = get(tx, job_id)
    raise IllegalMove(f"J{job_id} is {now.status}, so it cannot become {to}.")


@cache
def _move(to: JobStatus, *, held: bool, later: bool) -> Update:
    """The statement of a move, built once for each form: by the lease's holder, with a deadline that moves along."""
    legal = [before for before, after in LEGAL_MOVES.items() if to in after]
    move = _CHANGE.where(jobs.c.status.in_(legal))
    if held:
        move = move.where(jobs.c.fence == bindparam("held"), jobs.c.status == JobStatus.RUNNING)
    return move.values(deadline_at=_MOVED_DEADLINE) if later else move


NOT_WAITING: Final[dict[str, Any]] = {
    "wait_kind": None,
    "wait_for": None,
    "wake_at": None,
    "waiting_since": None,
}


_MOVED_DEADLINE: ColumnElement[float] = case(
    (
        and_(jobs.c.status == JobStatus.WAITING, jobs.c.wait_kind == WaitKind.PERSON),
        jobs.c.deadline_at + (bindparam("moment", type_=Float) - jobs.c.waiting_since),
    ),
    else_=jobs.c.deadline_at,
)
"""A job's deadline, later by the time that people took to answer: their question had an expiry of its own."""


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
    return _requeue(tx, _REQUEUE, {"number": job_id}) is not None


def wake(tx: Tx, job_id: JobId, waited_for: str) -> JobRecord | None:
    """Puts a job back into the queue if it waits for that, and returns it then. A park that crosses this comes first or
    sees what was written here: it would be asleep otherwise."""
    if tx.dialect == "postgresql":
        tx.execute(_LOCK, {"number": job_id})
    return _requeue(tx, _WAKE, {"number": job_id, "waited_for": waited_for})


def _requeue(tx: Tx, statement: ReturningUpdate[Any], which: dict[str, Any]) -> JobRecord | None:
    values = {"status": JobStatus.QUEUED, "updated_at": tx.now, "moment": tx.now, **NOT_WAITING}
    row = tx.execute(statement, which | values).first()
    if row is None:
        return None
    tx.wake("worker")
    return job_from(row)


_LOCK = select(jobs.c.id).where(jobs.c.id == bindparam("number")).with_for_update()
_REQUEUE = _move(JobStatus.QUEUED, held=False, later=True).where(jobs.c.status == JobStatus.WAITING).returning(*jobs.c)
_WAKE = _REQUEUE.where(jobs.c.wait_for == bindparam("waited_for"))


def change(tx: Tx, job_id: JobId, **values: Any) -> None:
    """Changes columns that are not the status."""
    tx.execute(_CHANGE, {"number": job_id, "updated_at": tx.now, **values})


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
