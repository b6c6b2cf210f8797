"""Leaving the coroutine while the job waits: a parked job is a row."""

from collections.abc import Callable
from typing import Any

from agents.core.errors import LeftJob, Parked
from agents.core.status import JobStatus, WaitKind
from bot.engine.context import Run
from bot.engine.progress import show
from bot.engine.usage import count_usage
from storage import jobs, journal
from storage.store import Tx


async def park(
    run: Run, kind: WaitKind, wait_for: Callable[[Tx], str | None], *, wake_at: float | None = None, **values: Any
) -> None:
    """Parks the job until what `wait_for` names has come, or until `wake_at`.

    `wait_for` runs inside the transaction and looks again: it returns None when the answer is there already, and then
    the job goes on without parking. It may also write what the job is to wait for.
    """

    def write(tx: Tx) -> bool:
        journal.guard(tx, run.id, run.job.fence)
        waited = wait_for(tx)
        if waited is None:
            return False
        park_in(tx, run, kind, waited, wake_at=wake_at, **values)
        return True

    if await run.write(write):
        raise leave(run)


def park_in(
    tx: Tx, run: Run, kind: WaitKind, wait_for: str | None, *, wake_at: float | None = None, **values: Any
) -> None:
    """Parks the job in the caller's transaction; `leave` is to follow. Raises `LostLease` or `CancelAsked`."""
    journal.guard(tx, run.id, run.job.fence)
    count_usage(tx, run)
    jobs.move(
        tx,
        run.id,
        JobStatus.WAITING,
        fence=run.job.fence,
        wait_kind=kind,
        wait_for=wait_for,
        wake_at=wake_at,
        crashes=0,
        used=run.used_now(),
        **values,
    )
    show(tx, run.job)


def leave(run: Run) -> LeftJob:
    """Ends this run of a job that was parked; to be raised."""
    return run.leave(Parked(f"J{run.id} waits."))
