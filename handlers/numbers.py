"""Reads together how one agent is doing."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.core.contract import AgentSpec
from agents.core.policy import Policy
from agents.core.report import Period
from handlers.blocks.agents import AgentRecord
from handlers.operations import standings
from storage import controls, stats
from storage.store import Tx

WEEK = 7 * 86400.0


def agent_record(tx: Tx, policy: Policy, agent: AgentSpec[Any, Any]) -> AgentRecord:
    """Mode and agreement of one agent, what it may use, and its numbers of the last seven days."""
    period = Period(since=tx.now - WEEK, until=tx.now)
    week = next((one for one in stats.agents(tx, period) if one.agent == agent.name), None)
    return replace(agent_records(tx, policy, [agent])[0], week=week)


def agent_records(tx: Tx, policy: Policy, agents: Sequence[AgentSpec[Any, Any]]) -> list[AgentRecord]:
    """Mode and agreement of several agents, without the week's numbers: these cost more."""
    halts = controls.all_of(tx, controls.PAUSE)
    found = []
    for agent in agents:
        halt = halts.get(controls.PAUSE + agent.name)
        found.append(
            AgentRecord(
                name=agent.name,
                title=agent.title,
                purpose=agent.purpose,
                standings=tuple(standings(tx, policy, agent, since=tx.now - WEEK)),
                paused_by=halt["by"] if halt else None,
                tools=tuple((tool.title, str(tool.access), str(tool.tier)) for tool in agent.tools),
                forbidden=agent.forbidden,
            )
        )
    return found
