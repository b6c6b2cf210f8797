"""What is looked at before a claimed job is run: may it still, and is it what it was?"""

from collections.abc import Callable
from dataclasses import replace

from agents.core.errors import CalmopsError
from agents.core.records import EscalationState
from agents.core.status import WaitKind
from bot.engine import settle
from bot.engine.context import Run
from bot.engine.doubts import Doubt, ask, wait_on
from bot.engine.parking import park_in
from bot.engine.topics import START_OVER, Topic, answers, go_on_words, latest, says_end
from bot.engine.usage import day_of, next_day, over_the_day
from handlers.operations import tell_owner
from storage import controls, jobs, journal, spending
from storage.payloads import Unreadable
from storage.store import Tx

Ending = Callable[[Tx], object]
"""What is to be written down about a run that ended."""


async def before_running(run: Run) -> Ending | None:
    """What to write down instead of running the job; None when it may run."""
    if isinstance(run.job.input, Unreadable):
        raise CalmopsError("Its stored input is damaged and cannot be read, so it cannot be run.")
    return _answered(run) or await _same_code(run) or await _in_time(run) or await _within_the_day(run)


def _answered(run: Run) -> Ending | None:
    """The engine's own newest question about the job, when its answer does not let it run."""
    asked = latest(run)
    if asked is None or asked.state is EscalationState.REPLACED:
        return None
    if asked.state is EscalationState.PENDING:
        return lambda tx: wait_on(tx, run, asked.id)
    return (lambda tx: settle.give_up(tx, run, asked)) if says_end(asked) else None


async def _same_code(run: Run) -> Ending | None:
    """The rule for a job that waited while its agent changed: the same major version, or no step recorded yet, goes on
    with the new code; for another major version people decide."""
    if run.job.agent_version == run.agent.version:
        return None
    if run.journal and major(run.job.agent_version) != major(run.agent.version):
        said = [one.answer for one in answers(run, Topic.VERSION) if run.agent.version in one.because]
        if not said:
            return lambda tx: ask(tx, run, _changed(run))
        if said[-1] == START_OVER:
            await run.write(lambda tx: journal.forget_steps(tx, run.id, run.job.fence))
            run.forget()
    await run.write(lambda tx: _adopt(tx, run))
    run.job = replace(run.job, agent_version=run.agent.version)
    return None


def _adopt(tx: Tx, run: Run) -> None:
    journal.guard(tx, run.id, run.job.fence)
    jobs.change(tx, run.id, agent_version=run.agent.version)
    tx.audit("job.version", actor=run.agent.name, job_id=run.id, before=run.job.agent_version, now=run.agent.version)


def _changed(run: Run) -> Doubt:
    return Doubt(
        topic=Topic.VERSION,
        question=f"{run.agent.title} changed while J{run.id} waited. Go on with the new one?",
        because=f"It began with version {run.job.agent_version}; now there is {run.agent.version}. Recorded steps may not "
        f"fit any more. “{START_OVER}” forgets them; what was done outside is not done again.",
    )


def major(version: str) -> str:
    """The part of a version that changes when recorded steps may no longer fit: "2" of "2.1"."""
    return version.partition(".")[0]


async def _in_time(run: Run) -> Ending | None:
    """A job whose deadline passed is not run, unless people said so; then its time counts from their word."""
    deadline = run.job.deadline_at
    for asked in answers(run, Topic.LATE):
        if asked.answer == go_on_words(Topic.LATE) and asked.decided_at is not None:
            deadline = max(deadline, asked.decided_at + run.agent.deadline.total_seconds())
    if run.world.clock.now() >= deadline:
        return lambda tx: settle.expire(tx, run)
    if deadline != run.job.deadline_at:
        await run.write(lambda tx: jobs.change(tx, run.id, deadline_at=deadline))
        run.job = replace(run.job, deadline_at=deadline)
    return None


async def _within_the_day(run: Run) -> Ending | None:
    """Once an agent has used up its day, jobs that have not begun wait for the next one. The owner is told once a day."""
    most = run.world.policy().of(run.agent.name).daily
    if not most.set:
        return None
    day = day_of(run.world.clock.now())
    run.day = await run.world.store.read(lambda tx: spending.of(tx, run.agent.name, day))
    over = over_the_day(most, run.day)
    if not over or run.journal:
        return None
    return lambda tx: _wait_for_tomorrow(tx, run, over)


def _wait_for_tomorrow(tx: Tx, run: Run, over: str) -> None:
    park_in(tx, run, WaitKind.TIMER, "the next day", wake_at=next_day(tx.now))
    if controls.once(tx, f"told:daily:{run.agent.name}:{day_of(tx.now)}"):
        tell_owner(tx, run.world.policy(), run.agent.name, "daily_budget", reason=over)
        tx.audit("agent.daily_budget", actor=run.agent.name, agent=run.agent.name, because=over)
