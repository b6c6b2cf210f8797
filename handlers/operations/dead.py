"""What people do with a dead letter besides trying it again as it is: drop it, or try it with another input."""

from typing import Any

from agents.core.contract import AgentSpec
from agents.core.errors import CalmopsError, Conflict
from agents.core.ids import JobId
from agents.core.job import Source
from agents.core.people import Person
from agents.core.policy import Act, Policy, check_steer
from agents.core.records import JobRecord
from agents.core.status import JobStatus
from handlers.operations.submit import Submitted, submit
from storage import jobs
from storage.store import Tx

DROPPED = "dropped"
"""The error code of a job that people gave up: it counts no longer as a dead letter."""


def drop(tx: Tx, policy: Policy, job_id: JobId, person: Person) -> JobRecord:
    """Gives up a failed or dead job for good; its record stays. Raises `Conflict` for a job that may still go on."""
    job = _mine(tx, policy, job_id, person)
    if job.status not in (JobStatus.FAILED, JobStatus.DEAD):
        raise Conflict(f"J{job_id} is {job.status}, so there is nothing to drop.")
    jobs.move(tx, job_id, JobStatus.CANCELLED, error=job.error, error_code=DROPPED)
    tx.audit("job.dropped", actor=person.id, job_id=job_id, was=job.status)
    return jobs.get(tx, job_id)


def retry_with(
    tx: Tx,
    policy: Policy,
    agent: AgentSpec[Any, Any],
    job_id: JobId,
    person: Person,
    input: dict[str, Any],
    *,
    dedup_key: str,
) -> Submitted:
    """Starts the work anew with another input, and drops the old job. The new one names the old one as its origin."""
    job = _mine(tx, policy, job_id, person)
    if job.status not in (JobStatus.FAILED, JobStatus.DEAD, JobStatus.EXPIRED):
        raise Conflict(f"J{job_id} is {job.status}, so there is nothing to try again.")
    source = Source(
        kind="dialog", channel=job.source.channel, ts=job.source.ts, thread_ts=job.source.thread_ts, url=job.source.url
    )
    made = submit(tx, agent, input, requester=person.id, source=source, dedup_key=dedup_key, lineage_of=job_id)
    if job.status is not JobStatus.EXPIRED:
        drop(tx, policy, job_id, person)
    return made


def _mine(tx: Tx, policy: Policy, job_id: JobId, person: Person) -> JobRecord:
    """The job, when this person may steer it."""
    job = jobs.get(tx, job_id)
    try:
        check_steer(person, Act.RETRY, policy, agent=job.agent, requester=job.requester)
    except CalmopsError as refusal:
        tx.audit("steer.refused", actor=person.id, job_id=job_id, anyway=True, act=Act.RETRY, why=str(refusal))
        raise
    return job
