"""Every agent that comes with Calmops keeps the house's own rules for agents."""

from typing import Any

import pytest

from agents.core.contract import Access, AgentSpec
from agents.core.gates import check_gates
from agents.core.policy import Policy
from agents.library import all_agents

AGENTS = all_agents()
NAMED = Policy.model_validate(
    {"agents": {agent.name: {"owner": {"users": ["U0BO"]}, "approvers": {"users": ["U0BO"]}} for agent in AGENTS}}
)


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_agent_passes_every_gate(agent: AgentSpec[Any, Any]) -> None:
    assert check_gates(agent, NAMED) == []


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_agent_says_what_it_is_for(agent: AgentSpec[Any, Any]) -> None:
    assert agent.purpose.endswith(".")
    assert agent.failure.endswith(".")
    assert agent.evidence
    assert agent.checks
    assert len(agent.title) <= 30


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.name)
def test_every_write_can_be_repeated_or_probed(agent: AgentSpec[Any, Any]) -> None:
    for tool in agent.tools:
        if tool.access is not Access.READ:
            assert tool.keyed or tool.probe is not None


def test_names_are_different() -> None:
    assert len({agent.name for agent in AGENTS}) == len(AGENTS)
