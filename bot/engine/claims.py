"""What a worker takes up, in one transaction: free slots are filled by the order of the queue."""

from collections.abc import Mapping
from dataclasses import dataclass

from agents.core.contract import Lane
from agents.core.ids import JobId
from agents.core.records import JobRecord
from bot.engine import breaker
from bot.engine.context import World
from storage import controls, journal, leases, queue
from storage.controls import Halts
from storage.journal import Journal
from storage.store import Tx

BESIDE_A_RUSH = 1
"""Jobs of every other lane that one claim takes while the fast lane is full: a trickle, so that nobody starves."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """Jobs with their journals; `solo` when the one job there is must run alone; `cancelled` are jobs that run here
    already and that somebody cancelled; `emptied` are lanes that gave less than they were asked for; in a `rush` others
    were held back."""

    jobs: list[tuple[JobRecord, Journal]]
    cancelled: list[JobId]
    solo: bool = False
    emptied: frozenset[Lane] = frozenset()
    rush: bool = False


def take(
    tx: Tx,
    world: World,
    free: Mapping[Lane, int],
    *,
    worker: str,
    lease: float,
    suspects: bool,
    others: bool,
    running: bool,
    rush: bool = False,
) -> Claimed:
    """Claims up to `free` jobs of each lane; in a `rush`, when the fast lane has no free slot left, hardly any of the
    others: they would take the processor from it. With `suspects` a job that took a worker down before is taken first, and
    then nothing else; `others` says whether other jobs are taken at all."""
    there = queue.waiting(tx)
    halts = controls.halts(tx) if there.halted else Halts()
    breaker.refresh(tx, world, some=there.ailing)
    cancelled = leases.cancelled(tx, worker) if running else []
    if halts.stopped:
        return Claimed(jobs=[], cancelled=cancelled, emptied=frozenset(free))

    def claim(lane: Lane, number: int, *, suspects: bool = False) -> list[JobRecord]:
        return queue.claim(
            tx, lane, worker=worker, lease_seconds=lease, limit=number, paused=halts.paused, suspects=suspects
        )

    if suspects:
        for lane in free:
            if lane in there.suspects and (alone := claim(lane, 1, suspects=True)):
                return Claimed(jobs=_with_journals(tx, alone), cancelled=cancelled, solo=True)
    if not others:
        return Claimed(jobs=[], cancelled=cancelled, emptied=frozenset(free))
    taken: list[JobRecord] = []
    emptied = set()
    for lane in sorted(free, key=list(Lane).index):
        wanted = min(free[lane], BESIDE_A_RUSH) if rush else free[lane]
        found = claim(lane, wanted) if lane in there.ready else []
        taken += found
        if len(found) < wanted:
            emptied.add(lane)
        elif lane is Lane.FAST:
            rush = True
    return Claimed(jobs=_with_journals(tx, taken), cancelled=cancelled, emptied=frozenset(emptied), rush=rush)


def _with_journals(tx: Tx, taken: list[JobRecord]) -> list[tuple[JobRecord, Journal]]:
    """A job that is run for the first time has no journal yet, so none is looked for."""
    known = journal.read(tx, [job.id for job in taken if job.attempts > 1])
    return [(job, known.get(job.id, Journal())) for job in taken]
