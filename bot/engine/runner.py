"""Runs one claimed job from its input to its settlement."""

import asyncio
import logging
from time import monotonic
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.core.acceptance import accept
from agents.core.contract import AgentSpec
from agents.core.errors import (
    BudgetExceeded,
    CalmopsError,
    CancelAsked,
    Ended,
    Halted,
    InvalidInput,
    LeftJob,
    LostLease,
    Parked,
    Transient,
)
from agents.core.records import JobRecord
from agents.core.status import JobStatus
from bot.engine import settle
from bot.engine.before import Ending, before_running
from bot.engine.context import Run, World
from bot.engine.handle import Handle
from bot.engine.undoing import find_agent
from bot.engine.usage import seconds_left
from bot.engine.values import to_json
from handlers.operations.review import review_open_effects
from storage import jobs, kin
from storage.journal import Journal
from storage.store import Tx

log = logging.getLogger(__name__)

RETRY_SETTLING = 1.0
"""Seconds between tries to write down how a job ended while the database cannot."""


class Runner:
    """Runs jobs. `runs` holds those that run now, by job id, and `tasks` the tasks they run in."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.runs: dict[int, Run] = {}
        self.tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self, job: JobRecord, journal: Journal) -> None:
        """Runs a job that was claimed, and writes down how that ended. Raises nothing."""
        agent = await find_agent(self._world, job)
        if agent is None:
            await self._bury(job)
            return
        run = Run(world=self._world, agent=agent, job=job, journal=journal)
        task = asyncio.current_task()
        assert task is not None
        self.runs[job.id], self.tasks[job.id] = run, task
        try:
            await self._settle(run, await self._attempt(run))
        finally:
            del self.runs[job.id], self.tasks[job.id]

    def interrupt(self, job_id: int, left: LeftJob) -> None:
        """Ends a run from outside. An effect that is under way is finished and written down first."""
        run, task = self.runs.get(job_id), self.tasks.get(job_id)
        if run is not None and task is not None and run.left is None:
            run.leave(left)
            task.cancel()

    async def _attempt(self, run: Run) -> Ending | None:
        """Runs the agent. Returns what is to be written down, or None when that is done already."""
        try:
            ending = await before_running(run)
            if ending is not None:
                return ending
            output = await self._run_agent(run)
        except LeftJob as left:
            return _after_leaving(run, run.left or left)
        except asyncio.CancelledError:
            if run.left is not None:
                return _after_leaving(run, run.left)
            return lambda tx: settle.put_back(tx, run, why="the worker shuts down")
        except Exception as error:
            if run.left is not None:
                return _after_leaving(run, run.left)
            _log_failure(run, error)
            failed = error
            return lambda tx: settle.fail(tx, run, failed)
        if run.left is not None:
            return _after_leaving(run, run.left)
        return lambda tx: settle.succeed(tx, run, output)

    async def _run_agent(self, run: Run) -> object:
        agent = run.agent
        wall, left = seconds_left(run), run.job.deadline_at - self._world.clock.now()
        seconds = min(wall, left)
        run.must_end_at = monotonic() + seconds
        try:
            typed = agent.input.model_validate(run.job.input)
        except ValidationError as error:
            raise InvalidInput(f"The stored input does not fit {agent.title} any more: {error}") from error
        handle = run.handle = Handle(run)
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                made = _typed_output(agent, await agent.run(handle, typed))
                await accept(handle, agent, typed, made)
        except TimeoutError:
            if not limit.expired():
                raise
            if wall < left:
                raise BudgetExceeded(f"It worked for {agent.budget.wall.total_seconds():g} seconds.") from None
            raise run.leave(_Late("It was not done by its deadline.")) from None
        return to_json(made, agent.title)

    async def _settle(self, run: Run, ending: Ending | None) -> None:
        """Writes the end down, however long the database needs to come back."""
        run.world.faults.point("before_settle")
        while ending is not None:
            try:
                await self._world.store.write(ending)
            except LostLease:
                log.warning("J%d was taken over by another worker.", run.id, extra={"event": "job.lost", "job": run.id})
            except CancelAsked:
                ending = _after_leaving(run, CancelAsked())
                continue
            except Transient as error:
                log.warning("The end of J%d cannot be stored yet: %s", run.id, error, extra={"event": "job.unsettled"})
                await asyncio.sleep(RETRY_SETTLING)
                continue
            run.world.faults.point("after_settle")
            return

    async def _bury(self, job: JobRecord) -> None:
        """A job whose agent is no longer part of this bot becomes a dead letter: nobody here can run it."""
        error = f"There is no agent named {job.agent} any more. Bring it back and retry this job, or drop it."

        def write(tx: Tx) -> None:
            jobs.move(tx, job.id, JobStatus.DEAD, fence=job.fence, error=error, error_code="agent_gone")
            review_open_effects(tx, self._world.policy(), job, to=JobStatus.DEAD)
            tx.audit("job.dead", actor=job.agent, job_id=job.id, code="agent_gone")
            kin.wake_parent(tx, job)

        try:
            await self._world.store.write(write)
        except LostLease:
            return


class _Late(LeftJob):
    """The deadline passed while the job ran."""


def _after_leaving(run: Run, left: LeftJob) -> Ending | None:
    match left:
        case Parked() | LostLease():
            return None
        case CancelAsked():
            return lambda tx: settle.cancel(tx, run)
        case Halted():
            return lambda tx: settle.put_back(tx, run, why=str(left))
        case Ended(error=error):
            return lambda tx: settle.fail(tx, run, error)
        case _Late():
            return lambda tx: settle.expire(tx, run)
        case _:
            return lambda tx: settle.fail(tx, run, left)


def _typed_output(agent: AgentSpec[Any, Any], output: object) -> BaseModel:
    try:
        typed: BaseModel = output if isinstance(output, agent.output) else agent.output.model_validate(output)
    except ValidationError as error:
        raise CalmopsError(f"{agent.title} returned something else than its contract says: {error}") from error
    return typed


def _log_failure(run: Run, error: BaseException) -> None:
    log.warning(
        "J%d (%s) failed: %s",
        run.id,
        run.agent.name,
        error,
        extra={"event": "job.failed", "job": run.id},
        exc_info=error,
    )
