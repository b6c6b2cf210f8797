"""Undo as a job of its own: with the same journal, retries and audit as any other call."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from agents.core.contract import Access, AgentSpec, Lane, Mode, Record, Tier, Tool, ToolContext
from agents.core.errors import NotFound
from agents.core.job import Job

UNDO = "undo"
"""The name of the built-in agent; its jobs carry it."""


class UndoInput(Record):
    """The effect to take back."""

    effect_id: int
    tool: str
    args: dict[str, Any]
    result: Any = None


class Undone(Record):
    """What was taken back."""

    effect_id: int


def undo_tool(tool: Tool[Any], result: Any) -> Tool[Any]:
    """The call that takes back one call of `tool`, which answered `result`. Raises `NotFound` when it has no undo."""
    undo = tool.undo
    if undo is None:
        raise NotFound(f"{tool.name} cannot be taken back any more.")

    async def run(context: ToolContext, args: Any) -> None:
        await undo(context, args, result)

    return replace(
        tool,
        name=f"undo {tool.name}",
        title=f"Taking back: {tool.title}",
        run=run,
        access=Access.WRITE,
        tier=Tier.LOW,
        version=None,
        probe=None,
        undo=None,
    )


def undo_agent(taking_back: Tool[Any] | None = None) -> AgentSpec[UndoInput, Undone]:
    """The agent that takes back one effect by this call; without one it can only say that it cannot."""

    async def run(job: Job, given: UndoInput) -> Undone:
        if taking_back is None:
            raise NotFound(f"{given.tool} is no longer part of its agent, so nobody here can take it back.")
        await job.call(taking_back, **given.args)
        return Undone(effect_id=given.effect_id)

    return AgentSpec(
        name=UNDO,
        title="Undo",
        purpose="Takes back what a person wants taken back.",
        version="1",
        owner="operators",
        input=UndoInput,
        output=Undone,
        run=run,
        tools=(taking_back,) if taking_back else (),
        lane=Lane.FAST,
        mode=Mode.AUTO,
        priority=10,
        deadline=timedelta(hours=24),
        summary=lambda given: f"Take back {given.tool}",
    )
