"""Steer work: cancel and retry jobs, pause and resume agents."""

from agents.core.errors import Conflict
from agents.core.ids import JobId
from agents.core.people import Person
from agents.core.records import EscalationState, JobRecord
from agents.core.status import FINISHED, JobStatus
from handlers.operations.escalate import close
from storage import controls, escalations, jobs
from storage.store import Tx


def cancel(tx: Tx, job_id: JobId, person: Person, *, reason: str = "") -> JobRecord:
    """Stops a job: at once when it is queued or waiting, at its next step when it runs. Withdraws its open questions."""
    job = jobs.get(tx, job_id)
    if job.status in FINISHED:
        raise Conflict(f"J{job_id} is already {job.status}.")
    for escalation in escalations.of_job(tx, job_id):
        if escalation.state is EscalationState.PENDING:
            close(tx, escalation, EscalationState.WITHDRAWN, outcome=f"withdrawn by {person.id}", actor=person.id)
    if job.status is JobStatus.RUNNING:
        jobs.change(tx, job_id, cancel_asked=True)
        tx.wake("worker")
    else:
        jobs.move(tx, job_id, JobStatus.CANCELLED, error=reason or None)
    tx.audit("job.cancelled", actor=person.id, job_id=job_id, reason=reason, was=job.status)
    return jobs.get(tx, job_id)


def retry(tx: Tx, job_id: JobId, person: Person) -> JobRecord:
    """Puts a failed, expired or dead job back into the queue; what it did before is not done again."""
    jobs.move(tx, job_id, JobStatus.QUEUED, finished_at=None, error=None, error_code=None, failures=0, crashes=0)
    tx.audit("job.requeued", actor=person.id, job_id=job_id)
    tx.wake("worker")
    return jobs.get(tx, job_id)


def pause(tx: Tx, agent: str, person: Person) -> bool:
    """Stops an agent's jobs from being started. Returns False when it was paused already."""
    if is_paused(tx, agent):
        return False
    controls.put(tx, f"pause:{agent}", True, by=person.id)
    tx.audit("agent.paused", actor=person.id, agent=agent)
    return True


def resume(tx: Tx, agent: str, person: Person) -> bool:
    """Lets an agent's jobs start again. Returns False when it was not paused."""
    if not controls.drop(tx, f"pause:{agent}"):
        return False
    tx.audit("agent.resumed", actor=person.id, agent=agent)
    tx.wake("worker")
    return True


def is_paused(tx: Tx, agent: str) -> bool:
    """Whether people paused this agent."""
    return f"pause:{agent}" in controls.all_of(tx, f"pause:{agent}")
