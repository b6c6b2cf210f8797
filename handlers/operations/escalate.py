"""Put a question to people, and close one."""

import secrets
from typing import Any

from agents.core.canonical import Proposal, call_digest
from agents.core.contract import Tier
from agents.core.ids import EscalationId
from agents.core.job import Evidence, Source, StopReason
from agents.core.policy import AgentPolicy, Limits, demand
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, JobRecord
from handlers.operations.asker import tell_outcome, tell_waiting
from handlers.operations.flood import show_card
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

    `rules` come from `Policy.of`; with them the tier, the quorum and the expiry are raised where the arguments want it.
    `channel` is where the card goes; see `card_place` for when it is None. Flood control may hold the card back:
    the question stands in the inbox at once all the same.
    """
    needed = demand(rules, tool=tool or "", tier=tier, args=args if tool else None)
    approvers = rules.owner if kind is EscalationKind.PROMOTE else needed.approvers
    where, thread_ts = card_place(channel, job.source, rules)
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
        tier=needed.tier,
        question=question,
        verb=verb,
        because=because,
        stop_reason=stop,
        choices=list(choices) or None,
        evidence=[evidence_json(piece) for piece in evidence],
        confidence=confidence,
        requester=job.requester,
        approvers={"users": sorted(approvers.users), "groups": sorted(approvers.groups)},
        quorum=needed.quorum if kind is EscalationKind.APPROVE else 1,
        version=version,
        expires_at=tx.now + needed.expiry.total_seconds(),
        remind_at=tx.now + needed.expiry.total_seconds() / 2,
        climb_at=_first_rung(tx.now, rules, kind),
        channel=where,
        thread_ts=thread_ts,
    )
    announce(tx, escalation, actor=job.agent, because=stop or "policy", limits=needed.limits)
    return escalation


def card_place(channel: str | None, source: Source, rules: AgentPolicy) -> tuple[str | None, str | None]:
    """Channel and thread of a card: where the work came from, unless that is a direct message: nobody else could see the
    card there. Then it goes to a channel that the agent watches; without one (None) to those who decide, directly."""
    if channel:
        return channel, None
    if source.channel and not source.channel.startswith("D"):
        return source.channel, source.thread_ts or source.ts
    return next(iter(sorted(rules.channels)), None), None


def announce(tx: Tx, escalation: EscalationRecord, *, actor: str, because: str, limits: Limits) -> None:
    """Writes into the audit that people are asked, shows the card, now or when flood control lets it, and tells the asker."""
    show_card(tx, escalation, limits)
    tell_waiting(tx, escalation)
    tx.audit(
        "escalation.opened",
        actor=actor,
        job_id=escalation.job_id,
        escalation_id=escalation.id,
        version=escalation.version,
        kind=escalation.kind,
        call=escalation.name,
        tool=escalation.tool,
        digest=escalation.digest,
        args_digest=call_digest(escalation.tool, escalation.args) if escalation.tool else None,
        record_version=escalation.record_version,
        tier=escalation.tier,
        quorum=escalation.quorum,
        expires_at=escalation.expires_at,
        requester=escalation.requester,
        because=because,
    )


def _first_rung(now: float, rules: AgentPolicy, kind: EscalationKind) -> float | None:
    rungs = rules.rungs()
    if not rungs or kind in (EscalationKind.SHADOW, EscalationKind.PROMOTE):
        return None
    return now + rungs[0].after.total_seconds()


def repaint(tx: Tx, escalation_id: EscalationId) -> None:
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


def show_outcome(tx: Tx, escalation: EscalationRecord, job: JobRecord | None = None) -> None:
    """Repaints the cards of a question that was closed, and tells whoever asked for the work how it ended. `job` is the one
    it belongs to, where it is at hand."""
    repaint(tx, escalation.id)
    tell_outcome(tx, escalation, job)


def close(tx: Tx, escalation: EscalationRecord, state: EscalationState, *, outcome: str, actor: str) -> bool:
    """Closes an open escalation without a decision (expired, withdrawn, replaced). False when it was closed already."""
    if not escalations.settle(tx, escalation.id, state, outcome=outcome, outcome_at=tx.now):
        return False
    tx.audit(
        f"escalation.{state}",
        actor=actor,
        job_id=escalation.job_id,
        escalation_id=escalation.id,
        version=escalation.version,
        tool=escalation.tool,
        digest=escalation.digest,
        expires_at=escalation.expires_at,
    )
    show_outcome(tx, escalation)
    return True
