"""The queue: who is next, and who is woken by the clock."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Float, Select, bindparam, exists, func, literal, select, text, update
from sqlalchemy.sql.dml import ReturningUpdate

from agents.core.contract import Lane
from agents.core.records import JobRecord
from agents.core.status import JobStatus
from storage.controls import A_HALT
from storage.jobs import NOT_WAITING
from storage.rows import job_from
from storage.store import Tx
from storage.tables import breakers, controls, jobs


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
    rows = tx.execute(
        _claim(tx.dialect, suspects=suspects, some_paused=bool(paused)),
        {
            "in_lane": lane,
            "most": limit,
            "by": worker,
            "until": tx.now + lease_seconds,
            "moment": tx.now,
            **({"resting": sorted(paused)} if paused else {}),
        },
    ).all()
    return sorted((job_from(row) for row in rows), key=lambda job: (-job.priority, job.turn, job.deadline_at, job.id))


@lru_cache(maxsize=8)
def _claim(dialect: str, *, suspects: bool, some_paused: bool) -> ReturningUpdate[Any]:
    """The statement of a claim, built once for each form that it has."""
    ready = select(jobs.c.id).where(_SUSPECT if suspects else _READY, jobs.c.lane == bindparam("in_lane"))
    if some_paused:
        ready = ready.where(jobs.c.agent.not_in(bindparam("resting", expanding=True)))
    ready = ready.order_by(jobs.c.priority.desc(), jobs.c.turn, jobs.c.deadline_at, jobs.c.id).limit(bindparam("most"))
    picked: Any = ready
    if dialect == "postgresql":
        cte = ready.with_for_update(skip_locked=True).cte("picked").prefix_with("MATERIALIZED")
        picked = select(cte.c.id)
    moment = bindparam("moment", type_=Float)
    return (
        update(jobs)
        .where(jobs.c.id.in_(picked))
        .values(
            status=JobStatus.RUNNING,
            lease_owner=bindparam("by"),
            lease_until=bindparam("until"),
            fence=jobs.c.fence + 1,
            attempts=jobs.c.attempts + 1,
            started_at=func.coalesce(jobs.c.started_at, moment),
            updated_at=moment,
        )
        .returning(*jobs.c)
    )


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """Which lanes have jobs that are ready, and which have some that must run alone; whether people stopped something,
    and whether some target failed lately."""

    ready: frozenset[Lane]
    suspects: frozenset[Lane]
    halted: bool
    ailing: bool


def waiting(tx: Tx) -> Waiting:
    """What there is to claim and what may stand in its way, in one look at the indexes: what is not there costs nothing
    more."""
    row = tx.execute(_waiting()).one()
    lanes = list(Lane)
    ready, suspects = row[: len(lanes)], row[len(lanes) : 2 * len(lanes)]
    return Waiting(
        ready=frozenset(lane for lane, some in zip(lanes, ready, strict=True) if some),
        suspects=frozenset(lane for lane, some in zip(lanes, suspects, strict=True) if some),
        halted=bool(row.halted),
        ailing=bool(row.ailing),
    )


@lru_cache(maxsize=1)
def _waiting() -> Select[*tuple[bool, ...]]:
    return select(
        *(
            exists(select(jobs.c.id).where(kind, jobs.c.lane == literal(str(lane)))).label(f"{name}_{lane}")
            for name, kind in (("ready", _READY), ("suspect", _SUSPECT))
            for lane in Lane
        ),
        exists(select(controls.c.name).where(A_HALT)).label("halted"),
        exists(select(breakers.c.target)).label("ailing"),
    )


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
