"""What people do with a dead letter besides trying it again as it is: drop it, or try it with another input."""

from typing import Any

from agents.core.contract import AgentSpec
from agents.core.errors import CalmopsError, Conflict
from agents.core.ids import JobId
from agents.core.job import Source
from agents.core.people import Person
from agents.core.policy import Act, Policy, check_steer
from agents.core.records import EffectState, EscalationKind, EscalationState, JobRecord
from agents.core.status import JobStatus
from handlers.operations.escalate import close
from handlers.operations.submit import Submitted, submit
from storage import escalations, jobs, journal
from storage.store import Tx

ENDED_BADLY = frozenset({JobStatus.FAILED, JobStatus.DEAD, JobStatus.EXPIRED})

DROPPED = "dropped"
"""The error code of a job that people gave up: it counts no longer as a dead letter."""


def drop(tx: Tx, policy: Policy, job_id: JobId, person: Person) -> JobRecord:
    """Gives up a job that did not succeed, for good; its record stays. Raises `Conflict` for one that may still go on."""
    job = _mine(tx, policy, job_id, person)
    if job.status not in ENDED_BADLY:
        raise Conflict(f"J{job_id} is {job.status}, so there is nothing to drop.")
    for asked in escalations.of_job(tx, job_id):
        if asked.state is EscalationState.PENDING and asked.kind is EscalationKind.CHOOSE:
            close(tx, asked, EscalationState.WITHDRAWN, outcome=f"withdrawn by {person.id}", actor=person.id)
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
    """Starts the work anew with another input, and drops the old job. The new one names the old one as its origin.

    Raises `Conflict` when the old job did something outside that still stands: the new one would do it again.
    """
    job = _mine(tx, policy, job_id, person)
    if job.status not in ENDED_BADLY:
        raise Conflict(f"J{job_id} is {job.status}, so there is nothing to try again.")
    _check_nothing_stands(tx, job_id)
    source = Source(
        kind="dialog", channel=job.source.channel, ts=job.source.ts, thread_ts=job.source.thread_ts, url=job.source.url
    )
    made = submit(tx, agent, input, requester=person.id, source=source, dedup_key=dedup_key, lineage_of=job_id)
    drop(tx, policy, job_id, person)
    return made


def _check_nothing_stands(tx: Tx, job_id: JobId) -> None:
    """Raises `Conflict` for a job with effects that happened, or that nobody knows the end of."""
    standing = {
        effect.tool
        for effect in journal.effects_of(tx, job_id).values()
        if effect.state in (EffectState.DONE, EffectState.UNKNOWN, EffectState.INTENDED)
    }
    if standing:
        raise Conflict(
            f"J{job_id} did something that still stands, or may have ({', '.join(sorted(standing))}), and a new job would do "
            "it again. Try it again as it is, which repeats nothing, or take that back first."
        )


def _mine(tx: Tx, policy: Policy, job_id: JobId, person: Person) -> JobRecord:
    """The job, when this person may steer it."""
    job = jobs.get(tx, job_id)
    try:
        check_steer(person, Act.RETRY, policy, agent=job.agent, requester=job.requester)
    except CalmopsError as refusal:
        tx.audit("steer.refused", actor=person.id, job_id=job_id, anyway=True, act=Act.RETRY, why=str(refusal))
        raise
    return job
