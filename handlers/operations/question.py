"""What people do with an open question besides answering it: ask for details, hand it over, put it off, ask again."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from secrets import token_hex
from typing import Any

from agents.core.audit import Personal
from agents.core.contract import Registry
from agents.core.errors import CalmopsError, Conflict, InvalidInput, NotAllowed
from agents.core.ids import EscalationId, JobId
from agents.core.job import Evidence
from agents.core.people import Person
from agents.core.policy import Act, Policy, check_answer, check_steer
from agents.core.proposals import digest_of
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, Verdict
from agents.core.status import FINISHED, JobStatus
from handlers.operations.decide import refuse_closed
from handlers.operations.escalate import announce, repaint
from handlers.operations.submit import say_in_thread
from storage import escalations, jobs
from storage.rows import evidence_json
from storage.store import Tx

LONGEST_WAIT = 7 * 24 * 3600.0
"""No question stays open for longer, however often it is extended."""


def ask_details(
    tx: Tx,
    policy: Policy,
    escalation_id: EscalationId,
    person: Person,
    question: str,
    *,
    version: int,
    registry: Registry | None = None,
) -> EscalationRecord:
    """Asks who asked for the job, and the agent where it can explain itself, for more before deciding. The question
    stays open and decidable."""
    escalation = _open(tx, policy, escalation_id, person, version)
    if not question.strip():
        raise InvalidInput("What would you like to know? Please write a question.")
    escalations.ask_details(tx, escalation.id, by=person.id, question=question.strip()[:2000])
    _audit(tx, "escalation.details_asked", escalation, person, text=Personal(text=question, about=person.id))
    job = jobs.get(tx, escalation.job_id)
    say_in_thread(tx, job, "details_asked", escalation_id=escalation.id)
    agent = registry.find(escalation.agent) if registry else None
    explains = agent is not None and agent.explain is not None
    if explains and job.status is JobStatus.WAITING and job.wait_for == f"escalation:{escalation.id}":
        jobs.requeue(tx, job.id)
    repaint(tx, escalation.id)
    return escalations.get(tx, escalation.id)


def answer_details(
    tx: Tx, escalation_id: EscalationId, *, by: str, answer: str, evidence: Sequence[Evidence] = ()
) -> bool:
    """Answers what was asked about an open question: by the agent, with more evidence, or by a person in the thread.
    What is proposed does not change, so no approval is touched. Returns False when nothing was asked."""
    escalation = escalations.get(tx, escalation_id, lock=True)
    if not escalations.answer_details(tx, escalation_id, by=by, answer=answer[:3000]):
        return False
    if evidence:
        pieces = [*escalation.evidence, *evidence]
        escalations.change(tx, escalation_id, evidence=[evidence_json(piece) for piece in pieces])
    tx.audit(
        "escalation.details_given",
        actor=by,
        job_id=escalation.job_id,
        escalation_id=escalation_id,
        text=Personal(text=answer, about=by),
        evidence=len(evidence),
    )
    job = jobs.get(tx, escalation.job_id)
    say_in_thread(tx, job, "details_given", escalation_id=escalation_id)
    repaint(tx, escalation_id)
    return True


def reassign(
    tx: Tx, policy: Policy, escalation_id: EscalationId, person: Person, to: Person, *, version: int
) -> EscalationRecord:
    """Hands the question to one person. That gives nobody a right: they must be among the people who may answer it."""
    escalation = _open(tx, policy, escalation_id, person, version)
    try:
        check_answer(to, escalation, policy)
    except NotAllowed as refusal:
        name = to.name or "That person"
        raise InvalidInput(f"{name} may not decide this, so it cannot be handed to them. ({refusal})") from refusal
    escalations.change(tx, escalation.id, assigned_to=to.id, remind_at=tx.now, snoozed_until=None)
    _audit(tx, "escalation.reassigned", escalation, person, to=to.id)
    repaint(tx, escalation.id)
    return escalations.get(tx, escalation.id)


def snooze(
    tx: Tx, policy: Policy, escalation_id: EscalationId, person: Person, until: float, *, version: int
) -> EscalationRecord:
    """Moves the reminder, never the expiry. Raises `InvalidInput` for a time that is past or after the expiry."""
    escalation = _open(tx, policy, escalation_id, person, version)
    if until <= tx.now:
        raise InvalidInput("That time is over. Please choose a later one.")
    if until >= escalation.expires_at:
        raise InvalidInput("By then the question has expired. Please choose an earlier time, or decide now.")
    escalations.change(tx, escalation.id, snoozed_until=until, remind_at=until)
    _audit(tx, "escalation.snoozed", escalation, person, until=until)
    repaint(tx, escalation.id)
    return escalations.get(tx, escalation.id)


def extend(tx: Tx, policy: Policy, escalation_id: EscalationId, person: Person, until: float) -> EscalationRecord:
    """Gives people more time, before it has run out: by the owner or an operator, up to seven days in all."""
    escalation = escalations.get(tx, escalation_id, lock=True)
    _check_owner(tx, policy, escalation, person)
    refuse_closed(escalation, escalation.version)
    if escalation.expires_at <= tx.now:
        raise Conflict("Its time has run out already. Ask again instead.")
    if until <= escalation.expires_at:
        raise InvalidInput("That would not give more time. Please choose a later time.")
    if until > escalation.created_at + LONGEST_WAIT:
        raise InvalidInput("A question may stay open for seven days at most. Please choose an earlier time.")
    escalations.change(tx, escalation.id, expires_at=until)
    _audit(tx, "escalation.extended", escalation, person, expires_at=until, digest=escalation.digest)
    repaint(tx, escalation.id)
    return escalations.get(tx, escalation.id)


def ask_again(tx: Tx, policy: Policy, escalation_id: EscalationId, person: Person) -> EscalationRecord:
    """Puts a question that nobody answered in time to people once more, and its job back to waiting for it: by the owner
    or an operator. The old card says that it was replaced."""
    old = escalations.get(tx, escalation_id, lock=True)
    _check_owner(tx, policy, old, person)
    if old.replaced_by is not None:
        raise Conflict(f"That was asked again already: see E{old.replaced_by}.")
    if old.state is not EscalationState.EXPIRED:
        raise Conflict(f"E{old.id} has not expired, so there is nothing to ask again.")
    job = jobs.get(tx, old.job_id)
    if job.status in (JobStatus.SUCCEEDED, JobStatus.CANCELLED):
        raise Conflict(f"J{job.id} has {job.status} without this. Start it anew if it is still needed.")
    rules = policy.of(old.agent)
    rungs = rules.rungs()
    nonce = token_hex(16)
    values = asdict(old)
    for name in ("id", "state", "created_at", "posted_at", "replaced_by", "outcome", "outcome_at"):
        values.pop(name)
    values |= {
        "args": old.final_args,
        "edits": None,
        "nonce": nonce,
        "digest": digest_of(replace(old, nonce=nonce), old.final_args),
        "version": old.version + 1,
        "choices": list(old.choices) or None,
        "expires_at": tx.now + (old.expires_at - old.created_at),
        "remind_at": tx.now + (old.expires_at - old.created_at) / 2,
        "reminders": 0,
        "passed_on": 0,
        "climb_at": tx.now + rungs[0].after.total_seconds() if rungs else None,
        "snoozed_until": None,
    }
    fresh = escalations.add(tx, **values)
    escalations.change(tx, old.id, replaced_by=fresh.id)
    if job.status in FINISHED:
        jobs.replay(tx, job)
    announce(tx, fresh, actor=person.id, because="asked again", limits=rules.limits)
    repaint(tx, old.id)
    return fresh


def mark_done(tx: Tx, policy: Policy, escalation_id: EscalationId, person: Person) -> EscalationRecord:
    """Records that a person has done by hand what they took over."""
    escalation = escalations.get(tx, escalation_id, lock=True)
    if escalation.verdict is not Verdict.TAKEN_OVER:
        raise Conflict(f"E{escalation.id} was not taken over by anybody.")
    if person.id != escalation.decided_by:
        check_steer(person, Act.SETTLE, policy, agent=escalation.agent)
    if escalation.done_at is not None:
        raise Conflict("That was marked as done already.")
    escalations.change(tx, escalation.id, done_at=tx.now, outcome="done by hand", outcome_at=tx.now)
    _audit(tx, "escalation.done_by_hand", escalation, person)
    repaint(tx, escalation.id)
    return escalations.get(tx, escalation.id)


def open_for_job(tx: Tx, job_id: JobId) -> list[EscalationRecord]:
    """The open questions of a job that wait for an answer, oldest first."""
    kinds = (EscalationKind.APPROVE, EscalationKind.CHOOSE, EscalationKind.EFFECT)
    return [one for one in escalations.of_job(tx, job_id) if one.state is EscalationState.PENDING and one.kind in kinds]


def _open(tx: Tx, policy: Policy, escalation_id: EscalationId, person: Person, version: int) -> EscalationRecord:
    """The question, when it is open, the one that the person saw, and theirs to answer."""
    escalation = escalations.get(tx, escalation_id, lock=True)
    try:
        refuse_closed(escalation, version)
        if escalation.expires_at <= tx.now:
            raise Conflict("The time for this decision has run out. Nothing was changed.")
        check_answer(person, escalation, policy)
    except CalmopsError as refusal:
        _refused(tx, escalation, person, refusal)
        raise
    return escalation


def _check_owner(tx: Tx, policy: Policy, escalation: EscalationRecord, person: Person) -> None:
    try:
        check_steer(person, Act.ASK_AGAIN, policy, agent=escalation.agent)
    except CalmopsError as refusal:
        _refused(tx, escalation, person, refusal)
        raise


def _refused(tx: Tx, escalation: EscalationRecord, person: Person, refusal: CalmopsError) -> None:
    tx.audit(
        "answer.refused",
        actor=person.id,
        job_id=escalation.job_id,
        anyway=True,
        escalation_id=escalation.id,
        code=refusal.code,
        why=str(refusal),
        kind=person.kind,
    )


def _audit(tx: Tx, event: str, escalation: EscalationRecord, person: Person, **data: Any) -> None:
    tx.audit(event, actor=person.id, job_id=escalation.job_id, escalation_id=escalation.id, **data)
