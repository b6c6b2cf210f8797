"""Recurring admin: opens the tickets of a checklist, and asks first when the last round is not done yet."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, TypeAdapter

from agents.core.caution import cautions
from agents.core.contract import AgentSpec, Check, Record, Trigger
from agents.core.desk import Ticket, TicketStatus
from agents.core.errors import InvalidInput
from agents.core.job import CallState, Evidence, Job, StopReason
from agents.core.redaction import redact
from agents.tools.desk import list_tickets
from agents.tools.tasks import open_tasks

_EXAMPLE = "run routine Month end: close the books; send statements; archive invoices"
_OPEN = (TicketStatus.OPEN, TicketStatus.PENDING)


class RoutineInput(Record):
    """The checklist's name and its tasks, in their order."""

    name: str = Field(min_length=1, max_length=80)
    tasks: tuple[Annotated[str, Field(min_length=3, max_length=120)], ...] = Field(min_length=1, max_length=20)


class RoutineOutput(Record):
    """The tickets that were opened, and the tasks whose ticket of an earlier round is still open."""

    opened: list[int]
    still_open: list[str]
    outcome: str


async def run(job: Job, request: RoutineInput) -> RoutineOutput:
    """A task that is still open from an earlier round is not opened again; people hear of it."""
    await job.progress("Look at the last round")
    open_now = {task: found for task in request.tasks if (found := await _still_open(job, request.name, task))}
    fresh = [task for task in request.tasks if task not in open_now]
    if not fresh:
        await job.reply(f"{request.name}: every task of an earlier round is still open, so nothing was opened.")
        return RoutineOutput(opened=[], still_open=list(open_now), outcome="nothing to open")
    stop, because = doubts(request, open_now)
    called = await job.call(
        open_tasks,
        because=because,
        stop=stop,
        evidence=tuple(
            Evidence(label=f"Still open: ticket {ticket.id}", text=redact(task), url=ticket.url)
            for task, ticket in open_now.items()
        ),
        case_type="routine/behind" if open_now else "routine/on-time",
        source=request.name,
        tasks=[{"what": task} for task in fresh],
    )
    opened = [int(number) for number in (called.result or {}).get("tickets", [])] if called.done else []
    if called.state is not CallState.SHADOW:
        await job.reply(summing_up(request.name, opened, open_now))
    return RoutineOutput(opened=opened, still_open=list(open_now), outcome=str(called.state))


async def _still_open(job: Job, name: str, task: str) -> Ticket | None:
    """The ticket of an earlier round of this checklist that is not done."""
    found = (await job.call(list_tickets, text=task, limit=200)).result
    tickets = TypeAdapter(list[Ticket]).validate_python(found)
    mine = (t for t in tickets if t.status in _OPEN and t.subject == task and f"From: {name}" in t.body.splitlines())
    return next(mine, None)


def doubts(request: RoutineInput, still_open: dict[str, Ticket]) -> tuple[StopReason | None, str]:
    """Why people must look, whatever the mode, and in words."""
    if signs := cautions("\n".join((request.name, *request.tasks))):
        return StopReason.OUTSIDE_POLICY, f"Look at the checklist before anything happens: {signs[0].what}."
    if still_open:
        return (
            StopReason.SOURCES_CONFLICT,
            f"{len(still_open)} of {len(request.tasks)} tasks are still open from an earlier round; they are left out.",
        )
    return None, ""


def summing_up(name: str, opened: list[int], still_open: dict[str, Ticket]) -> str:
    """What became of it, in a sentence or two."""
    if not opened:
        return f"No task of {name} was opened."
    said = f"Opened for {name}: ticket{'s' * (len(opened) != 1)} {', '.join(map(str, opened))}."
    if still_open:
        said += f" Still open from before: {', '.join(str(ticket.id) for ticket in still_open.values())}."
    return said


def from_text(text: str) -> RoutineInput:
    """`NAME: task; task`. Raises `InvalidInput` with an example."""
    name, colon, rest = text.strip().partition(":")
    tasks = tuple(dict.fromkeys(" ".join(part.split()) for part in rest.replace("\n", ";").split(";") if part.strip()))
    if not colon or not name.strip() or not tasks:
        raise InvalidInput(f"Write the checklist's name and its tasks. Example: {_EXAMPLE}")
    if len(tasks) > 20:
        raise InvalidInput(f"A checklist has 20 tasks at most; this one has {len(tasks)}.")
    wrong = next((task for task in tasks if not 3 <= len(task) <= 120), None)
    if wrong is not None or len(name.strip()) > 80:
        raise InvalidInput("A task has 3 to 120 characters, a name 80 at most.")
    return RoutineInput(name=" ".join(name.split()), tasks=tasks)


routine = AgentSpec(
    name="routine",
    title="Recurring admin",
    purpose="Opens the tickets of a checklist, each round anew, and leaves out what is still open.",
    version="1",
    owner="operations lead",
    input=RoutineInput,
    output=RoutineOutput,
    run=run,
    tools=(list_tickets, open_tasks),
    triggers=frozenset({Trigger.COMMAND, Trigger.SCHEDULE, Trigger.WEBHOOK, Trigger.JOB}),
    deadline=timedelta(days=1),
    evidence=("tickets of an earlier round that are still open",),
    checks=(Check(says="no task is opened while its ticket of an earlier round is open"),),
    failure="No ticket is opened; the owner is told and the next round looks again.",
    case_types=("routine/on-time", "routine/behind"),
    summary=lambda request: f"{request.name}: {len(request.tasks)} task{'s' * (len(request.tasks) != 1)}",
    from_text=from_text,
)
