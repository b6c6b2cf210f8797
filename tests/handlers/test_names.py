"""People read a tool's title everywhere, never the name that machines use for it."""

import json
import re

import pytest

from agents.core.status import JobStatus
from handlers.ids import More
from storage import jobs, journal
from storage.store import Tx
from tests.handlers.desk import ASSIGN, Desk

MACHINE = re.compile(rf"(?<![\w.]){ASSIGN.name}(?![\w ])|read {ASSIGN.name}")


def machine_names(shown: object) -> list[str]:
    """Where the tool's machine name stands in texts that people read."""
    texts = re.findall(r'"(?:text|accessibility_label)": "((?:[^"\\]|\\.)*)"', json.dumps(shown))
    return [text for text in texts if MACHINE.search(text) or text == ASSIGN.name]


async def _read_and_done(desk: Desk) -> None:
    """A job that read with the tool and then changed something with it."""
    asked = await desk.question()

    def read(tx: Tx) -> None:
        jobs.move(tx, asked.job_id, JobStatus.QUEUED)
        jobs.move(tx, asked.job_id, JobStatus.RUNNING)
        fence = jobs.get(tx, asked.job_id).fence
        journal.record_step(tx, asked.job_id, fence, f"read {ASSIGN.name}", 1, None)

    await desk.store.write(read)
    await desk.done(asked, undo_seconds=600)


@pytest.mark.parametrize("command", ["job J1", "audit J1", "undo J1", "inbox"])
async def test_commands_name_a_tool_by_its_title(desk: Desk, command: str) -> None:
    await _read_and_done(desk)
    answer = await desk.command("bo", command)
    assert machine_names(answer) == []
    if command != "inbox":
        assert ASSIGN.title in json.dumps(answer)


async def test_everything_about_a_question_names_its_tool_by_its_title(desk: Desk) -> None:
    asked = await desk.question()
    await desk.press("bo", "card.more", f"{asked.id}.{asked.version}.{More.SHOW}", at=("C0SUPPORT", "1.0"))
    [view] = desk.web.opened
    assert f"tool {ASSIGN.title}" in json.dumps(view)
    assert machine_names(view) == []


async def test_a_job_on_home_names_its_tools_by_their_titles(desk: Desk) -> None:
    await _read_and_done(desk)
    await desk.press("bo", "job.show", "1", view={"type": "home", "id": "V1"})
    [view] = desk.web.opened
    assert machine_names(view) == []
    assert f"{ASSIGN.title}: " in json.dumps(view)
