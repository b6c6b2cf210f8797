"""What the policy says to one tool call."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from agents.core.contract import Access, AgentSpec, Mode, Tier, Tool
from agents.core.job import StopReason
from agents.core.policy.rights import demand
from agents.core.policy.schema import AgentPolicy


class Ruling(StrEnum):
    """What the policy says to one tool call."""

    ALLOW = "allow"
    ASK = "ask"
    SHADOW = "shadow"
    FORBID = "forbid"


@dataclass(frozen=True, kw_only=True)
class CallRuling:
    """A ruling with its reason. `stop` is the stop condition that holds, `tier` how risky the call is by all rules."""

    ruling: Ruling
    because: str
    tier: Tier = Tier.LOW
    stop: StopReason | None = None


STOP_WORDS: Mapping[StopReason, str] = {
    StopReason.MISSING_DATA: "something that is needed is missing",
    StopReason.SOURCES_CONFLICT: "the sources contradict each other",
    StopReason.TOOL_FAILED: "a tool did not work",
    StopReason.OUTSIDE_POLICY: "this lies outside the policy",
    StopReason.LOW_CONFIDENCE: "the agent is not sure enough",
    StopReason.HIGH_VALUE: "this is a high-value record",
    StopReason.REPEATED_FAILURE: "this job has failed several times",
}


def rule_call(
    agent: AgentSpec[Any, Any],
    tool: Tool[Any],
    *,
    mode: Mode,
    stop: StopReason | None,
    rules: AgentPolicy | None = None,
    args: Mapping[str, Any] | None = None,
    confidence: float | None = None,
    failures: int = 0,
    sampled: bool = False,
    granted: str = "",
) -> CallRuling:
    """Whether a call may run alone, needs people, is only compared, or is out of the question; and why.

    `rules` come from `Policy.of`. `failures` counts this job's failures so far; `sampled` puts one automatic case
    before people; `granted` names a permission in advance for exactly this call. What the agent says can only make a
    call stricter.
    """
    rules = rules or AgentPolicy()
    of_tool = rules.tools.get(tool.name)
    if tool not in agent.tools:
        return CallRuling(ruling=Ruling.FORBID, because=f"{tool.name} is not in the contract of {agent.title}.")
    if tool.name in agent.forbidden:
        return CallRuling(ruling=Ruling.FORBID, because=f"The contract of {agent.title} forbids {tool.name}.")
    if of_tool and of_tool.forbid:
        return CallRuling(ruling=Ruling.FORBID, because=f"The policy forbids {tool.name} to {agent.title}.")
    stop = stop or _stop_by_numbers(rules, confidence, failures)
    if stop is not None and stop in rules.stop.forbid:
        return CallRuling(ruling=Ruling.FORBID, because=f"The policy ends calls when {STOP_WORDS[stop]}.", stop=stop)
    if tool.access is Access.READ:
        return CallRuling(ruling=Ruling.ALLOW, because="It only reads.", stop=stop)

    high_value = next((rule for rule in rules.high_value if args is None or rule.matches(tool.name, args)), None)
    if high_value is not None:
        stop = stop or StopReason.HIGH_VALUE
    tier = max(demand(rules, tool=tool.name, tier=tool.tier, args=args).tier, agent.tier, key=lambda one: one.rank)
    if mode is Mode.SHADOW:
        return CallRuling(ruling=Ruling.SHADOW, because="This kind of case is only practised.", tier=tier, stop=stop)

    def ask(because: str) -> CallRuling:
        return CallRuling(ruling=Ruling.ASK, because=because, tier=tier, stop=stop)

    if high_value is not None:
        return ask(f"This is high-value: {high_value.says()}.")
    if stop is not None:
        return ask(f"{STOP_WORDS[stop][:1].upper()}{STOP_WORDS[stop][1:]}.")
    if tool.access is Access.IRREVERSIBLE:
        return ask("This cannot be taken back, so people always decide.")
    if tier.rank >= Tier.HIGH.rank:
        return ask(f"The risk is {tier}, so people always decide.")
    if of_tool and of_tool.ask:
        return ask(f"The policy puts every use of {tool.title.lower()} to people.")
    if granted:
        return CallRuling(ruling=Ruling.ALLOW, because=f"Allowed in advance: {granted}.", tier=tier)
    if mode is Mode.REVIEW:
        return ask("This kind of case is reviewed: people decide each one.")
    if sampled:
        return ask("This kind of case runs alone; one in a few is still shown to people first.")
    return CallRuling(ruling=Ruling.ALLOW, because="This kind of case runs alone, inside the policy.", tier=tier)


def is_sampled(job_id: int, name: str, share: float) -> bool:
    """Whether an automatic call is one of the few that people see first. The same call always gets the same answer, so
    a replay after a restart does not draw again."""
    digest = hashlib.sha256(f"{job_id}:{name}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def _stop_by_numbers(rules: AgentPolicy, confidence: float | None, failures: int) -> StopReason | None:
    least = rules.stop.confidence_below
    if least is not None and confidence is not None and confidence < least:
        return StopReason.LOW_CONFIDENCE
    return StopReason.REPEATED_FAILURE if failures >= rules.stop.failures else None
