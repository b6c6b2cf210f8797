"""Jobs: put in, taken up under a lease, and moved on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, text, true, update
from sqlalchemy.exc import IntegrityError

from agents.core.contract import Lane
from agents.core.errors import IllegalMove, LostLease, NotFound
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


def claim(
    tx: Tx,
    lane: Lane,
    *,
    worker: str,
    lease_seconds: float,
    limit: int,
    paused: Collection[str] = (),
    suspects: bool = False,
) -> list[JobRecord]:
    """Takes up to `limit` ready jobs of a lane: highest priority, fairest turn, nearest deadline, oldest first.

    Jobs of `paused` agents stay where they are. A job that took a worker down with it is a suspect: it is claimed only
    by who asks for suspects, so that it runs alone. Postgres passes over rows that another worker is claiming.
    """
    ready = select(jobs.c.id).where(_SUSPECT if suspects else _READY, jobs.c.lane == lane)
    if paused:
        ready = ready.where(jobs.c.agent.not_in(sorted(paused)))
    ready = ready.order_by(jobs.c.priority.desc(), jobs.c.turn, jobs.c.deadline_at, jobs.c.id).limit(limit)
    picked: Any = ready
    if tx.dialect == "postgresql":
        cte = ready.with_for_update(skip_locked=True).cte("picked").prefix_with("MATERIALIZED")
        picked = select(cte.c.id)
    rows = tx.execute(
        update(jobs)
        .where(jobs.c.id.in_(picked))
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


_READY = text("jobs.status = 'queued' AND jobs.crashes = 0")
_SUSPECT = text("jobs.status = 'queued' AND jobs.crashes > 0")
"""Written out, not bound: a partial index is used only for a condition that is seen when the statement is prepared."""


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
        values = _NOT_WAITING | values
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


_NOT_WAITING: Final[dict[str, Any]] = {
    "wait_kind": None,
    "wait_for": None,
    "wake_at": None,
    "waiting_since": None,
}


def _moved_deadline(tx: Tx) -> ColumnElement[float]:
    """A job's deadline, later by the time that people took to answer: their question had an expiry of its own."""
    asked = and_(jobs.c.status == JobStatus.WAITING, jobs.c.wait_kind == WaitKind.PERSON)
    return case((asked, jobs.c.deadline_at + (tx.now - jobs.c.waiting_since)), else_=jobs.c.deadline_at)


def requeue(tx: Tx, job_id: JobId) -> bool:
    """Puts a waiting job back into the queue; returns whether it waited."""
    waiting = and_(jobs.c.id == job_id, jobs.c.status == JobStatus.WAITING)
    done = tx.execute(
        update(jobs)
        .where(waiting)
        .values(status=JobStatus.QUEUED, updated_at=tx.now, deadline_at=_moved_deadline(tx), **_NOT_WAITING)
    )
    if done.rowcount != 1:
        return False
    tx.wake("worker")
    return True


def wake_due(tx: Tx, *, limit: int = 500) -> int:
    """Queues waiting jobs whose time has come; returns how many."""
    due = (
        select(jobs.c.id)
        .where(text("jobs.status = 'waiting' AND jobs.wake_at IS NOT NULL"), jobs.c.wake_at <= tx.now)
        .order_by(jobs.c.wake_at)
        .limit(limit)
    )
    done = tx.execute(
        update(jobs)
        .where(jobs.c.id.in_(due), jobs.c.status == JobStatus.WAITING)
        .values(status=JobStatus.QUEUED, updated_at=tx.now, **_NOT_WAITING)
    )
    if done.rowcount:
        tx.wake("worker")
    return done.rowcount


def next_wake(tx: Tx) -> float | None:
    """When the next waiting job wants to be woken."""
    moment: float | None = tx.execute(
        select(func.min(jobs.c.wake_at)).where(text("jobs.status = 'waiting' AND jobs.wake_at IS NOT NULL"))
    ).scalar()
    return moment


def renew(tx: Tx, worker: str, *, lease_seconds: float) -> int:
    """Renews every lease that this worker holds; returns how many."""
    done = tx.execute(
        update(jobs).where(_RUNNING, jobs.c.lease_owner == worker).values(lease_until=tx.now + lease_seconds)
    )
    return done.rowcount


def cancelled(tx: Tx, worker: str) -> list[JobId]:
    """Jobs that this worker runs and that somebody cancelled."""
    rows = tx.execute(select(jobs.c.id).where(_RUNNING, jobs.c.cancel_asked == true(), jobs.c.lease_owner == worker))
    return [JobId(row.id) for row in rows]


@dataclass(frozen=True)
class Lease:
    """A job that is being run, by whom and until when."""

    job_id: JobId
    fence: int
    owner: str | None
    until: float | None
    cancel_asked: bool


def running(tx: Tx) -> list[Lease]:
    """Every lease that is held, by anybody."""
    rows = tx.execute(
        select(jobs.c.id, jobs.c.fence, jobs.c.lease_owner, jobs.c.lease_until, jobs.c.cancel_asked).where(_RUNNING)
    )
    return [Lease(*row) for row in rows]


_RUNNING = text("jobs.status = 'running'")


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
        select(jobs.c.wait_for).where(
            jobs.c.id == child.parent_id, jobs.c.status == JobStatus.WAITING, jobs.c.wait_kind == WaitKind.CHILD
        )
    ).first()
    if parent is None:
        return
    awaited = [JobId(int(number)) for number in (parent.wait_for or "").removeprefix("children:").split(",") if number]
    states = statuses(tx, awaited)
    if all(states.get(one, JobStatus.SUCCEEDED) in FINISHED for one in awaited):
        requeue(tx, child.parent_id)
