"""The last check before an approved call runs: is the approval still what it was, and still somebody's to give?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from agents.core.errors import NotAllowed
from agents.core.ids import PersonId
from agents.core.people import Person, PersonKind
from agents.core.policy.rights import Demand, check_decider, demand_of
from agents.core.policy.schema import Policy
from agents.core.proposals import digest_of
from agents.core.records import DecisionRecord, EscalationRecord, EscalationState, Verdict


class Clearance(StrEnum):
    """`run` the stored call; `ask_again` with a new question that replaces this one; `refuse` for good: do not run."""

    RUN = "run"
    ASK_AGAIN = "ask_again"
    REFUSE = "refuse"


@dataclass(frozen=True, kw_only=True)
class Cleared:
    """The answer of `check_execution`, with the sentence for the card, the job and the audit."""

    clearance: Clearance
    because: str = ""


def people_behind(escalation: EscalationRecord, votes: Sequence[DecisionRecord] = ()) -> frozenset[PersonId]:
    """Whom to look up before `check_execution`: everyone who approved, and everyone in whose place somebody did."""
    people = {vote.person for vote in votes} | {vote.on_behalf_of for vote in votes if vote.on_behalf_of}
    if not votes and escalation.decided_by:
        people.add(escalation.decided_by)
    return frozenset(people)


def check_execution(
    escalation: EscalationRecord,
    policy: Policy,
    approvers: Sequence[Person],
    record_version_now: str | None,
    now: float,
    *,
    votes: Sequence[DecisionRecord] = (),
) -> Cleared:
    """Whether the stored call may run now. To be asked right before it does, with people looked up afresh.

    `approvers` holds everyone that `people_behind` names. `record_version_now` is the record's version as it is now.
    A changed record, an approver who lost the right and an approval that ran out are asked anew; an approval that is
    not one, was used, or does not fit its digest is refused.
    """
    if escalation.state is not EscalationState.DECIDED or escalation.verdict is not Verdict.APPROVED:
        return _refuse("This call was not approved.")
    if escalation.used_at is not None:
        return _refuse("This approval was used already; it is good for one call.")
    if digest_of(escalation, escalation.edits) != escalation.digest:
        return _refuse("What was approved and what is stored differ, so nothing is run.")
    if now >= escalation.expires_at:
        return _ask_again("The approval ran out before the call could run.")
    if escalation.record_version is not None and record_version_now != escalation.record_version:
        what = escalation.record or "The record"
        return _ask_again(f"{what[:1].upper()}{what[1:]} changed while this waited.")
    found = {person.id: person for person in approvers}
    needed = demand_of(escalation, policy)
    ballots = [(vote.person, vote.on_behalf_of) for vote in votes if vote.digest == escalation.digest]
    if not votes and escalation.decided_by is not None:
        ballots = [(escalation.decided_by, None)]
    if len(valid_votes(ballots, found, needed, escalation.requester)) >= needed.quorum:
        return Cleared(clearance=Clearance.RUN)
    if len(ballots) < needed.quorum:
        return _ask_again("Fewer people approved this than it needs now.")
    return _ask_again("The person who approved this may no longer do so.")


def valid_votes(
    ballots: Sequence[tuple[PersonId, PersonId | None]],
    found: Mapping[PersonId, Person],
    needed: Demand,
    requester: PersonId,
) -> list[PersonId]:
    """The voters whose vote counts now, by people as looked up now. `ballots` are (voter, in whose place or None).

    One person, and one person's right, counts once: also when somebody votes and then their delegate does.
    """
    counted: set[PersonId] = set()
    voters: list[PersonId] = []
    for voter, on_behalf_of in ballots:
        try:
            right = check_decider(
                _as_voted(found, voter, on_behalf_of),
                approvers=needed.approvers,
                requester=requester,
                tier=needed.tier,
                self_approval=needed.self_approval,
            )
        except NotAllowed:
            continue
        hats = {voter} | ({right.on_behalf_of} if right.on_behalf_of else set())
        if not hats & counted:
            counted |= hats
            voters.append(voter)
    return voters


def _as_voted(found: Mapping[PersonId, Person], voter: PersonId, on_behalf_of: PersonId | None) -> Person:
    """The voter as looked up now, standing in for whom they voted for. Who was not looked up is unknown."""
    unknown = Person(id=voter, kind=PersonKind.UNKNOWN, groups=None)
    person = found.get(voter, unknown)
    away = found.get(on_behalf_of) if on_behalf_of else None
    return replace(person, stands_in_for=(away,) if away else ())


def _refuse(because: str) -> Cleared:
    return Cleared(clearance=Clearance.REFUSE, because=because)


def _ask_again(because: str) -> Cleared:
    return Cleared(clearance=Clearance.ASK_AGAIN, because=because)
