"""The one review card of an effect that nobody knows the end of, and what its answer does once the job is over."""

from agents.core.contract import Tier
from agents.core.ids import EffectId, EscalationId
from agents.core.policy import Policy
from agents.core.records import EffectRecord, EffectState, EscalationKind, EscalationRecord, JobRecord
from agents.core.status import FINISHED, JobStatus
from handlers.operations.escalate import escalate
from storage import escalations, jobs, journal
from storage.store import Tx

HAPPENED, RUN_IT, LEAVE_IT = "It happened", "It did not, run it", "Leave it"

RUNNABLE = frozenset({JobStatus.DEAD, JobStatus.FAILED, JobStatus.EXPIRED})
"""Ends of a job from which it can be taken up again to run the effect."""


def review_name(effect: EffectRecord) -> str:
    """The name under which a job's review of that effect stands."""
    return f"review {effect.name}"


def open_review(
    tx: Tx,
    policy: Policy,
    job: JobRecord,
    effect: EffectRecord,
    *,
    question: str,
    verb: str,
    because: str,
    tier: Tier,
    can_run: bool,
) -> EscalationRecord:
    """Asks people whether an effect happened. `can_run` offers to run it when it did not."""
    earlier = escalations.latest(tx, job.id, review_name(effect))
    return escalate(
        tx,
        job,
        policy.of(job.agent),
        kind=EscalationKind.EFFECT,
        name=review_name(effect),
        version=earlier.version + 1 if earlier else 1,
        question=question,
        verb=verb,
        because=because,
        tool=effect.tool,
        args=effect.args,
        tier=tier,
        choices=(HAPPENED, RUN_IT, LEAVE_IT) if can_run else (HAPPENED, LEAVE_IT),
        case_type=job.case_type,
    )


def review_open_effects(tx: Tx, policy: Policy, job: JobRecord, *, to: JobStatus) -> list[EscalationId]:
    """For a job that ends: every effect that was begun and has no end becomes unknown, with a review card each."""
    opened = []
    for effect in journal.open_effects(tx, job.id):
        unknown = journal.settle_effect(
            tx,
            EffectId(effect.id),
            EffectState.UNKNOWN,
            error=effect.error or "ambiguous: Its job ended before its answer came.",
        )
        if unknown is None:
            continue
        tx.audit(
            "effect.unknown",
            actor=job.agent,
            job_id=job.id,
            effect_id=effect.id,
            call=effect.name,
            tool=effect.tool,
            access=effect.access,
            args_digest=effect.digest,
            escalation_id=effect.escalation_id,
        )
        card = open_review(
            tx,
            policy,
            job,
            unknown,
            question=f"Did {effect.tool} happen?",
            verb="Say what happened",
            because=f"J{job.id} ended before the answer of {effect.tool} came, so nobody knows whether it happened.",
            tier=Tier.MEDIUM,
            can_run=to in RUNNABLE,
        )
        opened.append(card.id)
    return opened


def settle_review(tx: Tx, review: EscalationRecord) -> None:
    """Does what people said about an effect of a job that is over; a job that waits for the answer does it itself."""
    job = jobs.get(tx, review.job_id)
    if job.status not in FINISHED or review.kind is not EscalationKind.EFFECT:
        return
    effect = next((one for one in journal.effects_of(tx, job.id).values() if review_name(one) == review.name), None)
    if effect is None or effect.state is not EffectState.UNKNOWN:
        return
    if review.answer == RUN_IT:
        if job.status in RUNNABLE:
            jobs.replay(tx, job)
        return
    state = EffectState.DONE if review.answer == HAPPENED else EffectState.SKIPPED
    journal.settle_effect(tx, EffectId(effect.id), state)
    tx.audit(
        f"effect.{state}",
        actor=review.decided_by or job.agent,
        job_id=job.id,
        effect_id=effect.id,
        call=effect.name,
        tool=effect.tool,
        access=effect.access,
        args_digest=effect.digest,
        escalation_id=review.id,
        decider=review.decided_by or "",
    )
