"""Turns notes of a meeting into tasks, and opens a ticket for each once people agree."""

from datetime import date, timedelta
from functools import partial

from pydantic import Field

from agents.core.caution import cautions
from agents.core.clock import as_utc
from agents.core.contract import AgentSpec, Check, Record, Trigger
from agents.core.errors import InvalidInput
from agents.core.job import CallState, Evidence, Job, StopReason
from agents.core.redaction import redact
from agents.reasoning.tasks import Task, find_tasks
from agents.tools.tasks import open_tasks

_LONGEST_TITLE = 80


class MinutesInput(Record):
    """The notes as they were written."""

    notes: str = Field(min_length=10, max_length=40_000)


class MinutesOutput(Record):
    """The tasks found, and the tickets opened for them."""

    meeting: str
    tasks: list[str]
    tickets: list[int]
    outcome: str


async def run(job: Job, request: MinutesInput) -> MinutesOutput:
    """Reads the notes, proposes all tasks on one card, and opens what is left after a person's edits."""
    meeting = title_of(request.notes)
    await job.progress("Look for tasks in the notes")
    said_at = float(job.source.ts) if job.source.ts else None
    today = as_utc(said_at).date() if said_at else None
    tasks = await job.step("look for tasks", partial(_find, request.notes, today), of=list[Task])
    if not tasks:
        await job.reply("I found no task in these notes. Write a task as “Action: Ana checks the invoice by Friday”.")
        return MinutesOutput(meeting=meeting, tasks=[], tickets=[], outcome="nothing found")
    stop, because = _doubts(request.notes, tasks)
    outcome = await job.call(
        open_tasks,
        because=because,
        stop=stop,
        evidence=_evidence(tasks),
        confidence=sum(task.marked for task in tasks) / len(tasks),
        case_type="minutes/marked" if all(task.marked for task in tasks) else "minutes/read",
        source=meeting,
        tasks=[{"what": redact(task.what), "who": task.who, "due": task.due} for task in tasks],
    )
    tickets = [int(number) for number in (outcome.result or {}).get("tickets", [])] if outcome.done else []
    if outcome.state is not CallState.SHADOW:
        opened = ", ".join(str(number) for number in tickets)
        await job.reply(f"Opened for {meeting}: tickets {opened}." if tickets else f"No task of {meeting} was opened.")
    return MinutesOutput(
        meeting=meeting,
        tasks=[redact(task.what) for task in tasks],
        tickets=tickets,
        outcome=str(outcome.state),
    )


async def _find(notes: str, today: date | None) -> list[Task]:
    return find_tasks(notes, today=today)


def title_of(notes: str) -> str:
    """The first line that holds words, as the meeting's name."""
    for line in notes.splitlines():
        plain = " ".join(line.split()).strip("#*_ ")
        if any(char.isalpha() for char in plain):
            return redact(plain[:_LONGEST_TITLE])
    return "a meeting"


def _doubts(notes: str, tasks: list[Task]) -> tuple[StopReason | None, str]:
    signs = cautions(notes)
    if signs:
        return StopReason.OUTSIDE_POLICY, f"Look at the notes before anything happens: {signs[0].what}."
    nobody = sum(not task.who for task in tasks)
    if nobody:
        return StopReason.MISSING_DATA, f"{nobody} of {len(tasks)} tasks name nobody who does them."
    read = sum(not task.marked for task in tasks)
    if read:
        return StopReason.LOW_CONFIDENCE, f"{read} of {len(tasks)} tasks are read from sentences, not marked as tasks."
    return None, ""


def _evidence(tasks: list[Task]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(label=f"Task {number}{'' if task.marked else ', from a sentence'}", text=redact(task.quote))
        for number, task in enumerate(tasks[:10], start=1)
    )


def from_text(text: str) -> MinutesInput:
    """The notes themselves. Raises `InvalidInput` for too few."""
    if len(text.strip()) < 10:
        raise InvalidInput(
            "Paste the notes after the command. Example: run minutes Action: Ana checks the invoice by Friday"
        )
    return MinutesInput(notes=text)


minutes = AgentSpec(
    name="minutes",
    title="Meeting notes to tasks",
    purpose="Finds the tasks in notes of a meeting and opens a ticket for each of them.",
    version="1",
    owner="operations lead",
    input=MinutesInput,
    output=MinutesOutput,
    run=run,
    tools=(open_tasks,),
    triggers=frozenset({Trigger.COMMAND, Trigger.SHORTCUT, Trigger.JOB, Trigger.WEBHOOK}),
    forbidden=("send_reply",),
    deadline=timedelta(days=2),
    evidence=("the sentence each task was read from",),
    checks=(
        Check(says="at most twenty tasks"),
        Check(says="each task is opened once", holds=lambda _, made: len(set(made.tickets)) == len(made.tickets)),
    ),
    failure="No task is opened; the owner is told and the job is kept as a dead letter.",
    summary=lambda request: f"Tasks from {title_of(request.notes)}"[:80],
    from_text=from_text,
    case_types=("minutes/marked", "minutes/read"),
)
