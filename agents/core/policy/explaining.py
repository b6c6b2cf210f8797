"""Says what the policy would do and why: `calmops policy explain`. Decides nothing itself; it asks the deciding functions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from agents.core.contract import AgentSpec, Mode, Tool
from agents.core.errors import NotAllowed
from agents.core.ids import PersonId
from agents.core.job import StopReason
from agents.core.people import Person
from agents.core.policy.rights import Act, check_decider, check_runner, check_steer, demand
from agents.core.policy.rulings import Ruling, rule_call
from agents.core.policy.schema import Policy
from agents.core.policy.sections import People


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What would happen, line by line, and the same as data for `--json`."""

    lines: tuple[str, ...]
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


EXPLAINED = (
    *(Act.PAUSE, Act.RESUME, Act.CANCEL, Act.RETRY, Act.UNDO, Act.SET_MODE, Act.STOP_ALL, Act.RESUME_ALL),
    Act.READ_AUDIT,
)

_SAYS = {
    Ruling.ALLOW: "It runs without asking.",
    Ruling.ASK: "It is put to people.",
    Ruling.SHADOW: "It is only practised; nothing happens.",
    Ruling.FORBID: "It is refused.",
}


def explain_call(
    policy: Policy,
    agent: AgentSpec[Any, Any],
    tool: Tool[Any],
    args: Mapping[str, Any],
    *,
    mode: Mode,
    requester: PersonId,
    person: Person | None = None,
    stop: StopReason | None = None,
    confidence: float | None = None,
) -> Explanation:
    """What becomes of this call of this tool in this mode, who may decide it, and whether `person` may."""
    rules = policy.of(agent.name)
    ruling = rule_call(agent, tool, mode=mode, stop=stop, rules=rules, args=args, confidence=confidence)
    needed = demand(rules, tool=tool.name, tier=ruling.tier, args=args)
    lines = [f"{tool.name} by {agent.title}, in {mode} mode: {_SAYS[ruling.ruling]}", f"Why: {ruling.because}"]
    data: dict[str, Any] = {
        "agent": agent.name,
        "tool": tool.name,
        "mode": str(mode),
        "ruling": str(ruling.ruling),
        "because": ruling.because,
        "tier": str(ruling.tier),
        "stop": str(ruling.stop) if ruling.stop else None,
        "policy": policy.version,
    }
    if ruling.ruling is Ruling.ASK:
        hours = needed.expiry.total_seconds() / 3600
        lines += [
            f"Risk: {needed.tier}. Approvals needed: {needed.quorum}. Time to answer: {hours:g} h.",
            f"Who decides: {people_in_words(needed.approvers)}.",
            f"The requester may approve: {_own(needed.self_approval, needed.tier)}.",
        ]
        lines += [
            f"Without an answer after {step.after.total_seconds() / 3600:g} h: "
            + (people_in_words(step.to) if not step.to.empty else f"the channel {step.channel}")
            for step in rules.rungs()
        ]
        data |= {
            "quorum": needed.quorum,
            "expiry_seconds": needed.expiry.total_seconds(),
            "approvers": {"users": sorted(needed.approvers.users), "groups": sorted(needed.approvers.groups)},
        }
    if person is not None and ruling.ruling is Ruling.ASK:
        may, why = True, "is among the approvers"
        try:
            right = check_decider(
                person,
                approvers=needed.approvers,
                requester=requester,
                tier=needed.tier,
                self_approval=needed.self_approval,
            )
            why = f"stands in for {right.on_behalf_of}" if right.on_behalf_of else why
        except NotAllowed as refusal:
            may, why = False, str(refusal)
        lines.append(f"{person.name or person.id} {'may' if may else 'may not'} decide it: {why}")
        data["person"] = {"id": person.id, "may_decide": may, "why": why}
    return Explanation(lines=tuple(lines), data=data)


def explain_agent(
    policy: Policy, agent: AgentSpec[Any, Any], person: Person, *, channel: str | None = None
) -> Explanation:
    """What `person` may do with this agent: start it, and steer it."""
    lines = [f"{agent.title} and {person.name or person.id} ({person.kind}):"]
    data: dict[str, Any] = {
        "agent": agent.name,
        "person": person.id,
        "kind": str(person.kind),
        "policy": policy.version,
    }
    rules = policy.of(agent.name)

    def note(what: str, refusal: NotAllowed | None) -> None:
        lines.append(f"  {'yes' if refusal is None else 'no '}  {what}" + (f" — {refusal}" if refusal else ""))
        data[what] = refusal is None

    note("start it", _refusal(lambda: check_runner(person, rules, channel=channel)))
    for act in EXPLAINED:
        note(str(act), _refusal(partial(check_steer, person, act, policy, agent=agent.name)))
    return Explanation(lines=tuple(lines), data=data)


def people_in_words(people: People) -> str:
    """`U0BO, @S0SUPPORT`; "nobody" when nobody is named."""
    return ", ".join([*sorted(people.users), *(f"@{group}" for group in sorted(people.groups))]) or "nobody"


def _own(self_approval: Any, tier: Any) -> str:
    return "yes" if self_approval is not None and tier.rank <= self_approval.rank else "no"


def _refusal(check: Any) -> NotAllowed | None:
    try:
        check()
    except NotAllowed as refusal:
        return refusal
    return None
