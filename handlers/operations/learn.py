"""What follows from an answer for autonomy: it is counted, a rise is proposed to the owner, a fall happens by itself."""

from agents.core.autonomy import above, ceiling_of, next_step, starting_mode
from agents.core.contract import AgentSpec, Mode
from agents.core.ids import JobId
from agents.core.people import SYSTEM
from agents.core.policy import AgentPolicy, Policy
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, JobRecord, Verdict
from handlers.operations.escalate import escalate
from handlers.operations.notices import tell_owner
from storage import autonomy, escalations, jobs
from storage.autonomy import Level
from storage.store import Tx

ASK_AFTER = 20
"""Answers that must come in before a rise that the owner turned down is proposed again."""


def mode_of(tx: Tx, policy: Policy, agent: AgentSpec, case_type: str) -> Mode:  # type: ignore[type-arg]  # of any input
    """The mode in force for a case type of an agent."""
    return _mode(autonomy.level(tx, agent.name, case_type), policy.of(agent.name), case_type, agent.mode)


def learn(tx: Tx, policy: Policy, escalation: EscalationRecord) -> None:
    """Counts an answer. Called once for each question that was settled."""
    if escalation.kind is EscalationKind.PROMOTE:
        _promoted(tx, escalation)
        return
    if escalation.kind not in (EscalationKind.APPROVE, EscalationKind.SHADOW) or escalation.verdict is None:
        return
    rules = policy.of(escalation.agent)
    shadow = escalation.kind is EscalationKind.SHADOW
    level = autonomy.level(tx, escalation.agent, escalation.case_type)
    mode = Mode.SHADOW if shadow else _mode(level, rules, escalation.case_type, Mode.REVIEW)
    edited = escalation.edits is not None and escalation.edits != escalation.args
    autonomy.add_outcome(
        tx,
        agent=escalation.agent,
        case_type=escalation.case_type,
        job_id=escalation.job_id,
        mode=mode,
        verdict="edited" if edited else escalation.verdict,
        agreed=escalation.verdict is Verdict.APPROVED and not edited,
        by=escalation.decided_by or SYSTEM,
        counts=escalation.stop_reason is None,
    )
    reconsider(tx, policy, escalation.agent, escalation.case_type, job_id=escalation.job_id, mode=mode, level=level)


def disagree(tx: Tx, policy: Policy, job: JobRecord, case_type: str, *, verdict: str, by: str) -> None:
    """Counts against an agent what people found out afterwards: an undo, an incident."""
    level = autonomy.level(tx, job.agent, case_type)
    mode = _mode(level, policy.of(job.agent), case_type, Mode.REVIEW)
    autonomy.add_outcome(
        tx, agent=job.agent, case_type=case_type, job_id=job.id, mode=mode, verdict=verdict, agreed=False, by=by
    )
    reconsider(tx, policy, job.agent, case_type, job_id=job.id, mode=mode, level=level)


def reconsider(
    tx: Tx, policy: Policy, agent: str, case_type: str, *, job_id: JobId, mode: Mode, level: Level | None
) -> None:
    """Looks whether a case type should rise or fall, after one more answer in this mode."""
    rules = policy.of(agent)
    window = rules.autonomy.window
    since = level.at if level else None
    in_mode, recent = autonomy.records(tx, agent, case_type, window=window, mode=mode, since=since)
    ceiling = ceiling_of(rules, case_type)
    match next_step(mode, in_mode=in_mode, recent=recent, rules=rules.autonomy, ceiling=ceiling):
        case "demote":
            demote(
                tx,
                policy,
                agent,
                case_type,
                job_id=job_id,
                because=f"agreement fell to {recent.agreed} of {recent.total}, at least {recent.bound:.0%} by the numbers",
            )
        case "promote" if not rules.owner.empty:
            because = (
                f"People agreed with {in_mode.agreed} of {in_mode.total} proposals: at least {in_mode.bound:.0%} by the "
                f"numbers, and the target is {rules.autonomy.target:.0%}."
            )
            _propose(tx, rules, agent, case_type, job_id=job_id, to=above(mode), because=because, total=in_mode.total)
        case _:
            return


def demote(tx: Tx, policy: Policy, agent: str, case_type: str, *, job_id: JobId, because: str) -> None:
    """Takes a case type from automatic back to review, and tells the owner."""
    autonomy.set_level(tx, agent, case_type, Mode.REVIEW, by=SYSTEM, reason=because)
    tx.audit(
        "autonomy.changed",
        actor=SYSTEM,
        job_id=job_id,
        agent=agent,
        case_type=case_type,
        was=Mode.AUTO,
        mode=Mode.REVIEW,
        why=because,
    )
    tell_owner(tx, policy, agent, "demoted", case_type=case_type, because=because)


def _propose(
    tx: Tx, rules: AgentPolicy, agent: str, case_type: str, *, job_id: JobId, to: Mode, because: str, total: int
) -> None:
    """Asks the owner, unless they are being asked or said no a short while ago."""
    name = f"promote {agent} {case_type} to {to}"
    before = escalations.latest_named(tx, name)
    if before is not None and before.state is EscalationState.PENDING:
        return
    if before is not None and before.verdict is Verdict.REJECTED and total < int(before.args["total"]) + ASK_AFTER:
        return
    kind = f"“{case_type}”" if case_type else "everything it does"
    owners = sorted(rules.owner.users)
    escalate(
        tx,
        jobs.get(tx, job_id),
        rules,
        kind=EscalationKind.PROMOTE,
        name=name,
        question=f"Let {agent} handle {kind} in {to} mode from now on?",
        verb="Promote",
        because=because,
        args={"agent": agent, "case_type": case_type, "mode": str(to), "total": total},
        case_type=case_type,
        version=before.version + 1 if before else 1,
        channel=owners[0].rpartition("/")[2] if owners else None,
    )


def _promoted(tx: Tx, escalation: EscalationRecord) -> None:
    if escalation.verdict is not Verdict.APPROVED:
        return
    mode, by = Mode(escalation.args["mode"]), escalation.decided_by or SYSTEM
    autonomy.set_level(tx, escalation.agent, escalation.case_type, mode, by=by, reason=f"promoted by E{escalation.id}")
    tx.audit(
        "autonomy.changed",
        actor=by,
        job_id=escalation.job_id,
        escalation_id=escalation.id,
        agent=escalation.agent,
        case_type=escalation.case_type,
        mode=mode,
        why="the owner agreed to the proposal",
    )


def _mode(level: Level | None, rules: AgentPolicy, case_type: str, declared: Mode) -> Mode:
    start = starting_mode(rules, case_type, declared)
    if level is None:
        return start
    return min(level.mode, ceiling_of(rules, case_type), key=[Mode.SHADOW, Mode.REVIEW, Mode.AUTO].index)
