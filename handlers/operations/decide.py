"""Answer an escalation. The first answer wins; everybody else is told who gave it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agents.core.audit import Personal
from agents.core.canonical import call_digest
from agents.core.contract import Registry, Tier
from agents.core.errors import AlreadyDecided, CalmopsError, Conflict, InvalidInput
from agents.core.ids import EscalationId, PersonId
from agents.core.people import Person
from agents.core.policy import Demand, Policy, Right, check_answer, demand_of, valid_votes
from agents.core.proposals import changes, digest_of
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, JobRecord, Verdict
from handlers.operations.edit import read_edits, reopen_with
from handlers.operations.escalate import repaint, show_outcome
from handlers.operations.learn import learn
from handlers.operations.review import settle_review
from handlers.operations.watch import note_speed
from storage import escalations, jobs, outbox
from storage.store import Tx

ANSWERS: dict[EscalationKind, frozenset[Verdict]] = {
    EscalationKind.APPROVE: frozenset({Verdict.APPROVED, Verdict.REJECTED, Verdict.TAKEN_OVER}),
    EscalationKind.CHOOSE: frozenset({Verdict.CHOSEN, Verdict.TAKEN_OVER}),
    EscalationKind.EFFECT: frozenset({Verdict.CHOSEN}),
    EscalationKind.SHADOW: frozenset({Verdict.APPROVED, Verdict.REJECTED}),
    EscalationKind.PROMOTE: frozenset({Verdict.APPROVED, Verdict.REJECTED}),
}
"""What each kind of question can be answered with."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a person said. `version` is the version of the question they saw; `door` how it came in; `message` the
    channel and ts of the card they pressed, as `C1/1700000000.000100`. `digest` is that of what they saw, where the door
    knows it. `reviewed` says that they had everything before them in a dialog: the top tier is decided no other way."""

    verdict: Verdict
    version: int
    door: str
    reason: str = ""
    edits: dict[str, Any] | None = None
    choice: str | None = None
    message: str | None = None
    digest: str | None = None
    reviewed: bool = False


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The escalation after the answer; `complete` is False while something is missing still: `missing` votes of a quorum,
    or, with `second_look`, an approval of what the edit made of it. With `replaced` a new question took its place, and
    `escalation` is that."""

    escalation: EscalationRecord
    complete: bool
    missing: int = 0
    second_look: bool = False
    replaced: bool = False
    self_approved: bool = False
    on_behalf_of: PersonId | None = None


def decide(
    tx: Tx,
    policy: Policy,
    escalation_id: EscalationId,
    person: Person,
    answer: Answer,
    *,
    registry: Registry | None = None,
    voters: Sequence[Person] | None = None,
) -> Decided:
    """Records one person's answer and, when it settles the question, wakes the job.

    `person` is looked up afresh by the door (see `hear`), and so are `voters`, who voted before; without them their votes
    count until the call runs. An edit needs the `registry` to be checked against the tool's own schema.
    Raises `NotAllowed` (not theirs to decide), `AlreadyDecided`, `InvalidInput` (an edit or answer that does not fit; an
    `InvalidEdit` names the fields), or `Conflict` (expired, replaced, or an older picture). Refusals are audited.
    """
    escalation = escalations.get(tx, escalation_id, lock=True)
    try:
        _check_place(tx, escalation, answer)
        refuse_closed(escalation, answer.version)
        _check_time(escalation, tx.now)
        right = check_answer(person, escalation, policy)
        needed = demand_of(escalation, policy)
        edits = read_edits(escalation, answer.edits, registry)
        _check_answer_fits(escalation, answer, needed, edits)
        _check_first_time(tx, escalation, person, answer)
    except CalmopsError as refusal:
        _audit_refusal(tx, escalation, person, answer, refusal)
        raise
    if edits is not None and answer.verdict is Verdict.APPROVED and escalation.kind is EscalationKind.APPROVE:
        after, done = reopen_with(tx, policy, escalation, edits, person, registry, door=answer.door)
        if done is not None:
            return Decided(
                escalation=after,
                complete=False,
                missing=demand_of(after, policy).quorum,
                second_look=done == "second_look",
                replaced=done == "replaced",
            )
        escalation, needed = after, demand_of(after, policy)
    return _count(tx, policy, escalation, person, answer, edits, right, needed, voters)


def _count(
    tx: Tx,
    policy: Policy,
    escalation: EscalationRecord,
    person: Person,
    answer: Answer,
    edits: dict[str, Any] | None,
    right: Right,
    needed: Demand,
    voters: Sequence[Person] | None,
) -> Decided:
    """Writes the answer down, and settles the question when it is enough."""
    final = edits if edits is not None else escalation.edits
    digest = digest_of(escalation, final)
    difference = [asdict(change) for change in changes(escalation.args, final)] if final is not None else []
    took = note_speed(tx, policy, escalation, person, answer.verdict)
    escalations.record_decision(
        tx,
        escalation,
        person=person.id,
        verdict=answer.verdict,
        reason=answer.reason,
        edits=edits,
        digest=digest,
        door=answer.door,
        message=answer.message,
        on_behalf_of=right.on_behalf_of,
        took=took,
        changes=difference,
    )
    missing = 0
    if answer.verdict is Verdict.APPROVED:
        missing = _missing(tx, escalation, person, right, needed, voters)
    tx.audit(
        "escalation.answered",
        actor=person.id,
        job_id=escalation.job_id,
        escalation_id=escalation.id,
        version=escalation.version,
        kind=escalation.kind,
        verdict=answer.verdict,
        complete=missing == 0,
        tool=escalation.tool,
        digest=digest,
        args_digest=call_digest(escalation.tool, final or escalation.args) if escalation.tool else None,
        expires_at=escalation.expires_at,
        edited=[change["field"] for change in difference],
        reason=Personal(text=answer.reason, about=person.id) if answer.reason else None,
        choice=answer.choice,
        on_behalf_of=right.on_behalf_of,
        self_approved=right.self_approved,
        door=answer.door,
        message=answer.message,
        policy=policy.version,
    )
    if missing:
        repaint(tx, escalation.id)
        return Decided(escalation=escalation, complete=False, missing=missing, on_behalf_of=right.on_behalf_of)
    after = escalations.settle(
        tx,
        escalation.id,
        EscalationState.DECIDED,
        version=escalation.version,
        decided_at=tx.now,
        decided_by=person.id,
        verdict=answer.verdict,
        reason=answer.reason,
        edits=final,
        digest=digest,
        answer=answer.choice,
    )
    if after is None:
        refuse_closed(escalations.get(tx, escalation.id), escalation.version)
        raise Conflict("Somebody else changed this question at the same moment. Please look at it again.")
    show_outcome(tx, after, wake_job(tx, after))
    learn(tx, policy, after)
    return Decided(escalation=after, complete=True, self_approved=right.self_approved, on_behalf_of=right.on_behalf_of)


def _missing(
    tx: Tx, escalation: EscalationRecord, person: Person, right: Right, needed: Demand, voters: Sequence[Person] | None
) -> int:
    """How many approvals are missing, counting only those of people who may still approve."""
    if needed.quorum == 1:
        return 0
    votes = escalations.approvals(tx, escalation)
    ballots = [(vote.person, vote.on_behalf_of) for vote in votes]
    if voters is None:
        hats: set[PersonId] = set()
        number = 0
        for voter, behalf in ballots:
            mine = {voter, behalf} - {None}
            number += not mine & hats
            hats |= {hat for hat in mine if hat}
        return max(0, needed.quorum - number)
    found = {one.id: one for one in voters} | {person.id: person}
    found |= {away.id: away for away in person.stands_in_for if away.id == right.on_behalf_of}
    valid = valid_votes(ballots, found, needed, escalation.requester)
    return max(0, needed.quorum - len(valid))


def refuse_closed(escalation: EscalationRecord, version: int) -> None:
    """Raises unless the question is open and is the one the person saw."""
    match escalation.state:
        case EscalationState.DECIDED:
            raise AlreadyDecided(
                by=escalation.decided_by or "", at=escalation.decided_at or 0.0, verdict=escalation.verdict or ""
            )
        case EscalationState.EXPIRED:
            raise Conflict("The time for this decision has run out. Nothing was changed.")
        case EscalationState.WITHDRAWN:
            raise Conflict("This question was withdrawn. Nothing was changed.")
        case EscalationState.REPLACED:
            raise Conflict(f"This question was replaced by E{escalation.replaced_by}. Please answer that one.")
        case EscalationState.PENDING:
            if escalation.version != version:
                raise Conflict("This card shows an older version of the question. Please use the current one.")


def _check_time(escalation: EscalationRecord, now: float) -> None:
    if escalation.expires_at <= now:
        raise Conflict("The time for this decision has run out. Nothing was changed.")


def _check_place(tx: Tx, escalation: EscalationRecord, answer: Answer) -> None:
    """A press counts only on a message of ours that shows this question; before its place is known, in its channel."""
    if answer.message is None:
        return
    channel, _, ts = answer.message.replace(":", "/").partition("/")
    places = outbox.places(tx, f"escalation:{escalation.id}", "card")
    if (channel, ts) in places or (not places and channel == escalation.channel):
        return
    raise Conflict("This button does not belong to that question, so your click changed nothing.")


def _check_answer_fits(
    escalation: EscalationRecord, answer: Answer, needed: Demand, edits: dict[str, Any] | None
) -> None:
    if answer.verdict not in ANSWERS[escalation.kind]:
        raise InvalidInput(f"E{escalation.id} cannot be answered with “{answer.verdict}”.")
    if answer.verdict is Verdict.CHOSEN and answer.choice not in escalation.choices:
        raise InvalidInput(f"E{escalation.id} offers: {', '.join(escalation.choices)}.")
    if answer.verdict is Verdict.REJECTED and needed.reason and not answer.reason.strip():
        raise InvalidInput("The policy wants a reason for a rejection at this risk. Please say why.")
    if answer.digest is not None and answer.digest != digest_of(escalation, escalation.edits):
        raise Conflict("What you saw is not what is stored. Please open the current card and look again.")
    if answer.verdict is Verdict.APPROVED and needed.tier is Tier.CRITICAL and not answer.reviewed and edits is None:
        raise InvalidInput(f"E{escalation.id} is of critical risk: press Review and decide, and approve there.")


def _check_first_time(tx: Tx, escalation: EscalationRecord, person: Person, answer: Answer) -> None:
    if answer.verdict is not Verdict.APPROVED or escalation.quorum == 1:
        return
    for vote in escalations.approvals(tx, escalation):
        if vote.person == person.id:
            raise Conflict("You approved this already. It needs somebody else too.")


def _audit_refusal(tx: Tx, escalation: EscalationRecord, person: Person, answer: Answer, refusal: CalmopsError) -> None:
    tx.audit(
        "answer.refused",
        actor=person.id,
        job_id=escalation.job_id,
        anyway=True,
        escalation_id=escalation.id,
        version=answer.version,
        verdict=answer.verdict,
        tool=escalation.tool,
        code=refusal.code,
        why=str(refusal),
        kind=person.kind,
        door=answer.door,
        message=answer.message,
    )


def wake_job(tx: Tx, escalation: EscalationRecord) -> JobRecord | None:
    """Queues the job that waited for this answer, and returns it then. A job that has not parked yet looks again by itself
    when it parks."""
    if escalation.kind is EscalationKind.SHADOW:
        return None
    woken = jobs.wake(tx, escalation.job_id, f"escalation:{escalation.id}")
    if woken is None and escalation.kind is EscalationKind.EFFECT:
        settle_review(tx, escalations.get(tx, escalation.id))
    return woken


__all__ = ["ANSWERS", "Answer", "Decided", "decide", "digest_of", "refuse_closed", "wake_job"]
