"""Somebody goes away and names who decides in their place. Rights are looked up at each click, so what waits moves too."""

from agents.core.errors import InvalidInput, NotAllowed
from agents.core.people import Person, PersonKind
from agents.core.policy import check_member
from storage import delegations
from storage.delegations import Delegation
from storage.store import Tx

LONGEST = 60 * 24 * 3600.0


def delegate(tx: Tx, person: Person, to: Person, *, first_at: float, last_at: float) -> Delegation:
    """Lets `to` decide in the place of `person` for that time, 60 days at most. It gives `to` only what `person` may
    answer, and nobody can hand on what they hold for somebody else."""
    check_member(person, "name a delegate")
    if to.kind is not PersonKind.MEMBER:
        raise NotAllowed(
            f"Only a member of this workspace can stand in for you, and that account is a {to.kind} account."
        )
    if to.id == person.id:
        raise InvalidInput("You cannot stand in for yourself. Please choose somebody else.")
    if last_at <= max(first_at, tx.now):
        raise InvalidInput("The end must lie after the beginning, and ahead.")
    if last_at - first_at > LONGEST:
        raise InvalidInput("A delegation may last 60 days at most. Please choose an earlier end.")
    for standing in delegations.planned(tx, away=person.id):
        delegations.end(tx, standing.id)
        tx.audit("delegation.ended", actor=person.id, delegation=standing.id, to=standing.to)
    made = delegations.add(tx, away=person.id, to=to.id, first_at=first_at, last_at=last_at, by=person.id)
    tx.audit("delegation.made", actor=person.id, delegation=made.id, to=to.id, first_at=first_at, last_at=last_at)
    return made


def end_delegation(tx: Tx, person: Person) -> bool:
    """Ends everything that `person` has delegated. Returns False when there was nothing."""
    standing = delegations.planned(tx, away=person.id)
    for one in standing:
        delegations.end(tx, one.id)
        tx.audit("delegation.ended", actor=person.id, delegation=one.id, to=one.to)
    return bool(standing)
