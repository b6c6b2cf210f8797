"""How a run ended, written down in one transaction: the job's new state, the audit line, and who is told or woken."""

from typing import Any

from agents.core.errors import CalmopsError, FailureClass, Misconfigured
from agents.core.failures import Failure, failure_of
from agents.core.records import EscalationKind, EscalationRecord
from agents.core.retry import Plan, Step, retry_plan
from agents.core.status import JobStatus, WaitKind
from bot.engine.context import Run
from bot.engine.progress import show
from handlers.operations import escalate
from storage import jobs, journal, kin
from storage.store import Tx

RUN_AGAIN, STOP_HERE = "Run it again", "Stop here"


def succeed(tx: Tx, run: Run, output: Any) -> None:
    """The agent returned. A job that was cancelled meanwhile stays cancelled, with its output kept."""
    cancelled = journal.guard_lease(tx, run.id, run.job.fence)
    status = JobStatus.CANCELLED if cancelled else JobStatus.SUCCEEDED
    _end(tx, run, status, output=output)


def cancelled(tx: Tx, run: Run) -> None:
    """Somebody cancelled the job while it ran."""
    _end(tx, run, JobStatus.CANCELLED)


def put_back(tx: Tx, run: Run, *, why: str) -> None:
    """The job goes back into the queue through no fault of its own: a stop, a pause, or a worker that shuts down."""
    jobs.move(tx, run.id, JobStatus.QUEUED, fence=run.job.fence, used=run.used_now())
    tx.audit("job.put_back", actor=run.agent.name, job_id=run.id, why=why)


def expire(tx: Tx, run: Run) -> None:
    """The job's result would come too late to be of use."""
    _end(tx, run, JobStatus.EXPIRED, error="It was not done by its deadline.", error_code="late")


def wait_on(tx: Tx, run: Run, question: EscalationRecord) -> None:
    """The job was woken although people have not answered yet: it waits on."""
    jobs.move(
        tx,
        run.id,
        JobStatus.WAITING,
        fence=run.job.fence,
        wait_kind=WaitKind.PERSON,
        wait_for=f"escalation:{question.id}",
    )


def give_up(tx: Tx, run: Run, question: EscalationRecord) -> None:
    """People said not to go on after a failure, or nobody said anything in time."""
    by = f"Stopped by {question.decided_by}." if question.decided_by else "Nobody decided in time how to go on."
    _end(
        tx,
        run,
        JobStatus.FAILED,
        error=f"{run.job.error or 'It failed.'} {by}",
        error_code=run.job.error_code or "failed",
    )


def fail(tx: Tx, run: Run, error: BaseException) -> Plan:
    """The run raised: tried again later, put to people, or ended, as the failure's class says."""
    failure = failure_of(error)
    failures = run.job.failures + 1
    plan = retry_plan(
        failure,
        failures=failures,
        seconds_left=run.job.deadline_at - tx.now,
        luck=run.world.luck(),
    )
    match plan.step:
        case Step.RETRY:
            _retry(tx, run, failure, plan)
        case Step.ASK:
            _ask(tx, run, failure)
        case Step.FAIL | Step.BURY:
            status = JobStatus.DEAD if plan.step is Step.BURY else JobStatus.FAILED
            _end(tx, run, status, error=failure.text, error_code=failure.code, failures=failures)
    return plan


def _retry(tx: Tx, run: Run, failure: Failure, plan: Plan) -> None:
    jobs.move(
        tx,
        run.id,
        JobStatus.WAITING,
        fence=run.job.fence,
        wait_kind=WaitKind.RETRY,
        wait_for=failure.code,
        wake_at=tx.now + plan.wait,
        failures=run.job.failures + (1 if plan.counts else 0),
        error=failure.text,
        error_code=failure.code,
        used=run.used_now(),
    )
    tx.audit("job.retry", actor=run.agent.name, job_id=run.id, error=failure.text, wait=plan.wait, code=failure.code)
    show(tx, run.job)


def _ask(tx: Tx, run: Run, failure: Failure) -> None:
    """The failure is for people to judge: the job waits for what they say."""
    number = sum(1 for name in run.journal.escalations if name.startswith("failure")) + 1
    opened = escalate(
        tx,
        run.job,
        run.world.policy().of(run.agent.name),
        kind=EscalationKind.CHOOSE,
        name=f"failure {number}",
        question=f"J{run.id} stopped: {failure.text} What now?",
        verb="Choose",
        because=_BECAUSE.get(failure.kind, "It could not go on by itself."),
        tier=run.agent.tier,
        choices=(RUN_AGAIN, STOP_HERE),
        case_type=run.job.case_type,
    )
    jobs.move(
        tx,
        run.id,
        JobStatus.WAITING,
        fence=run.job.fence,
        wait_kind=WaitKind.PERSON,
        wait_for=f"escalation:{opened.id}",
        failures=run.job.failures + 1,
        error=failure.text,
        error_code=failure.code,
        used=run.used_now(),
    )
    tx.audit("job.asked", actor=run.agent.name, job_id=run.id, error=failure.text, code=failure.code)
    show(tx, run.job)


_BECAUSE = {
    FailureClass.AMBIGUOUS: "Nobody can know whether something happened, so it is not tried again by itself.",
    FailureClass.CONFLICT: "What it works on changed in the meantime.",
    FailureClass.LOW_CONFIDENCE: "It is not sure enough to go on alone.",
    FailureClass.BUDGET: "It used up its budget.",
}


def _end(tx: Tx, run: Run, status: JobStatus, **values: Any) -> None:
    jobs.move(tx, run.id, status, fence=run.job.fence, used=run.used_now(), **values)
    tx.audit(
        f"job.{status}",
        actor=run.agent.name,
        job_id=run.id,
        **({"error": values["error"], "code": values["error_code"]} if "error" in values else {}),
    )
    if run.job.parent_id is not None:
        kin.wake_parent(tx, run.job)
    show(tx, run.job, ended=status is not JobStatus.SUCCEEDED)


def gone(agent: str) -> CalmopsError:
    """Why a job whose agent is no longer part of this bot is not run."""
    return Misconfigured(f"There is no agent named {agent} any more. Bring it back and retry this job, or drop it.")
