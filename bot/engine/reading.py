"""Tools that only read: their answers are recorded like steps, so that a replay sees the same world."""

import asyncio
from time import monotonic
from typing import Any

from pydantic import BaseModel

from agents.core.contract import Tool
from agents.core.failures import failure_of
from agents.core.job import CallOutcome, CallState
from bot.engine.context import Run
from bot.engine.raising import as_error
from bot.engine.steps import record
from bot.engine.values import to_json


async def read_tool(run: Run, tool: Tool[Any], name: str, args: BaseModel, given: dict[str, Any]) -> CallOutcome:
    """Calls a reading tool, once."""
    step = f"read {name}"
    if step in run.journal.steps:
        return CallOutcome(state=CallState.DONE, args=given, result=run.recall(step))
    began = monotonic()
    try:
        async with asyncio.timeout(tool.timeout.total_seconds()):
            result = to_json(await tool.run(run.context(), args), tool.name)
    except Exception as error:
        raise as_error(failure_of(error), tool) from error
    await record(run, step, result, took=monotonic() - began)
    return CallOutcome(state=CallState.DONE, args=given, result=result)
