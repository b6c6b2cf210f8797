"""The queue: who is next, and who is woken by the clock."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import exists, func, select, text, update

from agents.core.contract import Lane
from agents.core.records import JobRecord
from agents.core.status import JobStatus
from storage.jobs import NOT_WAITING
from storage.rows import job_from
from storage.store import Tx
from storage.tables import jobs


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


def wake_due(tx: Tx, *, limit: int = 500) -> int:
    """Queues waiting jobs whose time has come; returns how many. Only a waiting job has a time to be woken."""
    due = (
        select(jobs.c.id)
        .where(jobs.c.wake_at.is_not(None), jobs.c.wake_at <= tx.now)
        .order_by(jobs.c.wake_at)
        .limit(limit)
    )
    done = tx.execute(
        update(jobs)
        .where(jobs.c.id.in_(due), jobs.c.status == JobStatus.WAITING)
        .values(status=JobStatus.QUEUED, updated_at=tx.now, **NOT_WAITING)
    )
    if done.rowcount:
        tx.wake("worker")
    return done.rowcount


def next_wake(tx: Tx) -> float | None:
    """When the next waiting job wants to be woken."""
    moment: float | None = tx.execute(
        select(jobs.c.wake_at).where(jobs.c.wake_at.is_not(None)).order_by(jobs.c.wake_at).limit(1)
    ).scalar()
    return moment


def has_suspects(tx: Tx, lanes: Collection[Lane]) -> bool:
    """Whether a job waits to be run alone."""
    return bool(tx.execute(select(exists().where(_SUSPECT, jobs.c.lane.in_(list(lanes))))).scalar())
