"""Leaving the coroutine while the job waits: a parked job is a row."""

from collections.abc import Callable
from typing import Any, NoReturn

from agents.core.errors import Parked
from agents.core.status import JobStatus, WaitKind
from bot.engine.context import Run
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
        jobs.move(
            tx,
            run.id,
            JobStatus.WAITING,
            fence=run.job.fence,
            wait_kind=kind,
            wait_for=waited,
            wake_at=wake_at,
            **values,
        )
        return True

    if await run.write(write):
        leave(run)


def leave(run: Run) -> NoReturn:
    """Ends this run of a job that was parked."""
    run.leave(Parked(f"J{run.id} waits."))
