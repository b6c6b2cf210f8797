"""Takes jobs back from workers that are gone.

A worker of this machine that is dead is known to be dead. Any other is given up when its lease ran out and stood still
for a while, or when nobody renewed it for a whole lease as measured here: wall clocks jump, so they alone decide nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from agents.core.errors import LostLease
from agents.core.people import SYSTEM
from agents.core.policy import Policy
from agents.core.retry import MAX_CRASHES
from agents.core.status import JobStatus
from bot.engine.context import World
from bot.engine.limits import Limits
from bot.engine.owner import is_dead
from bot.engine.progress import show
from handlers.operations.review import review_open_effects
from storage import jobs, journal, kin, leases
from storage.leases import Lease
from storage.store import Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Seen:
    """A lease as it was seen first, and when, on this process's own clock."""

    lease: Lease
    at: float


class Reaper:
    """Watches every lease that is held."""

    def __init__(
        self,
        world: World,
        limits: Limits,
        *,
        own: str,
        dead: Callable[[str], bool] = is_dead,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._world = world
        self._limits = limits
        self._own = own
        self._dead = dead
        self._now = now
        self._seen: dict[int, _Seen] = {}

    async def look(self) -> None:
        """Requeues what dead workers left behind. A job that crashed its worker three times becomes a dead letter."""
        held = await self._world.store.read(leases.running)
        self._seen = {lease.job_id: self._first_seen(lease) for lease in held}
        gone = [lease for lease in held if lease.owner != self._own and self._is_gone(lease)]
        for lease in gone:
            await self._world.store.write(lambda tx, lease=lease: reap(tx, self._world.policy(), lease))  # type: ignore[misc]
            log.warning(
                "J%d was left behind by a worker that is gone.",
                lease.job_id,
                extra={"event": "job.reaped", "job": lease.job_id},
            )

    def _first_seen(self, lease: Lease) -> _Seen:
        before = self._seen.get(lease.job_id)
        return before if before is not None and before.lease == lease else _Seen(lease, self._now())

    def _is_gone(self, lease: Lease) -> bool:
        if lease.owner is None or self._dead(lease.owner):
            return True
        still = self._now() - self._seen[lease.job_id].at
        if still >= self._limits.lease:
            return True
        ran_out = (lease.until or 0.0) <= self._world.clock.now()
        return ran_out and still >= 2 * self._limits.beat


def reap(tx: Tx, policy: Policy, lease: Lease) -> bool:
    """Takes one job back, unless its lease was renewed meanwhile. Returns whether it did.

    A crash counts when the job got no further since the one before: whose journal grew is not to blame for both.
    """
    job = jobs.get(tx, lease.job_id)
    if job.status is not JobStatus.RUNNING or (job.fence, job.lease_until) != (lease.fence, lease.until):
        return False
    mark = journal.size(tx, job.id)
    crashes = job.crashes + 1 if job.crashes == 0 or mark <= job.crash_mark else 1
    last = crashes >= MAX_CRASHES
    status = JobStatus.DEAD if last else JobStatus.QUEUED
    error = f"It took its worker down {crashes} times." if last else "Its worker was lost while it ran."
    try:
        jobs.move(
            tx, job.id, status, fence=lease.fence, crashes=crashes, crash_mark=mark, error=error, error_code="crashed"
        )
    except LostLease:
        return False
    if last:
        review_open_effects(tx, policy, job, to=JobStatus.DEAD)
    tx.audit("job.dead" if last else "job.crashed", actor=SYSTEM, job_id=job.id, crashes=crashes, worker=lease.owner)
    if last:
        kin.wake_parent(tx, job)
    show(tx, job, ended=last)
    tx.wake("worker")
    return True
