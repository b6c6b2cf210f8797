"""Take back what was done, in the time that the tool allows for it."""

from agents.core.errors import CalmopsError, Conflict
from agents.core.ids import EffectId
from agents.core.people import Person
from agents.core.policy import Act, Policy, check_steer
from agents.core.records import EffectRecord, EffectState
from handlers.operations.escalate import repaint
from handlers.operations.learn import disagree
from storage import escalations, jobs, undo
from storage.store import Tx


def ask_undo(tx: Tx, policy: Policy, effect_id: EffectId, person: Person) -> EffectRecord:
    """Records that an effect is to be taken back; a worker does it. The first to ask wins.

    Raises `NotAllowed`, or `Conflict` when it is not done, taken back already, or its time is over.
    """
    effect = undo.find(tx, effect_id)
    job = jobs.get(tx, effect.job_id)
    try:
        check_steer(person, Act.UNDO, policy, agent=job.agent)
    except CalmopsError as refusal:
        tx.audit("undo.refused", actor=person.id, job_id=job.id, anyway=True, effect_id=effect_id, why=str(refusal))
        raise
    if effect.state is EffectState.UNDONE:
        raise Conflict("This was taken back already.")
    if effect.state is not EffectState.DONE:
        raise Conflict(f"There is nothing to take back: this call is {effect.state}.")
    if effect.undo_until is None:
        raise Conflict("This cannot be taken back from here.")
    if effect.undo_until <= tx.now:
        raise Conflict("The time to take this back is over.")
    if not undo.ask(tx, effect_id, by=person.id):
        raise Conflict("Somebody is taking this back already.")
    tx.audit(
        "undo.asked",
        actor=person.id,
        job_id=job.id,
        effect_id=effect.id,
        tool=effect.tool,
        access=effect.access,
        args_digest=effect.digest,
        escalation_id=effect.escalation_id,
    )
    case_type = job.case_type
    if effect.escalation_id is not None:
        case_type = escalations.get(tx, effect.escalation_id).case_type
        repaint(tx, effect.escalation_id)
    disagree(tx, policy, job, case_type, verdict="undone", by=person.id)
    tx.wake("worker")
    return undo.find(tx, effect_id)
