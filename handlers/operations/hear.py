"""Who acts, looked up afresh: the person, the people they stand in for, and those who voted before them."""

from dataclasses import dataclass, replace
from typing import Protocol

from agents.core.clock import as_utc
from agents.core.errors import NotFound
from agents.core.ids import EscalationId, PersonId, person_id, team_of
from agents.core.people import Person, PersonKind, is_operator_id
from agents.core.policy import Policy
from storage import delegations, escalations
from storage.store import Store, Tx


class Directory(Protocol):
    """Looks people up; see `handlers.deps.Directory`."""

    async def person(self, person: PersonId, *, fresh: bool = False) -> Person: ...


@dataclass(frozen=True, kw_only=True)
class Hearing:
    """Everything about people that `decide` needs. `person` carries whom they stand in for; `voters` voted before."""

    person: Person
    voters: tuple[Person, ...] | None


async def hear(
    store: Store,
    people: Directory,
    policy: Policy,
    person: Person,
    escalation_id: EscalationId | None = None,
) -> Hearing:
    """Looks up a person before they decide or steer. What `person` is known to be already (a guest, an outsider) stays:
    the directory can take a right away here and never give one."""
    stands_in, earlier = await store.read(lambda tx: _concerned(tx, policy, person, escalation_id))
    looked_up = await _look_up(people, person)
    away = tuple([await people.person(one, fresh=True) for one in sorted(stands_in)])
    voters = tuple([await _by_id(people, one) for one in sorted(earlier)]) if earlier else None
    return Hearing(person=replace(looked_up, stands_in_for=away), voters=voters)


async def _look_up(people: Directory, person: Person) -> Person:
    if person.kind is not PersonKind.MEMBER:
        return person
    return await people.person(person.id, fresh=True)


async def _by_id(people: Directory, person: PersonId) -> Person:
    if is_operator_id(person):
        return Person(id=person, kind=PersonKind.OPERATOR)
    return await people.person(person, fresh=True)


def _concerned(
    tx: Tx, policy: Policy, person: Person, escalation_id: EscalationId | None
) -> tuple[set[PersonId], set[PersonId]]:
    """Whom the person stands in for at this moment, and who voted on the question before them."""
    agent = ""
    earlier: set[PersonId] = set()
    if escalation_id is not None:
        try:
            escalation = escalations.get(tx, escalation_id)
        except NotFound:
            return set(), set()
        agent = escalation.agent
        for vote in escalations.approvals(tx, escalation):
            earlier |= {vote.person} | ({vote.on_behalf_of} if vote.on_behalf_of else set())
    if person.kind is not PersonKind.MEMBER:
        return set(), earlier
    stands_in = {
        person_id(team_of(person.id), one.away.rpartition("/")[2])
        for one in policy.delegates
        if one.to.rpartition("/")[2] == person.user and one.covers(as_utc(tx.now), policy.timezone, agent)
    }
    stands_in |= {one.away for one in delegations.in_force(tx, to=person.id)}
    return stands_in - {person.id}, earlier - {person.id}
