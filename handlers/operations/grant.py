"""Allow one exact call in advance, until a date, and take that back. Never a tool as a whole, never without an end."""

from collections.abc import Mapping
from typing import Any

from agents.core.canonical import call_digest
from agents.core.contract import Access, Registry, Tier, Tool
from agents.core.errors import CalmopsError, Conflict, InvalidInput, NotFound
from agents.core.ids import EscalationId
from agents.core.people import Person
from agents.core.policy import Act, AgentPolicy, Policy, check_steer, demand
from agents.core.records import EscalationKind, EscalationState, Verdict
from storage import escalations, grants
from storage.grants import Grant
from storage.store import Tx

DAY = 24 * 3600.0


def pattern_of(tool: Tool[Any], args: Mapping[str, Any]) -> dict[str, Any]:
    """What must be equal for a permission to hold: every argument but the keys of the record, which differ each time."""
    return {name: value for name, value in args.items() if name not in tool.locked}


def allow_like(
    tx: Tx, policy: Policy, registry: Registry, escalation_id: EscalationId, person: Person, *, days: float
) -> Grant:
    """Lets calls exactly like this approved one run without asking, for so many days. Only its owner may, only for low
    risk, and every rule of the policy still comes first."""
    escalation = escalations.get(tx, escalation_id)
    _check(tx, policy, person, Act.GRANT, escalation.agent)
    if escalation.kind is not EscalationKind.APPROVE or escalation.state is not EscalationState.DECIDED:
        raise Conflict("Only a call that was approved can be allowed in advance.")
    if escalation.verdict is not Verdict.APPROVED:
        raise Conflict("That call was not approved, so it cannot be allowed in advance.")
    agent = registry.get(escalation.agent)
    tool = agent.tool(escalation.tool or "")
    rules = policy.of(agent.name)
    if why := _why_not(tool, rules, escalation.final_args):
        raise InvalidInput(why)
    longest = rules.limits.grant_days
    if not 0 < days <= longest:
        raise InvalidInput(f"A permission has an end: choose between 1 and {longest} days.")
    pattern = pattern_of(tool, escalation.final_args)
    digest = call_digest(tool.name, pattern)
    if standing := grants.find(tx, agent.name, tool.name, digest):
        raise Conflict(f"This is allowed already (permission {standing.id}).")
    made = grants.add(
        tx,
        agent=agent.name,
        tool=tool.name,
        pattern=pattern,
        digest=digest,
        by=person.id,
        until=tx.now + days * DAY,
    )
    tx.audit(
        "grant.made",
        actor=person.id,
        job_id=escalation.job_id,
        grant=made.id,
        escalation_id=escalation_id,
        agent=agent.name,
        tool=tool.name,
        pattern_digest=digest,
        until=made.until,
    )
    return made


def revoke_grant(tx: Tx, policy: Policy, number: int, person: Person) -> Grant:
    """Takes a permission back: from this moment such calls are put to people again."""
    grant = grants.get(tx, number)
    if grant is None:
        raise NotFound(f"There is no permission {number}.")
    _check(tx, policy, person, Act.REVOKE, grant.agent)
    if not grants.revoke(tx, number, by=person.id):
        raise Conflict("That permission has ended already.")
    tx.audit("grant.revoked", actor=person.id, grant=number, agent=grant.agent, tool=grant.tool)
    return grant


def granted(tx: Tx, agent: str, tool: Tool[Any], args: Mapping[str, Any]) -> Grant | None:
    """The permission that covers exactly this call, if any; for `rule_call(granted=...)`. Count its use with
    `storage.grants.use` in the transaction that writes the effect's intent: that also sees a permission end."""
    return grants.find(tx, agent, tool.name, call_digest(tool.name, pattern_of(tool, args)))


def _why_not(tool: Tool[Any], rules: AgentPolicy, args: Mapping[str, Any]) -> str:
    if tool.access is Access.IRREVERSIBLE:
        return f"{tool.title} cannot be taken back, so each use is decided by people."
    if demand(rules, tool=tool.name, tier=tool.tier, args=args).tier is not Tier.LOW:
        return "Only calls of low risk can be allowed in advance."
    of_tool = rules.tools.get(tool.name)
    if of_tool and of_tool.ask:
        return f"The policy puts every use of {tool.title.lower()} to people."
    return ""


def _check(tx: Tx, policy: Policy, person: Person, act: Act, agent: str) -> None:
    try:
        check_steer(person, act, policy, agent=agent)
    except CalmopsError as refusal:
        tx.audit("grant.refused", actor=person.id, anyway=True, act=act, agent=agent, why=str(refusal))
        raise
