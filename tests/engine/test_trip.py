"""What it costs to go on after an approval, counted and not timed: commits, statements, and statements built anew.

No polling helps here: whoever waits is rung.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

from agents.core.contract import Mode, ToolContext
from agents.core.job import Job
from bot.engine import Limits
from storage.store import Store
from tests.engine.rig import Rig, rig
from tests.engine.toys import Note, Paint, Said, agent, tool

NEVER = 3600.0
ONLY_RUNG = Limits(poll=NEVER, sweep=NEVER, beat=NEVER, lease=NEVER)


@dataclass
class Trip:
    """What the writer executed, as objects, and how often it committed. `at_tool` and `at_end` are the numbers of commits
    and of statements when the tool's body was entered, and when the agent went on."""

    statements: list[Any] = field(default_factory=list)
    commits: int = 0
    at_tool: tuple[int, int] = (0, 0)
    at_end: tuple[int, int] = (0, 0)

    def so_far(self) -> tuple[int, int]:
        return self.commits, len(self.statements)


@contextmanager
def watched(trip: Trip) -> Iterator[None]:
    """Notes what the writer's thread executes and commits within the block."""

    def executing(_connection: Any, statement: Any, *_: Any) -> None:
        if threading.current_thread().name == "calmops-writer":
            trip.statements.append(statement)

    def committing(_connection: Any) -> None:
        if threading.current_thread().name == "calmops-writer":
            trip.commits += 1

    event.listen(Engine, "before_execute", executing)
    event.listen(Engine, "commit", committing)
    try:
        yield
    finally:
        event.remove(Engine, "before_execute", executing)
        event.remove(Engine, "commit", committing)


async def trips(store: Store, number: int) -> list[Trip]:
    """So many approvals, one after another, each watched from the answer until the agent goes on."""
    gone_on: asyncio.Queue[None] = asyncio.Queue()
    made: list[Trip] = []

    async def paint(context: ToolContext, args: Paint) -> dict[str, Any]:
        made[-1].at_tool = made[-1].so_far()
        return {}

    wall = tool("shop.trip", run=paint)

    async def run(job: Job, note: Note) -> Said:
        outcome = await job.call(wall, wall=3)
        assert outcome.by is not None
        made[-1].at_end = made[-1].so_far()
        gone_on.put_nowait(None)
        return Said(text="")

    async def one(toys: Rig) -> None:
        asked = await toys.question(await toys.submit())
        made.append(Trip())
        with watched(made[-1]):
            await toys.answer(asked)
            await gone_on.get()

    async with rig(store, agent(run, mode=Mode.REVIEW, tools=(wall,)), limits=ONLY_RUNG) as toys:
        for _ in range(number):
            await one(toys)
    return made


async def test_an_approval_reaches_the_tool_in_three_commits_and_is_written_down_with_a_fourth(store: Store) -> None:
    *_, trip = await trips(store, 3)
    assert trip.at_tool[0] == 3, "decided, claimed, intended"
    assert trip.at_end[0] == 4, "and the result"
    assert trip.at_tool[1] <= 23
    assert trip.at_end[1] <= 30


async def test_every_statement_on_the_way_is_built_once(store: Store) -> None:
    """Building one takes ten times as long as running it."""
    *_, before, after = await trips(store, 4)
    known = {id(statement) for statement in before.statements}
    assert [str(statement) for statement in after.statements[: after.at_end[1]] if id(statement) not in known] == []
