"""Watches how people decide: many approvals in a row that nobody can have read alert the owner."""

from agents.core.ids import PersonId
from agents.core.people import Person
from agents.core.policy import Policy
from agents.core.records import EscalationKind, EscalationRecord, Verdict
from handlers.operations.notices import tell_owner
from storage import controls, escalations
from storage.store import Tx

QUIET_SECONDS = 24 * 3600.0
"""One alarm about one person in that time."""


def note_speed(tx: Tx, policy: Policy, escalation: EscalationRecord, person: Person, verdict: Verdict) -> float:
    """How long this person had the question before them at the most, in seconds: since its card or their last answer,
    whichever was later. Raises the alarm when they have been approving faster than anybody reads."""
    limits = policy.of(escalation.agent).limits
    seen = escalation.posted_at or escalation.created_at
    before = escalations.pace(tx, person.id, newest=limits.stamp_count - 1, seconds=limits.stamp_seconds)
    took = max(0.0, tx.now - max(seen, before.last_at or seen))
    if (
        verdict is Verdict.APPROVED
        and escalation.kind is EscalationKind.APPROVE
        and took < limits.stamp_seconds
        and before.fast == limits.stamp_count - 1
    ):
        _alert(tx, policy, escalation, person.id, limits.stamp_count, limits.stamp_seconds)
    return took


def _alert(tx: Tx, policy: Policy, escalation: EscalationRecord, person: PersonId, count: int, seconds: float) -> None:
    name = f"alarm:stamp:{person}"
    last = controls.set_at(tx, name)
    if last is not None and tx.now - last < QUIET_SECONDS:
        return
    controls.put(tx, name, {"escalation": escalation.id}, by=person)
    tx.audit(
        "alarm.rubber_stamp",
        actor=person,
        job_id=escalation.job_id,
        agent=escalation.agent,
        approvals=count,
        seconds=seconds,
    )
    tell_owner(tx, policy, escalation.agent, "rubber_stamp", person=person, approvals=count, seconds=seconds)
