"""Who may do what: one function for each question, behind every door. Each raises `NotAllowed` with its sentence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Literal

from agents.core.contract import Tier
from agents.core.errors import NotAllowed
from agents.core.ids import PersonId
from agents.core.people import Person, PersonKind
from agents.core.policy.schema import AgentPolicy, Policy
from agents.core.policy.sections import HighValue, Limits, People, TierPolicy, ToolPolicy
from agents.core.records import EscalationKind, EscalationRecord

NOBODY = "Nobody may approve this: no approver is configured. Ask an operator to name one in calmops.toml."
UNCHECKED = "I could not check your group, so your click was not counted. Try again in a minute."


@dataclass(frozen=True, kw_only=True)
class Right:
    """Why somebody may decide. `on_behalf_of` is the person who is away, when the right is theirs."""

    on_behalf_of: PersonId | None = None
    self_approved: bool = False


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What one question needs: whose answer, how many of them, how risky it is, how long it may wait."""

    approvers: People
    quorum: int
    tier: Tier
    self_approval: Tier | None
    expiry: timedelta
    limits: Limits
    reason: bool = False


class Act(StrEnum):
    """What people do to agents and jobs besides deciding."""

    STOP_ALL = "stop everything"
    RESUME_ALL = "resume everything"
    PAUSE = "pause this agent"
    RESUME = "resume this agent"
    CANCEL = "stop this job"
    RETRY = "retry this job"
    UNDO = "undo this"
    ASK_AGAIN = "ask again"
    SETTLE = "settle this"
    SET_MODE = "change how much this agent may do alone"
    GRANT = "allow calls in advance"
    REVOKE = "take this permission back"
    INCIDENT = "report an incident"
    READ_AUDIT = "read the audit"
    ERASE = "erase what people wrote"


Hat = Literal["requester", "owner", "approver", "operator", "auditor", "any owner", "any approver"]

ACTS: Mapping[Act, tuple[Hat, ...]] = {
    Act.STOP_ALL: ("operator", "any owner", "any approver"),
    Act.RESUME_ALL: ("operator",),
    Act.PAUSE: ("owner", "approver", "operator"),
    Act.RESUME: ("owner", "operator"),
    Act.CANCEL: ("requester", "owner", "approver", "operator"),
    Act.RETRY: ("requester", "owner", "approver", "operator"),
    Act.UNDO: ("owner", "approver", "operator"),
    Act.ASK_AGAIN: ("owner", "operator"),
    Act.SETTLE: ("owner", "approver", "operator"),
    Act.SET_MODE: ("owner",),
    Act.GRANT: ("owner",),
    Act.REVOKE: ("owner", "approver", "operator"),
    Act.INCIDENT: ("requester", "owner", "approver", "operator"),
    Act.READ_AUDIT: ("auditor", "operator"),
    Act.ERASE: ("operator",),
}
"""Stopping is open to many, starting again and gaining power to few."""

_HATS: Mapping[Hat, str] = {
    "requester": "the person who asked for it",
    "owner": "its owner",
    "approver": "its approvers",
    "operator": "operators",
    "auditor": "auditors",
    "any owner": "owners of agents",
    "any approver": "approvers",
}


def in_people(person: Person, people: People) -> bool:
    """Whether people names this person, by user or by a group that could be looked up."""
    if person.user in people.users or person.id in people.users:
        return True
    return bool(people.groups and person.groups and people.groups & person.groups)


def check_member(person: Person, what: str) -> None:
    """Raises `NotAllowed` for every account that is not a member of this workspace or an operator of this machine."""
    match person.kind:
        case PersonKind.MEMBER | PersonKind.OPERATOR:
            return
        case PersonKind.UNKNOWN:
            raise NotAllowed("I could not check your account, so nothing was changed. Try again in a minute.")
        case kind:
            raise NotAllowed(f"Only members of this workspace can {what}, and this account is a {kind} account.")


def check_decider(
    person: Person, *, approvers: People, requester: PersonId, tier: Tier, self_approval: Tier | None
) -> Right:
    """Why this person may decide. Raises `NotAllowed` when they may not."""
    check_member(person, "decide")
    if person.kind is PersonKind.OPERATOR:
        return Right(self_approved=person.id == requester)
    if approvers.empty:
        raise NotAllowed(NOBODY)
    may_approve_own = self_approval is not None and tier.rank <= min(self_approval.rank, Tier.MEDIUM.rank)
    if in_people(person, approvers):
        if person.id == requester and not may_approve_own:
            raise NotAllowed("You asked for this, so someone else must approve it.")
        return Right(self_approved=person.id == requester)
    for away in person.stands_in_for:
        if away.kind is not PersonKind.MEMBER or not in_people(away, approvers):
            continue
        if requester in (away.id, person.id) and not may_approve_own:
            raise NotAllowed("You or the person you stand in for asked for this, so someone else must approve it.")
        return Right(on_behalf_of=away.id, self_approved=requester in (away.id, person.id))
    if approvers.groups and (person.groups is None or any(away.groups is None for away in person.stands_in_for)):
        raise NotAllowed(UNCHECKED)
    raise NotAllowed("Only the named approvers can decide this. You can comment in the thread.")


def demand(
    rules: AgentPolicy, *, tool: str = "", tier: Tier = Tier.LOW, args: Mapping[str, Any] | None = None
) -> Demand:
    """What a call of this tool with these arguments needs: the strictest of agent, tier, tool and high-value rules.

    `rules` come from `Policy.of`. The narrowest approvers replace the wider ones: high value, tool, tier, agent.
    """
    matches: list[HighValue] = [rule for rule in rules.high_value if args is not None and rule.matches(tool, args)]
    of_tool = rules.tools.get(tool)
    tiers = [tier, *(rule.tier for rule in matches), *([of_tool.tier] if of_tool and of_tool.tier else [])]
    highest = max(tiers, key=lambda one: one.rank)
    of_tier = rules.tiers.get(highest)
    parts: list[HighValue | ToolPolicy | TierPolicy] = [*matches]
    parts += [part for part in (of_tool, of_tier) if part is not None]
    approvers = next((part.approvers for part in parts if part.approvers is not None), rules.approvers)
    return Demand(
        approvers=approvers,
        quorum=max([rules.quorum, *(part.quorum for part in parts if part.quorum)]),
        tier=highest,
        self_approval=rules.self_approval,
        expiry=(of_tier.expiry if of_tier and of_tier.expiry else rules.expiry),
        reason=bool(of_tier and of_tier.reason),
        limits=rules.limits,
    )


def demand_of(escalation: EscalationRecord, policy: Policy, *, args: Mapping[str, Any] | None = None) -> Demand:
    """What an open question needs by the policy in force now, and never less than when it was asked.

    People reached by the chain are asked too, but only besides approvers: where none is configured, nobody decides.
    """
    rules = policy.of(escalation.agent)
    now = demand(
        rules,
        tool=escalation.tool or "",
        tier=escalation.tier,
        args=escalation.final_args if args is None else args,
    )
    approvers = now.approvers
    if escalation.kind is EscalationKind.PROMOTE:
        approvers = rules.owner
    elif escalation.kind is EscalationKind.EFFECT:
        approvers = approvers | rules.owner | policy.named(policy.operators, People())
    elif not approvers.empty:
        for step in rules.rungs()[: escalation.passed_on]:
            approvers = approvers | step.to
    shadow = escalation.kind is EscalationKind.SHADOW
    return Demand(
        approvers=approvers,
        quorum=1 if shadow or escalation.kind is not EscalationKind.APPROVE else max(now.quorum, escalation.quorum),
        tier=now.tier,
        self_approval=Tier.MEDIUM if shadow else now.self_approval,
        expiry=now.expiry,
        reason=now.reason,
        limits=now.limits,
    )


def check_answer(person: Person, escalation: EscalationRecord, policy: Policy) -> Right:
    """Why this person may answer this question right now. Raises `NotAllowed`. The one function behind every door."""
    needed = demand_of(escalation, policy)
    return check_decider(
        person,
        approvers=needed.approvers,
        requester=escalation.requester,
        tier=Tier.LOW if escalation.kind is EscalationKind.SHADOW else needed.tier,
        self_approval=needed.self_approval,
    )


def check_runner(person: Person, rules: AgentPolicy, *, channel: str | None = None) -> None:
    """Raises `NotAllowed` unless this person may start the agent, from that channel when it comes from one."""
    check_member(person, "start agents")
    if person.kind is PersonKind.OPERATOR:
        return
    if rules.run_in is not None and channel not in rules.run_in:
        raise NotAllowed("This agent cannot be started from here. Its policy names the channels for it.")
    if rules.runners is None:
        return
    if not in_people(person, rules.runners):
        if rules.runners.groups and person.groups is None:
            raise NotAllowed(UNCHECKED)
        raise NotAllowed("You are not among the people who may start this agent.")


def check_steer(
    person: Person, act: Act, policy: Policy, *, agent: str | None = None, requester: PersonId | None = None
) -> None:
    """Raises `NotAllowed` unless this person may do this to the agent, or to a job that `requester` asked for."""
    check_member(person, act)
    if person.kind is PersonKind.OPERATOR:
        return
    unchecked = False
    for hat in ACTS[act]:
        if hat == "requester":
            if requester is not None and person.id == requester:
                return
            continue
        for people in _wearers(hat, policy, agent):
            if in_people(person, people) or any(
                away.kind is PersonKind.MEMBER and in_people(away, people) for away in person.stands_in_for
            ):
                return
            unchecked = unchecked or bool(people.groups and person.groups is None)
    if unchecked:
        raise NotAllowed(UNCHECKED)
    *some, last = [_HATS[hat] for hat in ACTS[act]]
    who = f"{', '.join(some)} and {last}" if some else last
    raise NotAllowed(f"Only {who} can {act}.")


def _wearers(hat: Hat, policy: Policy, agent: str | None) -> Iterable[People]:
    match hat:
        case "operator":
            yield policy.named(policy.operators, People())
        case "auditor":
            yield policy.named(policy.auditors, People())
        case "owner" | "approver":
            if agent is not None:
                yield policy.of(agent).owner if hat == "owner" else policy.of(agent).approvers
        case "any owner" | "any approver":
            for name in policy.agents:
                yield policy.of(name).owner if hat == "any owner" else policy.of(name).approvers
        case _:
            return
