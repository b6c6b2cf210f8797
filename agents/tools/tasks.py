"""Opens tickets for tasks that were agreed on."""

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_jsonable_python

from agents.core.contract import Access, Probe, Record, Tool, ToolContext
from agents.core.desk import Change, NewTicket, Search, TicketDesk, TicketStatus


class TaskArgs(Record):
    """One task: what, by whom, until when."""

    what: Annotated[str, Field(min_length=3, max_length=300)]
    who: Annotated[str, Field(max_length=80)] = ""
    due: Annotated[str, Field(max_length=40, description="A day (YYYY-MM-DD) or as it was said")] = ""


class TasksArgs(Record):
    """The tasks of one meeting or checklist."""

    source: Annotated[str, Field(min_length=1, max_length=120)]
    tasks: Annotated[list[TaskArgs], Field(min_length=1, max_length=20)]


async def _open(context: ToolContext, args: TasksArgs) -> Any:
    desk = context.port(TicketDesk)
    made = []
    for number, task in enumerate(args.tasks, start=1):
        lines = [task.what, f"From: {args.source}"]
        lines += [f"Who: {task.who}"] if task.who else []
        lines += [f"Until: {task.due}"] if task.due else []
        made.append(
            await desk.open(
                NewTicket(
                    subject=task.what[:120],
                    body="\n".join(lines),
                    requester=f"job {context.job_id}",
                    origin=f"{context.effect_key}:{number}",
                )
            )
        )
    return {"tickets": [ticket.id for ticket in made], "tasks": to_jsonable_python(args.tasks)}


async def _opened(context: ToolContext, args: TasksArgs) -> Probe:
    """All of them or nothing known: each is opened once by its origin, so a part may safely be done again."""
    known = await context.port(TicketDesk).find(Search(text=args.tasks[-1].what[:120], limit=200))
    return Probe.HAPPENED if any(t.requester == f"job {context.job_id}" for t in known) else Probe.DID_NOT


async def _take_back(context: ToolContext, _args: TasksArgs, result: Any) -> None:
    """Closes the tickets that are still open."""
    desk = context.port(TicketDesk)
    for number in result["tickets"]:
        if (await desk.read(int(number))).status is TicketStatus.OPEN:
            await desk.change(
                int(number),
                Change(status=TicketStatus.CLOSED),
                key=f"undo:task:{number}",
                by=f"job {context.job_id}",
            )


open_tasks = Tool(
    name="open_tasks",
    title="Open a ticket for each task",
    target="ticket desk",
    access=Access.WRITE,
    args=TasksArgs,
    run=_open,
    question=lambda args: f"Open {len(args.tasks)} task{'s' * (len(args.tasks) != 1)} from {args.source}?"[:140],
    verb=lambda args: "Open the task" if len(args.tasks) == 1 else f"Open {len(args.tasks)} tasks",
    keyed=True,
    probe=_opened,
    undo=_take_back,
)
