"""Leases: who runs what, and until when."""

from dataclasses import dataclass

from sqlalchemy import select, text, true, update

from agents.core.ids import JobId
from storage.store import Tx
from storage.tables import jobs

_RUNNING = text("jobs.status = 'running'")


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
