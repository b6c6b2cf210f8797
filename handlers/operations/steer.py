"""Steer work: cancel and retry jobs, pause and resume agents, stop and start everything. Each checks who asks."""

from collections.abc import Iterable

from agents.core.audit import Personal
from agents.core.errors import CalmopsError, Conflict
from agents.core.ids import JobId
from agents.core.people import Person
from agents.core.policy import Act, Policy, check_steer
from agents.core.records import EscalationKind, EscalationState, JobRecord
from agents.core.status import FINISHED, JobStatus
from handlers.operations.escalate import close, repaint
from handlers.operations.notices import tell_owner
from handlers.operations.progress import show
from handlers.operations.review import review_open_effects
from storage import controls, escalations, jobs, kin
from storage.store import Tx


def cancel(tx: Tx, policy: Policy, job_id: JobId, person: Person, *, reason: str = "") -> JobRecord:
    """Stops a job and its children: at once when it is queued or waiting, at its next step when it runs. Withdraws its
    open questions. Raises `NotAllowed`, or `Conflict` when it is finished."""
    job = jobs.get(tx, job_id)
    _check(tx, policy, person, Act.CANCEL, job=job)
    if job.status in FINISHED:
        raise Conflict(f"J{job_id} is already {job.status}.")
    return _cancel(tx, policy, job, person, reason=reason)


def _cancel(tx: Tx, policy: Policy, job: JobRecord, person: Person, *, reason: str) -> JobRecord:
    for child in kin.children_of(tx, job.id):
        if child.status not in FINISHED:
            _cancel(tx, policy, child, person, reason=f"J{job.id}, which started it, was stopped")
    for escalation in escalations.of_job(tx, job.id):
        if escalation.state is EscalationState.PENDING and escalation.kind is not EscalationKind.PROMOTE:
            close(tx, escalation, EscalationState.WITHDRAWN, outcome=f"withdrawn by {person.id}", actor=person.id)
    tx.audit("job.cancel_asked", actor=person.id, job_id=job.id, reason=_said(reason, person), was=job.status)
    if job.status is JobStatus.RUNNING:
        jobs.change(tx, job.id, cancel_asked=True)
        tx.wake("worker")
    else:
        jobs.move(tx, job.id, JobStatus.CANCELLED, error=reason or None)
        review_open_effects(tx, policy, job, to=JobStatus.CANCELLED)
        kin.wake_parent(tx, job)
        tx.audit("job.cancelled", actor=person.id, job_id=job.id)
    show(tx, job)
    return jobs.get(tx, job.id)


def retry(tx: Tx, policy: Policy, job_id: JobId, person: Person) -> JobRecord:
    """Puts a failed, expired or dead job back into the queue; what it did before is not done again.

    Raises `IllegalMove` for any other job, and `Conflict` for one that was tried again too often.
    """
    job = jobs.get(tx, job_id)
    _check(tx, policy, person, Act.RETRY, job=job)
    jobs.replay(tx, job)
    tx.audit("job.requeued", actor=person.id, job_id=job_id, was=job.status, replay=job.replays + 1)
    show(tx, job)
    return jobs.get(tx, job_id)


def pause(tx: Tx, policy: Policy, agent: str, person: Person, *, reason: str = "") -> bool:
    """Stops an agent: none of its jobs is started, no effect of a running one begins. False when it was paused already."""
    _check(tx, policy, person, Act.PAUSE, agent=agent)
    if not controls.halt(tx, controls.PAUSE + agent, reason=reason, by=person.id):
        return False
    tx.audit("agent.paused", actor=person.id, agent=agent, reason=_said(reason, person))
    tell_owner(tx, policy, agent, "paused", by=person.id, reason=reason)
    _repaint_open(tx, [agent])
    tx.wake("worker")
    return True


def resume(tx: Tx, policy: Policy, agent: str, person: Person) -> bool:
    """Lets an agent's jobs start again. Returns False when it was not paused."""
    _check(tx, policy, person, Act.RESUME, agent=agent)
    if not controls.drop(tx, controls.PAUSE + agent):
        return False
    tx.audit("agent.resumed", actor=person.id, agent=agent)
    tell_owner(tx, policy, agent, "resumed", by=person.id)
    _repaint_open(tx, [agent])
    tx.wake("worker")
    return True


def stop_all(tx: Tx, policy: Policy, person: Person, *, reason: str = "") -> bool:
    """Stops everything: once this is committed no new effect begins, also after a restart, until an operator resumes.
    Returns False when it was stopped already."""
    _check(tx, policy, person, Act.STOP_ALL)
    if not controls.halt(tx, controls.STOP, reason=reason, by=person.id):
        return False
    tx.audit("stop.set", actor=person.id, reason=_said(reason, person))
    for agent in sorted(policy.agents):
        tell_owner(tx, policy, agent, "stopped", by=person.id, reason=reason)
    _repaint_open(tx, None)
    tx.wake("worker")
    return True


def resume_all(tx: Tx, policy: Policy, person: Person) -> bool:
    """Ends the stop of everything; agents that were paused stay paused. Returns False when nothing was stopped."""
    _check(tx, policy, person, Act.RESUME_ALL)
    if not controls.drop(tx, controls.STOP):
        return False
    tx.audit("stop.lifted", actor=person.id)
    for agent in sorted(policy.agents):
        tell_owner(tx, policy, agent, "started", by=person.id)
    _repaint_open(tx, None)
    tx.wake("worker")
    return True


def obey_flag(tx: Tx, policy: Policy, person: Person, *, present: bool) -> bool:
    """Makes the stop follow the flag file, which works when Slack and every other door are out of reach. A stop that the
    file caused ends when the file is removed; one that a person asked for does not. Returns whether anything changed."""
    now = controls.all_of(tx, controls.STOP).get(controls.STOP)
    if present and now is None:
        return stop_all(tx, policy, person, reason="the stop file is there")
    if not present and now is not None and now["by"] == person.id:
        return resume_all(tx, policy, person)
    return False


def is_paused(tx: Tx, agent: str) -> bool:
    """Whether people paused this agent."""
    name = controls.PAUSE + agent
    return name in controls.all_of(tx, name)


def effects_allowed(tx: Tx, agent: str) -> None:
    """Raises `Halted` while a stop or a pause is in force; see `storage.controls.check_halt`."""
    controls.check_halt(tx, agent)


def _check(
    tx: Tx, policy: Policy, person: Person, act: Act, *, agent: str | None = None, job: JobRecord | None = None
) -> None:
    try:
        check_steer(person, act, policy, agent=job.agent if job else agent, requester=job.requester if job else None)
    except CalmopsError as refusal:
        tx.audit(
            "steer.refused",
            actor=person.id,
            job_id=job.id if job else None,
            anyway=True,
            act=act,
            agent=job.agent if job else agent,
            kind=person.kind,
            why=str(refusal),
        )
        raise


def _said(reason: str, person: Person) -> Personal | None:
    return Personal(text=reason, about=person.id) if reason else None


def _repaint_open(tx: Tx, agents: Iterable[str] | None) -> None:
    """Cards say when their agent is paused, so they are drawn anew."""
    for escalation in escalations.pending(tx, limit=200):
        if agents is None or escalation.agent in agents:
            repaint(tx, escalation.id)
