"""Waiting for a time or for an event: the job is a row meanwhile."""

from typing import Any

from agents.core.status import WaitKind
from bot.engine.context import Run
from bot.engine.parking import leave, park, park_in
from bot.engine.steps import record
from bot.engine.usage import check_steps
from storage import events, journal
from storage.store import Tx


async def sleep(run: Run, name: str, seconds: float) -> None:
    """Parks the job until `seconds` after this was reached first, whatever happens in between."""
    run.check()
    step = run.name(f"sleep {name}")
    if step not in run.journal.steps:
        check_steps(run)
        wake_at = run.world.clock.now() + seconds
        await record(run, step, wake_at, also=lambda tx: park_in(tx, run, WaitKind.TIMER, step, wake_at=wake_at))
        raise leave(run)
    wake_at = run.recall(step)
    if run.world.clock.now() < wake_at:
        await park(run, WaitKind.TIMER, lambda _: step, wake_at=wake_at)


async def wait_for_event(run: Run, name: str, *, seconds: float) -> Any:
    """The payload of the event, or None when it did not come within `seconds` of the first time this was reached."""
    run.check()
    step = run.name(f"event {name}")
    if step in run.journal.steps:
        return run.recall(step)
    check_steps(run)
    limit = f"{step} until"
    if limit not in run.journal.steps:
        await record(run, limit, run.world.clock.now() + seconds)
    until = run.recall(limit)

    def look(tx: Tx) -> str | None:
        came, _ = events.find(tx, run.id, name)
        return None if came or tx.now >= until else f"event:{name}"

    await park(run, WaitKind.EVENT, look, wake_at=until)

    def take(tx: Tx) -> Any:
        _, payload = events.find(tx, run.id, name)
        journal.record_step(tx, run.id, run.job.fence, step, run.next_seq(), payload)
        return payload

    payload = await run.write(take)
    run.journal.steps[step] = payload
    return payload
