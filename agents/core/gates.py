"""The six gates that an agent passes before it may work here. One that fails any of them is refused, with the reason."""

import inspect
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from agents.core.contract import Access, AgentSpec, Registry, Tier
from agents.core.policy import Policy

_NAME = re.compile(r"^[a-z][a-z0-9_-]{1,39}$")


class Gate(StrEnum):
    """What every agent must show."""

    PERSISTENT_WORK = "persistent work"
    CLEAR_OWNER = "clear owner"
    GOVERNED_IDENTITY = "governed identity"
    SCOPED_ACCESS = "scoped access"
    HUMAN_ESCALATION = "human escalation"
    AUDIT_TRAIL = "audit trail"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why an agent does not pass a gate, and what to change."""

    agent: str
    gate: Gate
    why: str

    def __str__(self) -> str:
        return f"{self.agent} does not pass the gate “{self.gate}”: {self.why}"


def admit(agents: Iterable[AgentSpec[Any, Any]], policy: Policy) -> tuple[Registry, list[Failure]]:
    """The agents that pass, and why the others do not."""
    passed: list[AgentSpec[Any, Any]] = []
    failures: list[Failure] = []
    for agent in agents:
        failed = check_gates(agent, policy)
        failures += failed
        passed += [] if failed else [agent]
    return Registry(passed), failures


def check_gates(agent: AgentSpec[Any, Any], policy: Policy) -> list[Failure]:
    """Every gate that this agent fails, in the order of the gates."""
    checks = {
        Gate.PERSISTENT_WORK: _persistent_work(agent),
        Gate.CLEAR_OWNER: _clear_owner(agent, policy),
        Gate.GOVERNED_IDENTITY: _governed_identity(agent),
        Gate.SCOPED_ACCESS: _scoped_access(agent),
        Gate.HUMAN_ESCALATION: _human_escalation(agent, policy),
        Gate.AUDIT_TRAIL: _audit_trail(agent),
    }
    return [Failure(agent=agent.name, gate=gate, why=why) for gate, reasons in checks.items() for why in reasons]


def _persistent_work(agent: AgentSpec[Any, Any]) -> list[str]:
    found = []
    models: dict[str, Any] = {"input": agent.input, "output": agent.output}
    for name, model in models.items():
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            found.append(f"its {name} is no pydantic model, so it cannot be stored and read back")
    if not inspect.iscoroutinefunction(agent.run):
        found.append("its `run` is no coroutine function, so it cannot be parked and resumed")
    if agent.deadline <= timedelta(0) or agent.budget.wall <= timedelta(0):
        found.append("its deadline and its budget must be longer than nothing")
    if agent.judge == agent.name:
        found.append("it judges its own results, which would never end: name another agent")
    if not agent.triggers:
        found.append("nothing starts it: name at least one trigger")
    return found


def _clear_owner(agent: AgentSpec[Any, Any], policy: Policy) -> list[str]:
    if policy.of(agent.name).owner.empty:
        return [f"nobody answers for it: write `owner` under [agents.{agent.name}] in calmops.toml"]
    return []


def _governed_identity(agent: AgentSpec[Any, Any]) -> list[str]:
    found = []
    if not _NAME.match(agent.name) or agent.name == "system":
        found.append(
            "its name must be 2 to 40 small letters, digits, - or _, and not “system”: it acts under that name"
        )
    if not agent.version.strip():
        found.append("it has no version, so nobody could tell which instructions it followed")
    if not agent.title.strip() or not agent.purpose.strip():
        found.append("it has no title or purpose that people could recognise")
    return found


def _scoped_access(agent: AgentSpec[Any, Any]) -> list[str]:
    found: list[str] = []
    names = [tool.name for tool in agent.tools]
    twice = sorted({name for name in names if names.count(name) > 1})
    found += [f"two of its tools are named {name}" for name in twice]
    found += [f"{name} is both among its tools and forbidden" for name in sorted(set(names) & set(agent.forbidden))]
    for tool in agent.tools:
        if tool.args.model_config.get("extra") != "forbid":
            found.append(
                f"the arguments of {tool.name} accept unknown names: derive them from agents.core.contract.Record"
            )
        if tool.access is Access.IRREVERSIBLE and tool.undo is not None:
            found.append(f"{tool.name} is irreversible and has an undo: it is one or the other")
        if tool.access is Access.IRREVERSIBLE and tool.tier.rank < Tier.HIGH.rank:
            found.append(f"{tool.name} is irreversible, so its tier must be high or critical")
        if unknown := sorted((tool.locked | tool.sensitive) - set(tool.args.model_fields)):
            found.append(f"{tool.name} locks or masks arguments that it does not have: {', '.join(unknown)}")
    return found


def _human_escalation(agent: AgentSpec[Any, Any], policy: Policy) -> list[str]:
    found = []
    acts = [tool for tool in agent.tools if tool.access is not Access.READ]
    if acts and policy.of(agent.name).approvers.empty:
        found.append(
            f"nobody may approve what it proposes: write `approvers` under [agents.{agent.name}] in calmops.toml"
        )
    if not agent.failure.strip():
        found.append("it does not say what happens when it fails")
    return found


def _audit_trail(agent: AgentSpec[Any, Any]) -> list[str]:
    found = []
    acts = [tool for tool in agent.tools if tool.access is not Access.READ]
    if acts and not agent.evidence:
        found.append("it does not say which evidence it attaches to what it proposes: fill in `evidence`")
    found += [
        f"{tool.name} has no title or target, so nobody could read in the audit what it changed"
        for tool in acts
        if not tool.title.strip() or not tool.target.strip()
    ]
    return found
