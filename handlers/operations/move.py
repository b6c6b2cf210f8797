"""A channel that takes no message of ours any more: the open questions in it go to the people who may answer them."""

from collections import defaultdict

from agents.core.crowding import reachable
from agents.core.ids import EscalationId, PersonId, person_id, user_of
from agents.core.people import SYSTEM
from agents.core.policy import Policy, demand_of
from agents.core.records import EscalationRecord
from handlers.operations.flood import MOST_DIRECTLY
from handlers.operations.undelivered import CARD
from storage import escalations, outbox, rosters
from storage.outbox import Urgency, put
from storage.store import Tx

CARDS_EACH = 10
"""Cards that one person gets at once, the riskiest and oldest first; the Home tab has the others."""


def move_cards(tx: Tx, policy: Policy, channel: str, *, team: str) -> int:
    """Brings every open question of a channel to its approvers in direct messages, with a note why. Returns how many.

    Safe to repeat: nobody gets a question twice. Whoever cannot be found out, such as the members of an unknown group, has
    the question on the Home tab; with nobody at all it goes to the owner and the operators.
    """
    found = escalations.pending_in(tx, channel)
    for_each: dict[PersonId, list[EscalationRecord]] = defaultdict(list)
    for escalation in found:
        for known, ts in outbox.places(tx, f"escalation:{escalation.id}", "card"):
            if known == channel:
                outbox.forget_place(tx, channel=known, ts=ts)
        if escalation.posted_at is None:  # held back by flood control: it comes now, in another place
            escalations.change(tx, escalation.id, posted_at=tx.now)
        readers = _readers(tx, policy, escalation, team)
        for person in readers:
            for_each[person].append(escalation)
        tx.audit(
            "card.moved",
            actor=SYSTEM,
            job_id=escalation.job_id,
            escalation_id=escalation.id,
            channel=channel,
            to=list(readers),
        )
    for person, theirs in for_each.items():
        _bring(tx, person, theirs, channel)
    return len(found)


def _readers(tx: Tx, policy: Policy, escalation: EscalationRecord, team: str) -> list[PersonId]:
    """Who may answer, as far as it is known; else who answers for the agent."""
    if escalation.assigned_to is not None:
        return [escalation.assigned_to]
    rules = policy.of(escalation.agent)
    known = rosters.known(tx)
    for people in (demand_of(escalation, policy).approvers, rules.owner | policy.operators):
        users = [str(user).rpartition("/")[2] for user in people.users]
        found = reachable([*users, *people.groups], known)
        if found:
            return [person_id(team, user) for user in found[:MOST_DIRECTLY]]
    return []


def _bring(tx: Tx, person: PersonId, theirs: list[EscalationRecord], channel: str) -> None:
    ordered = sorted(theirs, key=lambda one: (-one.tier.rank, one.id))
    stream = f"moved:{channel}:{person}"
    put(
        tx,
        "post",
        "moved",
        user=person,
        stream=stream,
        urgency=Urgency.ESCALATION,
        key=_key("note", person, ordered[0].id),
        channel_id=channel,
        ids=[one.id for one in ordered],
    )
    for one in ordered[:CARDS_EACH]:
        put(
            tx,
            "post",
            CARD,
            user=person,
            stream=stream,
            urgency=Urgency.ESCALATION,
            subject=f"escalation:{one.id}",
            job_id=one.job_id,
            key=_key("card", person, one.id),
            escalation_id=one.id,
        )


def _key(what: str, person: PersonId, number: EscalationId) -> str:
    """The same whenever the same question is brought to the same person."""
    return f"moved:{what}:{user_of(person)[:14]}:{number}"
