"""Open what a card masks: only who may decide sees it, and it is written down that they did."""

from agents.core.errors import CalmopsError, NotAllowed
from agents.core.people import Person
from agents.core.policy import Policy, check_answer
from agents.core.records import EscalationRecord
from storage.store import Tx


def look_closer(
    tx: Tx, policy: Policy, escalation: EscalationRecord, person: Person, *, masked: frozenset[str]
) -> None:
    """To be called before arguments that are `masked` in the channel are shown to somebody in full.

    Raises `NotAllowed` unless they may answer the question, or might if it were open. Nothing masked, nothing checked.
    """
    if not masked:
        return
    try:
        check_answer(person, escalation, policy)
    except CalmopsError as refusal:
        tx.audit(
            "look.refused",
            actor=person.id,
            job_id=escalation.job_id,
            anyway=True,
            escalation_id=escalation.id,
            kind=person.kind,
            why=str(refusal),
        )
        raise NotAllowed("This holds details that only the people who decide may open.") from refusal
    tx.audit(
        "escalation.looked",
        actor=person.id,
        job_id=escalation.job_id,
        escalation_id=escalation.id,
        masked=sorted(masked),
    )
