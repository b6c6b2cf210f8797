"""Jobs that a job starts, and waiting for them."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from agents.core.errors import BudgetExceeded, NotAllowed
from agents.core.ids import JobId
from agents.core.job import Source
from agents.core.status import FINISHED, JobStatus, WaitKind
from bot.engine.context import Run
from bot.engine.parking import park
from bot.engine.usage import check_steps
from handlers.operations import submit
from storage import jobs, journal, kin
from storage.store import Tx

DEEPEST = 5
"""Generations of jobs: an agent that starts itself over and over is stopped."""


async def spawn(run: Run, agent: str, input: BaseModel, *, name: str) -> JobId:
    """Starts a child job, once for each name, for the same requester and in the same thread."""
    run.check()
    step = run.name(f"spawn {name}")
    if step in run.journal.steps:
        return JobId(run.recall(step))
    check_steps(run)
    child = run.world.registry.get(agent)

    def write(tx: Tx) -> JobId:
        journal.guard(tx, run.id, run.job.fence)
        if kin.generation(tx, run.id) >= DEEPEST:
            raise NotAllowed(f"J{run.id} may not start another job: it is {DEEPEST} generations deep already.")
        started = submit(
            tx,
            child,
            input,
            requester=run.job.requester,
            source=Source(
                kind="job", channel=run.job.source.channel, ts=run.job.source.ts, thread_ts=run.job.source.thread_ts
            ),
            dedup_key=f"child:{run.id}:{step}",
            parent_id=run.id,
        )
        journal.record_step(tx, run.id, run.job.fence, step, run.next_seq(), started.job_id)
        return started.job_id

    child_id = await run.write(write)
    run.journal.steps[step] = child_id
    return child_id


async def gather(run: Run, children: Sequence[JobId]) -> list[Any]:
    """The outputs of these children, in their order, once all are finished; None for one that did not succeed."""
    run.check()
    step = run.name("gather")
    if step in run.journal.steps:
        return list(run.recall(step))
    if len(children) > run.agent.budget.steps:
        raise BudgetExceeded(f"J{run.id} waits for {len(children)} children at once.")

    def look(tx: Tx) -> str | None:
        states = kin.statuses(tx, children)
        still_open = [child for child in children if states.get(child) not in FINISHED]
        return f"children:{','.join(map(str, still_open))}" if still_open else None

    await park(run, WaitKind.CHILD, look)

    def write(tx: Tx) -> list[Any]:
        found = {child: jobs.get(tx, child) for child in children}
        outputs = [found[child].output if found[child].status is JobStatus.SUCCEEDED else None for child in children]
        journal.record_step(tx, run.id, run.job.fence, step, run.next_seq(), outputs)
        return outputs

    outputs = await run.write(write)
    run.journal.steps[step] = outputs
    return outputs
