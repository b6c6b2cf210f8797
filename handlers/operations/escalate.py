"""Put a question to people, and close one."""

import secrets
from typing import Any

from agents.core.canonical import Proposal
from agents.core.contract import Tier
from agents.core.ids import EscalationId
from agents.core.job import Evidence, StopReason
from agents.core.policy import AgentPolicy
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, JobRecord
from storage import escalations
from storage.outbox import Urgency, put
from storage.rows import evidence_json
from storage.store import Tx


def escalate(
    tx: Tx,
    job: JobRecord,
    rules: AgentPolicy,
    *,
    kind: EscalationKind,
    name: str,
    question: str,
    verb: str,
    because: str,
    tool: str | None = None,
    args: dict[str, Any] | None = None,
    record: str | None = None,
    record_version: str | None = None,
    tier: Tier = Tier.LOW,
    stop: StopReason | None = None,
    choices: tuple[str, ...] = (),
    evidence: tuple[Evidence, ...] = (),
    confidence: float | None = None,
    case_type: str = "",
    version: int = 1,
    channel: str | None = None,
) -> EscalationRecord:
    """Writes the question down, bound to the digest of exactly what is proposed, and queues its card.

    `channel` is where the card goes; the thread of the job's source when it is None.
    """
    nonce = secrets.token_hex(16)
    proposal = Proposal(
        tool=tool or "",
        args=args or {},
        record_version=record_version,
        job_id=job.id,
        requester=job.requester,
        nonce=nonce,
    )
    escalation = escalations.add(
        tx,
        job_id=job.id,
        kind=kind,
        name=name,
        agent=job.agent,
        case_type=case_type,
        tool=tool,
        args=args or {},
        record=record,
        record_version=record_version,
        nonce=nonce,
        digest=proposal.digest(),
        tier=tier,
        question=question,
        verb=verb,
        because=because,
        stop_reason=stop,
        choices=list(choices) or None,
        evidence=[evidence_json(piece) for piece in evidence],
        confidence=confidence,
        requester=job.requester,
        approvers={"users": sorted(rules.approvers.users), "groups": sorted(rules.approvers.groups)},
        quorum=rules.quorum,
        version=version,
        expires_at=tx.now + rules.expiry.total_seconds(),
        remind_at=tx.now + rules.expiry.total_seconds() / 2,
        channel=channel or job.source.channel,
        thread_ts=None if channel else (job.source.thread_ts or job.source.ts),
    )
    put(
        tx,
        "post",
        "escalation_card",
        channel=escalation.channel,
        thread_ts=escalation.thread_ts,
        stream=f"escalation:{escalation.id}",
        urgency=Urgency.CRITICAL if tier is Tier.CRITICAL else Urgency.ESCALATION,
        subject=f"escalation:{escalation.id}",
        job_id=job.id,
        escalation_id=escalation.id,
    )
    tx.audit(
        "escalation.opened",
        actor=job.agent,
        job_id=job.id,
        escalation_id=escalation.id,
        kind=kind,
        tool=tool,
        digest=escalation.digest,
        expires_at=escalation.expires_at,
        because=stop or "policy",
    )
    return escalation


def repaint(tx: Tx, escalation_id: EscalationId, job_id: int | None = None) -> None:
    """Queues one repaint of every card of an escalation; several that wait are sent as one."""
    put(
        tx,
        "update",
        "escalation_card",
        stream=f"escalation:{escalation_id}",
        urgency=Urgency.ANSWER,
        subject=f"escalation:{escalation_id}",
        merge=True,
        escalation_id=escalation_id,
    )


def close(tx: Tx, escalation: EscalationRecord, state: EscalationState, *, outcome: str, actor: str) -> bool:
    """Closes an open escalation without a decision (expired, withdrawn, replaced). Returns whether it was still open."""
    if not escalations.settle(tx, escalation.id, state, outcome=outcome, outcome_at=tx.now):
        return False
    tx.audit(f"escalation.{state}", actor=actor, job_id=escalation.job_id, escalation_id=escalation.id)
    repaint(tx, escalation.id)
    return True
