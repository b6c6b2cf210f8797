"""Whether the policy says what it should: approvers, owners, operators, and no contradictions."""

from collections.abc import Sequence
from typing import Any

from agents.core.clock import as_utc
from agents.core.contract import AgentSpec
from agents.core.policy import Policy
from agents.core.policy.checking import check_policy as look
from bot.doctor.finding import Finding, note, ok, problem


def check_policy(
    policy: Policy, agents: Sequence[AgentSpec[Any, Any]], *, now: float, path: str, there: bool
) -> list[Finding]:
    """`there` says whether the file exists; without it nobody may approve anything."""
    if not there:
        return [
            problem(
                "policy",
                f"There is no {path}, so no agent has an owner and nobody may approve.",
                "Copy calmops.example.toml to that place and name your people in it.",
            )
        ]
    step = f"Change it in {path}; it is read again by itself."
    found = [
        (problem if finding.level == "error" else note)("policy", f"{finding.where}: {finding.text}.", step)
        for finding in look(policy, agents, now=as_utc(now))
    ]
    return found or [ok("policy", f"{path} is in order.")]
