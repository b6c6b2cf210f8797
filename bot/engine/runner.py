"""Runs one claimed job from its input to its settlement."""

import asyncio
import logging
from collections.abc import Callable

from pydantic import ValidationError

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
from agents.core.records import EscalationState, JobRecord
from agents.core.status import JobStatus
from bot.engine import settle
from bot.engine.context import Run, World
from bot.engine.handle import Handle
from bot.engine.values import to_json
from storage import jobs
from storage.journal import Journal
from storage.store import Tx

log = logging.getLogger(__name__)

RETRY_SETTLING = 1.0
"""Seconds between tries to write down how a job ended while the database cannot."""


class Runner:
    """Runs jobs. `runs` holds those that run now, by job id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.runs: dict[int, Run] = {}
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self.draining = False

    async def run(self, job: JobRecord, journal: Journal) -> None:
        """Runs a job that was claimed, and writes down how that ended. Raises nothing."""
        agent = self._world.registry.find(job.agent)
        if agent is None:
            await self._bury(job, settle.gone(job.agent))
            return
        run = Run(world=self._world, agent=agent, job=job, journal=journal)
        self.runs[job.id] = run
        task = asyncio.current_task()
        assert task is not None
        self.tasks[job.id] = task
        try:
            await self._settle(run, await self._attempt(run))
        finally:
            self.runs.pop(job.id, None)
            self.tasks.pop(job.id, None)

    def interrupt(self, job_id: int, left: LeftJob) -> None:
        """Ends a run from outside, at once unless an effect is under way: that is finished first."""
        run, task = self.runs.get(job_id), self.tasks.get(job_id)
        if run is None or task is None or run.left is not None:
            return
        run.left = left
        task.cancel()

    async def _attempt(self, run: Run) -> Callable[[Tx], object] | None:
        """Runs the agent; returns what is to be written down, or None when nothing is left to write."""
        try:
            if late := self._late(run):
                return late
            if stop := _answer_to_failure(run):
                return stop
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
        agent, job = run.agent, run.job
        seconds = job.deadline_at - self._world.clock.now()
        wall = agent.budget.wall.total_seconds() - run.used.get("wall", 0.0)
        if wall <= 0:
            raise BudgetExceeded(f"J{run.id} has used up its {agent.budget.wall.total_seconds():g} seconds of work.")
        try:
            typed = agent.input.model_validate(job.input)
        except ValidationError as error:
            raise InvalidInput(f"The stored input does not fit {agent.title} any more: {error}") from error
        limit = asyncio.timeout(min(seconds, wall))
        try:
            async with limit:
                output = await agent.run(Handle(run), typed)
        except TimeoutError:
            if not limit.expired():
                raise
            if wall < seconds:
                raise BudgetExceeded(
                    f"J{run.id} worked longer than {agent.budget.wall.total_seconds():g} seconds."
                ) from None
            raise run.leave(_Late(f"J{run.id} was not done by its deadline.")) from None
        return _checked_output(agent, output)

    def _late(self, run: Run) -> Callable[[Tx], object] | None:
        if self._world.clock.now() < run.job.deadline_at:
            return None
        return lambda tx: settle.expire(tx, run)

    async def _settle(self, run: Run, write: Callable[[Tx], object] | None) -> None:
        """Writes the end down, however long the database needs to come back."""
        run.world.faults.point("before_settle")
        while write is not None:
            try:
                await self._world.store.write(write)
            except LostLease:
                log.warning("J%d was taken over by another worker.", run.id, extra={"event": "job.lost", "job": run.id})
            except CancelAsked:
                write = lambda tx: settle.cancelled(tx, run)  # noqa: E731  the next thing to try
                continue
            except Transient as error:
                log.warning("The end of J%d cannot be stored yet: %s", run.id, error, extra={"event": "job.unsettled"})
                await asyncio.sleep(RETRY_SETTLING)
                continue
            run.world.faults.point("after_settle")
            return

    async def _bury(self, job: JobRecord, error: CalmopsError) -> None:
        def write(tx: Tx) -> None:
            jobs.move(tx, job.id, JobStatus.DEAD, fence=job.fence, error=str(error), error_code=error.code)
            tx.audit("job.dead", actor=job.agent, job_id=job.id, error=str(error), code=error.code)

        try:
            await self._world.store.write(write)
        except LostLease:
            return


class _Late(LeftJob):
    """The deadline passed while the job ran."""


def _after_leaving(run: Run, left: LeftJob) -> Callable[[Tx], object] | None:
    match left:
        case Parked() | LostLease():
            return None
        case CancelAsked():
            return lambda tx: settle.cancelled(tx, run)
        case Halted():
            return lambda tx: settle.put_back(tx, run, why=str(left))
        case Ended(error=error):
            return lambda tx: settle.fail(tx, run, error)
        case _Late():
            return lambda tx: settle.expire(tx, run)
        case _:
            return lambda tx: settle.fail(tx, run, left)


def _answer_to_failure(run: Run) -> Callable[[Tx], object] | None:
    """What people said after an earlier failure, when they said not to go on; None lets the job run."""
    asked = [one for name, one in run.journal.escalations.items() if name.startswith("failure ")]
    if not asked or asked[-1].answer == settle.RUN_AGAIN:
        return None
    last = asked[-1]
    if last.state is EscalationState.PENDING:
        return lambda tx: settle.wait_on(tx, run, last)
    return lambda tx: settle.give_up(tx, run, last)


def _checked_output(agent: AgentSpec, output: object) -> object:  # type: ignore[type-arg]
    try:
        typed = output if isinstance(output, agent.output) else agent.output.model_validate(output)
    except ValidationError as error:
        raise CalmopsError(f"{agent.title} returned something else than its contract says: {error}") from error
    return to_json(typed, agent.title)


def _log_failure(run: Run, error: BaseException) -> None:
    log.warning(
        "J%d (%s) failed: %s",
        run.id,
        run.agent.name,
        error,
        extra={"event": "job.failed", "job": run.id},
        exc_info=error,
    )
