"""Approve many questions of one kind with one confirmed count. One decision each, in turn, each checked again."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.core.contract import Registry, Tier
from agents.core.errors import CalmopsError, InvalidInput
from agents.core.ids import EscalationId
from agents.core.people import Person
from agents.core.policy import Policy, demand_of
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, Verdict
from handlers.operations.decide import Answer, decide
from storage import escalations
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """A question that was left as it is, and why."""

    id: EscalationId
    why: str


@dataclass(frozen=True, kw_only=True)
class BulkReport:
    """What became of a bulk approval."""

    approved: tuple[EscalationRecord, ...]
    skipped: tuple[Skipped, ...]


def alike(policy: Policy, questions: Sequence[EscalationRecord]) -> list[EscalationRecord]:
    """Those that may be approved together with the first: same agent, tool and case type, low risk, one approval each."""
    if not questions:
        return []
    first = questions[0]
    return [one for one in questions if not _why_not(policy, first, one)]


def approve_all(
    tx: Tx,
    policy: Policy,
    chosen: Sequence[tuple[EscalationId, int]],
    person: Person,
    *,
    door: str,
    count: int,
    registry: Registry | None = None,
) -> BulkReport:
    """Approves each of `chosen` (id and the version that was seen). `count` is the number that the person confirmed.

    Raises `InvalidInput` when that is another number, or when there are more than the policy lets through at once.
    """
    limit = min((policy.of(agent).limits.bulk for agent in policy.agents), default=policy.limits.bulk)
    if count != len(chosen):
        raise InvalidInput(f"You confirmed {count} and chose {len(chosen)}. Please look again.")
    if not chosen:
        raise InvalidInput("Nothing was chosen.")
    if len(chosen) > limit:
        raise InvalidInput(f"At most {limit} questions can be approved at once. Please choose fewer.")
    first: EscalationRecord | None = None
    approved: list[EscalationRecord] = []
    skipped: list[Skipped] = []
    for escalation_id, version in dict(chosen).items():
        try:
            with tx.attempt():
                escalation = escalations.get(tx, escalation_id)
                first = first or escalation
                if why := _why_not(policy, first, escalation):
                    raise InvalidInput(why)
                answer = Answer(verdict=Verdict.APPROVED, version=version, door=door)
                approved.append(decide(tx, policy, escalation_id, person, answer, registry=registry).escalation)
        except CalmopsError as refusal:
            skipped.append(Skipped(id=escalation_id, why=str(refusal)))
    tx.audit(
        "escalation.bulk",
        actor=person.id,
        approved=[one.id for one in approved],
        skipped=[one.id for one in skipped],
        confirmed=count,
        door=door,
    )
    return BulkReport(approved=tuple(approved), skipped=tuple(skipped))


def _why_not(policy: Policy, first: EscalationRecord, other: EscalationRecord) -> str:
    """Why a question may not be answered in bulk beside the first; "" when it may. What is not open is for `decide`."""
    if other.kind is not EscalationKind.APPROVE:
        return "It is no question about a single call."
    if (other.agent, other.tool, other.case_type) != (first.agent, first.tool, first.case_type):
        return "It is of another kind than the first."
    if other.state is not EscalationState.PENDING:
        return ""
    needed = demand_of(other, policy)
    if needed.tier is not Tier.LOW:
        return f"Its risk is {needed.tier}, so it is decided alone."
    return "It needs more than one approval." if needed.quorum > 1 else ""
