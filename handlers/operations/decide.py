"""Answer an escalation. The first answer wins; everybody else is told who gave it."""

from dataclasses import dataclass
from typing import Any

from agents.core.canonical import Proposal
from agents.core.errors import AlreadyDecided, Conflict, IllegalMove, LostLease
from agents.core.ids import EscalationId
from agents.core.people import Person
from agents.core.policy import People, Policy, check_decider
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, Verdict
from agents.core.status import JobStatus
from handlers.operations.escalate import repaint
from storage import escalations, jobs
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person said. `version` is the version of the question they saw; `door` how it came in; `message` the
    channel and ts of the card they pressed."""

    verdict: Verdict
    version: int
    door: str
    reason: str = ""
    edits: dict[str, Any] | None = None
    choice: str | None = None
    message: str | None = None


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The escalation after the answer; `complete` is False while a quorum still lacks votes."""

    escalation: EscalationRecord
    complete: bool
    missing: int = 0


def decide(tx: Tx, policy: Policy, escalation_id: EscalationId, person: Person, answer: Answer) -> Decided:
    """Records one person's answer and, when it settles the question, wakes the job.

    Raises `NotAllowed` (not theirs to decide), `AlreadyDecided`, or `Conflict` (expired, replaced, or an older picture).
    """
    escalation = escalations.get(tx, escalation_id)
    refuse_closed(escalation, answer.version)
    if escalation.expires_at <= tx.now:
        raise Conflict("The time for this decision has run out. Nothing was changed.")
    rules = policy.of(escalation.agent)
    approvers = rules.approvers
    if escalation.assigned_to:
        approvers = People(users=approvers.users | {escalation.assigned_to.partition("/")[2]}, groups=approvers.groups)
    check_decider(
        person,
        approvers=approvers,
        requester=escalation.requester,
        tier=escalation.tier,
        self_approval=rules.self_approval,
    )
    digest = digest_of(escalation, answer.edits)
    escalations.record_decision(
        tx,
        escalation,
        person=person.id,
        verdict=answer.verdict,
        reason=answer.reason,
        edits=answer.edits,
        digest=digest,
        door=answer.door,
        message=answer.message,
    )
    tx.audit(
        "escalation.answered",
        actor=person.id,
        job_id=escalation.job_id,
        escalation_id=escalation.id,
        version=escalation.version,
        verdict=answer.verdict,
        digest=digest,
        door=answer.door,
        message=answer.message,
    )
    if answer.verdict is Verdict.APPROVED:
        votes = escalations.votes(tx, escalation)
        if len(votes) < escalation.quorum:
            repaint(tx, escalation.id)
            return Decided(escalation=escalation, complete=False, missing=escalation.quorum - len(votes))
    won = escalations.settle(
        tx,
        escalation.id,
        EscalationState.DECIDED,
        version=escalation.version,
        decided_at=tx.now,
        decided_by=person.id,
        verdict=answer.verdict,
        reason=answer.reason,
        edits=answer.edits,
        digest=digest,
        answer=answer.choice,
    )
    after = escalations.get(tx, escalation_id)
    if not won:
        refuse_closed(after, answer.version)
    repaint(tx, escalation.id)
    wake_job(tx, escalation)
    return Decided(escalation=after, complete=True)


def digest_of(escalation: EscalationRecord, edits: dict[str, Any] | None) -> str:
    """The digest that an answer covers: that of the proposal, or of the proposal as edited."""
    if edits is None:
        return escalation.digest
    return Proposal(
        tool=escalation.tool or "",
        args=edits,
        record_version=escalation.record_version,
        job_id=escalation.job_id,
        requester=escalation.requester,
        nonce=escalation.nonce,
    ).digest()


def refuse_closed(escalation: EscalationRecord, version: int) -> None:
    """Raises unless the question is open and is the one the person saw."""
    match escalation.state:
        case EscalationState.DECIDED:
            raise AlreadyDecided(
                by=escalation.decided_by or "", at=escalation.decided_at or 0.0, verdict=escalation.verdict or ""
            )
        case EscalationState.EXPIRED:
            raise Conflict("The time for this decision has run out. Nothing was changed.")
        case EscalationState.WITHDRAWN:
            raise Conflict("This question was withdrawn. Nothing was changed.")
        case EscalationState.REPLACED:
            raise Conflict(f"This question was replaced by E{escalation.replaced_by}. Please answer that one.")
        case EscalationState.PENDING:
            if escalation.version != version:
                raise Conflict("This card shows an older version of the question. Please use the current one.")


def wake_job(tx: Tx, escalation: EscalationRecord) -> None:
    """Queues the job that waited for this answer. A job that has not parked yet looks again by itself when it parks."""
    if escalation.kind is EscalationKind.SHADOW:
        return
    job = jobs.get(tx, escalation.job_id)
    if job.status is JobStatus.WAITING and job.wait_for == f"escalation:{escalation.id}":
        try:
            jobs.move(tx, job.id, JobStatus.QUEUED)
        except (IllegalMove, LostLease):
            return
        tx.wake("worker")
