"""How much an agent may do alone: shown with the record behind it, changed by its owner, taken back after an incident."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.core.audit import Personal
from agents.core.autonomy import ORDER, Record, ceiling_of, compare, needed_cases
from agents.core.contract import AgentSpec, Mode
from agents.core.errors import CalmopsError, Conflict, InvalidInput
from agents.core.ids import EscalationId, JobId
from agents.core.people import SYSTEM, Person
from agents.core.policy import Act, Policy, check_steer
from agents.core.records import EscalationKind, EscalationState, Verdict
from handlers.operations.escalate import repaint
from handlers.operations.learn import demote, disagree, mode_of, reconsider
from handlers.operations.notices import tell_owner
from storage import autonomy, escalations, jobs
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One case type of one agent: its mode, who gave it and why, and the answers behind it."""

    agent: str
    case_type: str
    mode: Mode
    ceiling: Mode
    by: str
    reason: str
    since: float | None
    in_mode: Record
    recent: Record
    target: float
    minimum: int
    verdicts: Mapping[str, int]

    @property
    def missing(self) -> int:
        """How many more answers without a disagreement a rise would take; 0 when it is reached or there is none."""
        if self.mode is self.ceiling:
            return 0
        for more in range(needed_cases(self.target) + self.in_mode.total + self.minimum + 1):
            after = Record(agreed=self.in_mode.agreed + more, total=self.in_mode.total + more)
            if after.total >= self.minimum and after.bound >= self.target:
                return more
        return needed_cases(self.target)


def standings(tx: Tx, policy: Policy, agent: AgentSpec[Any, Any], *, since: float = 0.0) -> list[Standing]:
    """Every case type of an agent that has a record, and the whole agent (case type "") when none has."""
    rules = policy.of(agent.name)
    verdicts = autonomy.tally(tx, agent.name, since=since)
    found = []
    for case_type in sorted({*autonomy.case_types(tx, agent.name), *rules.cases}) or [""]:
        level = autonomy.level(tx, agent.name, case_type)
        mode = mode_of(tx, policy, agent, case_type)
        window = rules.autonomy.window
        found.append(
            Standing(
                agent=agent.name,
                case_type=case_type,
                mode=mode,
                ceiling=ceiling_of(rules, case_type),
                by=level.by if level else "the policy",
                reason=level.reason if level else "where it started",
                since=level.at if level else None,
                in_mode=autonomy.record(
                    tx, agent.name, case_type, window=window, mode=mode, since=level.at if level else None
                ),
                recent=autonomy.record(tx, agent.name, case_type, window=window),
                target=rules.autonomy.target,
                minimum=rules.autonomy.minimum,
                verdicts=verdicts.get(case_type, {}),
            )
        )
    return found


def set_mode(
    tx: Tx,
    policy: Policy,
    agent: AgentSpec[Any, Any],
    case_type: str,
    mode: Mode,
    person: Person,
    *,
    reason: str = "",
) -> Mode:
    """Gives a case type a mode by hand: only its owner may, up to the ceiling of the policy. Returns the mode before."""
    try:
        check_steer(person, Act.SET_MODE, policy, agent=agent.name)
        ceiling = ceiling_of(policy.of(agent.name), case_type)
        if ORDER.index(mode) > ORDER.index(ceiling):
            raise InvalidInput(f"The policy allows {agent.title} at most {ceiling} for this.")
    except CalmopsError as refusal:
        tx.audit(
            "autonomy.refused",
            actor=person.id,
            anyway=True,
            agent=agent.name,
            case_type=case_type,
            mode=mode,
            kind=person.kind,
            why=str(refusal),
        )
        raise
    before = mode_of(tx, policy, agent, case_type)
    record = autonomy.record(tx, agent.name, case_type, window=policy.of(agent.name).autonomy.window)
    autonomy.set_level(tx, agent.name, case_type, mode, by=person.id, reason=reason or "by hand")
    tx.audit(
        "autonomy.changed",
        actor=person.id,
        agent=agent.name,
        case_type=case_type,
        was=before,
        mode=mode,
        agreed=record.agreed,
        total=record.total,
        why=Personal(text=reason, about=person.id) if reason else "by hand",
    )
    return before


def file_incident(tx: Tx, policy: Policy, job_id: JobId, person: Person, text: str) -> bool:
    """Records that a job did harm. An automatic case type falls back to review at once. Returns whether it did."""
    job = jobs.get(tx, job_id)
    check_steer(person, Act.INCIDENT, policy, agent=job.agent, requester=job.requester)
    if not text.strip():
        raise InvalidInput("What happened? Please describe the incident in a sentence.")
    tx.audit(
        "incident.filed",
        actor=person.id,
        job_id=job_id,
        agent=job.agent,
        case_type=job.case_type,
        text=Personal(text=text, about=person.id),
    )
    level = autonomy.level(tx, job.agent, job.case_type)
    automatic = level is not None and level.mode is Mode.AUTO
    if automatic:
        because = f"an incident was reported for J{job_id}"
        demote(tx, policy, job.agent, job.case_type, job_id=job_id, because=because)
    disagree(tx, policy, job, job.case_type, verdict="incident", by=person.id)
    tell_owner(tx, policy, job.agent, "incident", by=person.id, job=job_id, automatic=automatic)
    return automatic


def compare_shadow(
    tx: Tx, policy: Policy, escalation_id: EscalationId, actual: Mapping[str, Any], *, by: str = SYSTEM
) -> bool:
    """Compares a practised proposal with what people then did, and counts the result. Returns whether they agree.

    `actual` holds the same arguments as they are now in the world. A proposal is compared once; one that somebody
    answered by hand is counted already. Raises `Conflict` for those.
    """
    shadow = escalations.get(tx, escalation_id, lock=True)
    if shadow.kind is not EscalationKind.SHADOW:
        raise InvalidInput(f"E{escalation_id} was no practice.")
    result = compare(shadow.args, actual)
    outcome = "people did the same" if result.agreed else f"people chose otherwise: {', '.join(result.differences)}"
    settled = escalations.settle(
        tx,
        escalation_id,
        EscalationState.DECIDED,
        decided_at=tx.now,
        decided_by=by,
        verdict=Verdict.APPROVED if result.agreed else Verdict.REJECTED,
        outcome=outcome,
        outcome_at=tx.now,
    )
    if not settled:
        raise Conflict(f"E{escalation_id} was compared already.")
    autonomy.add_outcome(
        tx,
        agent=shadow.agent,
        case_type=shadow.case_type,
        job_id=shadow.job_id,
        mode=Mode.SHADOW,
        verdict="same" if result.agreed else "different",
        agreed=result.agreed,
        by=by,
        counts=shadow.stop_reason is None,
    )
    tx.audit(
        "shadow.compared",
        actor=by,
        job_id=shadow.job_id,
        escalation_id=escalation_id,
        agreed=result.agreed,
        differences=list(result.differences),
    )
    repaint(tx, escalation_id)
    level = autonomy.level(tx, shadow.agent, shadow.case_type)
    reconsider(tx, policy, shadow.agent, shadow.case_type, job_id=shadow.job_id, mode=Mode.SHADOW, level=level)
    return result.agreed
