"""How a run ended, written down in one transaction: the job's new state, the audit line, and who is told or woken."""

from typing import Any

from agents.core.audit import Personal
from agents.core.contract import Overdue
from agents.core.errors import FailureClass
from agents.core.failures import Failure, failure_of
from agents.core.records import EscalationRecord
from agents.core.retry import Plan, Step, retry_plan
from agents.core.status import JobStatus, WaitKind
from agents.core.undoing import UNDO
from bot.engine.context import Run
from bot.engine.doubts import Doubt, ask
from bot.engine.progress import show
from bot.engine.topics import Topic, topic_of
from bot.engine.undoing import mark_undone
from bot.engine.usage import count_usage
from handlers.operations.review import review_open_effects
from storage import jobs, journal, kin
from storage.store import Tx


def succeed(tx: Tx, run: Run, output: Any) -> None:
    """The agent returned. A job that was cancelled meanwhile stays cancelled, with its output kept."""
    if run.job.cancel_asked or journal.guard_lease(tx, run.id, run.job.fence):
        end(tx, run, JobStatus.CANCELLED, output=output)
    else:
        end(tx, run, JobStatus.SUCCEEDED, output=output, error=None, error_code=None)


def cancel(tx: Tx, run: Run) -> None:
    """Somebody cancelled the job while it ran."""
    end(tx, run, JobStatus.CANCELLED)


def put_back(tx: Tx, run: Run, *, why: str) -> None:
    """The job goes back into the queue through no fault of its own: a stop, a pause, or a worker that shuts down."""
    count_usage(tx, run)
    jobs.move(tx, run.id, JobStatus.QUEUED, fence=run.job.fence, used=run.used_now())
    tx.audit("job.put_back", actor=run.agent.name, job_id=run.id, because=why)
    show(tx, run.job)


def expire(tx: Tx, run: Run) -> None:
    """The job's result would come too late. It is not run: people are asked, or it ends, as its agent's rule says."""
    if run.agent.overdue is Overdue.EXPIRE:
        end(tx, run, JobStatus.EXPIRED, error="It was not done by its deadline.", error_code="late")
        return
    late = Doubt(
        topic=Topic.LATE,
        question=f"J{run.id} is late: {run.job.summary}. Run it anyway?",
        because="Its result was of use until its deadline. Nothing is done before somebody decides.",
    )
    ask(tx, run, late)
    tx.audit("job.late", actor=run.agent.name, job_id=run.id, deadline_at=run.job.deadline_at)


def give_up(tx: Tx, run: Run, question: EscalationRecord) -> None:
    """People said not to go on, or nobody said anything in time."""
    by = f"Stopped by {question.decided_by}." if question.decided_by else "Nobody decided in time how to go on."
    if topic_of(question.name) is Topic.LATE:
        end(tx, run, JobStatus.EXPIRED, error=f"It was not done by its deadline. {by}", error_code="late")
        return
    error = f"{run.job.error or 'It could not go on by itself.'} {by}"
    end(tx, run, JobStatus.FAILED, error=error, error_code=run.job.error_code or "stopped")


def fail(tx: Tx, run: Run, error: BaseException) -> Plan:
    """The run raised: tried again later, put to people, or ended, as the failure's class says."""
    failure = failure_of(error)
    failures = run.job.failures + 1
    left = run.job.deadline_at - tx.now
    plan = retry_plan(failure, failures=failures, seconds_left=left, luck=run.world.luck())
    values = {"error": failure.text, "error_code": failure.code, "failures": failures}
    match plan.step:
        case Step.RETRY:
            _retry(tx, run, failure, plan)
        case Step.ASK:
            topic = Topic.BUDGET if failure.kind is FailureClass.BUDGET else Topic.FAILURE
            question = f"J{run.id} stopped. {failure.text} What now?"
            ask(tx, run, Doubt(topic=topic, question=question, because=_BECAUSE[failure.kind]), **values)
            _audit(tx, run, "job.asked", failure)
        case Step.FAIL:
            end(tx, run, JobStatus.FAILED, **values)
        case Step.BURY:
            end(tx, run, JobStatus.DEAD, **values)
    return plan


_BECAUSE = {
    FailureClass.AMBIGUOUS: "Nobody can know whether something happened, so it is not tried again by itself.",
    FailureClass.CONFLICT: "What it works on changed in the meantime.",
    FailureClass.LOW_CONFIDENCE: "It is not sure enough to go on alone.",
    FailureClass.BUDGET: "It used up its budget.",
}


def _retry(tx: Tx, run: Run, failure: Failure, plan: Plan) -> None:
    count_usage(tx, run)
    jobs.move(
        tx,
        run.id,
        JobStatus.WAITING,
        fence=run.job.fence,
        wait_kind=WaitKind.RETRY,
        wait_for=failure.code,
        wake_at=tx.now + plan.wait,
        failures=run.job.failures + (1 if plan.counts else 0),
        crashes=0,
        error=failure.text,
        error_code=failure.code,
        used=run.used_now(),
    )
    _audit(tx, run, "job.retry", failure, wait=round(plan.wait, 3))
    show(tx, run.job)


def end(tx: Tx, run: Run, status: JobStatus, **values: Any) -> None:
    """The job is over. Effects without an end become unknown, and a parent that waited for this job is woken."""
    count_usage(tx, run)
    jobs.move(tx, run.id, status, fence=run.job.fence, used=run.used_now(), **values)
    if run.journal.effects:
        review_open_effects(tx, run.world.policy(), run.job, to=status)
    said = {"code": values["error_code"], "error": _personal(run, values["error"])} if values.get("error") else {}
    tx.audit(f"job.{status}", actor=run.agent.name, job_id=run.id, **said)
    kin.wake_parent(tx, run.job)
    if run.agent.name == UNDO:
        mark_undone(tx, run.job, worked=status is JobStatus.SUCCEEDED)
    show(tx, run.job, ended=status is not JobStatus.SUCCEEDED)


def _audit(tx: Tx, run: Run, event: str, failure: Failure, **data: Any) -> None:
    tx.audit(event, actor=run.agent.name, job_id=run.id, code=failure.code, error=_personal(run, failure.text), **data)


def _personal(run: Run, text: str) -> Personal:
    return Personal(text=text, about=run.job.requester)
