"""Looks for mistakes in a policy that are valid and still not meant: `calmops policy check`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import get_close_matches
from typing import Any, Literal

from agents.core.contract import Access, AgentSpec, Mode, Tier, Trigger
from agents.core.policy.schema import AgentPolicy, Policy
from agents.core.policy.sections import People
from agents.core.policy.webhooks import WebhookPolicy

Level = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to change. An `error` is a rule that cannot work as it is written; a `warning` may be meant."""

    level: Level
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.level}: {self.where}: {self.text}"


def check_policy(policy: Policy, agents: Iterable[AgentSpec[Any, Any]], *, now: datetime) -> list[Finding]:
    """Everything to change in a policy for these agents, errors first. `now` is an aware moment."""
    specs = {spec.name: spec for spec in agents}
    found: list[Finding] = []
    if policy.operators.empty:
        found.append(_warning("operators", "nobody in Slack may stop and resume everything; only the command line may"))
    strangers = sorted(policy.agents.keys() - specs.keys())
    found += [_error(f"agents.{name}", f"there is no such agent{_meant(name, specs)}") for name in strangers]
    for name in sorted(specs):
        found += _check_agent(policy, specs[name])
    for place, delegate in enumerate(policy.delegates):
        if delegate.last < now.date():
            found.append(_warning(f"delegates.{place}", f"ended on {delegate.last}; it may be removed"))
        for agent in sorted(delegate.agents - specs.keys()):
            found.append(_error(f"delegates.{place}", f"names the agent {agent}, which does not exist"))
    for name, webhook in policy.webhooks.items():
        found += _check_webhook(f"webhooks.{name}", webhook, specs)
    return sorted(found, key=lambda finding: finding.level != "error")


def _check_agent(policy: Policy, spec: AgentSpec[Any, Any]) -> list[Finding]:
    where, rules = f"agents.{spec.name}", policy.of(spec.name)
    acts = [tool for tool in spec.tools if tool.access is not Access.READ]
    found: list[Finding] = []
    if rules.owner.empty:
        found.append(_error(where, "it has no owner, so it cannot be registered"))
    if rules.approvers.empty and acts:
        found.append(_error(where, "it has no approvers, so nobody may approve what it proposes"))
    found += _check_people(where, rules)
    found += _check_tools(where, rules, spec)
    found += _check_high_value(where, rules, spec)
    found += _check_autonomy(where, rules, spec)
    for step in rules.chain or ():
        if step.after >= rules.expiry:
            found.append(_error(f"{where}.chain", f"a step after {step.after} comes after the expiry ({rules.expiry})"))
        if step.to.empty and step.channel is None:
            found.append(_error(f"{where}.chain", "a step names neither people nor a channel"))
    if rules.self_approval is not None and rules.self_approval.rank >= Tier.MEDIUM.rank:
        found.append(_warning(f"{where}.self_approval", "people may approve their own requests of medium risk"))
    return found


def _check_webhook(where: str, webhook: WebhookPolicy, specs: Mapping[str, AgentSpec[Any, Any]]) -> list[Finding]:
    spec = specs.get(webhook.agent)
    if spec is None:
        return [_error(where, f"there is no agent {webhook.agent}{_meant(webhook.agent, specs)}")]
    if Trigger.WEBHOOK not in spec.triggers:
        return [_error(where, f"{webhook.agent} is not started by webhooks")]
    fields = spec.input.model_fields
    return [
        _error(f"{where}.input", f"{webhook.agent} has no input {one}; it takes {', '.join(fields)}")
        for one in sorted(webhook.input.keys() - fields.keys())
    ]


def _check_people(where: str, rules: AgentPolicy) -> list[Finding]:
    found: list[Finding] = []
    parts: list[tuple[str, People, int]] = [(where, rules.approvers, rules.quorum)]
    parts += [
        (f"{where}.tiers.{tier}", part.approvers or rules.approvers, part.quorum or rules.quorum)
        for tier, part in rules.tiers.items()
    ]
    parts += [
        (f"{where}.tools.{tool}", part.approvers or rules.approvers, part.quorum or rules.quorum)
        for tool, part in rules.tools.items()
    ]
    parts += [
        (f"{where}.high_value", rule.approvers or rules.approvers, rule.quorum or rules.quorum)
        for rule in rules.high_value
    ]
    for place, people, quorum in parts:
        if not people.groups and 0 < len(people.users) < quorum:
            who = f"{len(people.users)} approver" + ("s are" if len(people.users) > 1 else " is")
            found.append(_error(place, f"{quorum} approvals are needed and only {who} named"))
    if rules.approvers.groups and not rules.approvers.users:
        found.append(
            _warning(where, "only groups approve; named people are safer, since an admin can change who is in a group")
        )
    return found


def _check_tools(where: str, rules: AgentPolicy, spec: AgentSpec[Any, Any]) -> list[Finding]:
    tools = {tool.name: tool for tool in spec.tools}
    found: list[Finding] = []
    for name, part in rules.tools.items():
        if name not in tools:
            found.append(_error(f"{where}.tools.{name}", f"{spec.title} has no such tool{_meant(name, tools)}"))
        elif tools[name].access is Access.READ and (part.ask or part.quorum):
            found.append(_warning(f"{where}.tools.{name}", "it only reads, and reading is never put to people"))
        elif part.tier and part.tier.rank < tools[name].tier.rank:
            found.append(
                _warning(
                    f"{where}.tools.{name}.tier",
                    f"the tool itself says {tools[name].tier}; a policy can only raise that",
                )
            )
    return found


def _check_high_value(where: str, rules: AgentPolicy, spec: AgentSpec[Any, Any]) -> list[Finding]:
    found: list[Finding] = []
    for place, rule in enumerate(rules.high_value):
        here = f"{where}.high_value.{place}"
        touched = [tool for tool in spec.tools if rule.tool in (None, tool.name)]
        if not touched:
            found.append(_error(here, f"{spec.title} has no tool {rule.tool}"))
            continue
        top = rule.arg.split(".")[0]
        lacking = [
            tool.name for tool in touched if top not in tool.args.model_fields and tool.access is not Access.READ
        ]
        if lacking and rule.tool is not None:
            found.append(_error(here, f"{rule.tool} has no argument {top}, so every call of it counts as high-value"))
        elif lacking:
            names = ", ".join(lacking)
            found.append(
                _warning(here, f"{names} has no argument {top}, so every call of it counts as high-value; name a tool")
            )
    return found


def _check_autonomy(where: str, rules: AgentPolicy, spec: AgentSpec[Any, Any]) -> list[Finding]:
    found: list[Finding] = []
    known = spec.case_types
    for case in sorted(rules.cases):
        if known and case not in known:
            found.append(_warning(f"{where}.cases.{case}", f"{spec.title} declares no such case type"))
        if rules.cases[case].mode is Mode.AUTO:
            found.append(_warning(f"{where}.cases.{case}", "it starts automatic, without having earned it"))
    if rules.mode is Mode.AUTO:
        found.append(_warning(f"{where}.mode", "it starts automatic, without having earned it"))
    if rules.autonomy.target < 0.8:
        found.append(_warning(f"{where}.autonomy.target", f"{rules.autonomy.target:.0%} agreement is little"))
    if rules.expiry < timedelta(minutes=15):
        found.append(_warning(f"{where}.expiry", "people have less than 15 minutes to answer"))
    return found


def _meant(name: str, known: Iterable[str]) -> str:
    names: Sequence[str] = sorted(known)
    close = get_close_matches(name, names, n=1)
    return f"; did you mean {close[0]}?" if close else f"; there are: {', '.join(names) or 'none'}"


def _error(where: str, text: str) -> Finding:
    return Finding(level="error", where=where, text=text)


def _warning(where: str, text: str) -> Finding:
    return Finding(level="warning", where=where, text=text)
