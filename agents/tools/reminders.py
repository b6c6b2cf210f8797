"""Reminds people in a channel of tickets, and notes on each ticket that it was done."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_jsonable_python

from agents.core.announcing import Announcer, Line
from agents.core.clock import as_utc
from agents.core.contract import Access, Probe, Record, Tool, ToolContext
from agents.core.desk import EntryKind, Priority, Search, Ticket, TicketDesk, TicketStatus
from agents.core.report import duration
from agents.core.sla import QuietHours, read_quiet_hours, stage_of

MOST = 20
"""Tickets in one reminder; more are in the next one."""


class Reminder(Record):
    """One ticket to remind of. `mark` names the stage of this ticket's due time, so that each is reminded of once."""

    ticket: Annotated[int, Field(ge=1)]
    stage: Annotated[int, Field(ge=1, le=20)]
    mark: Annotated[str, Field(max_length=120)]
    text: Annotated[str, Field(max_length=300)]
    url: Annotated[str, Field(max_length=1_000)] | None = None


class RemindArgs(Record):
    """Whom to remind of what, and where."""

    channel: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{2,20}$", title="Channel")]
    mention: Annotated[tuple[Annotated[str, Field(pattern=r"^[USW][A-Z0-9]{2,20}$")], ...], Field(max_length=10)] = ()
    reminders: Annotated[tuple[Reminder, ...], Field(min_length=1, max_length=MOST)]


async def _remind(context: ToolContext, args: RemindArgs) -> Any:
    await context.port(Announcer).announce(
        args.channel,
        headline(len(args.reminders)),
        [Line(text=reminder.text, url=reminder.url) for reminder in args.reminders],
        mention=args.mention,
        key=context.effect_key,
        job_id=context.job_id,
    )
    desk = context.port(TicketDesk)
    for reminder in args.reminders:
        note = f"Reminder {reminder.stage} was posted."
        await desk.write_entry(reminder.ticket, EntryKind.NOTE, note, key=reminder.mark, by=f"job {context.job_id}")
    return {"reminded": [reminder.ticket for reminder in args.reminders]}


class DueArgs(Record):
    """In quiet hours (`20:00-07:00` in `zone`) only urgent tickets count."""

    quiet: Annotated[str, Field(max_length=20)] = ""
    zone: Annotated[str, Field(max_length=60)] = "UTC"


async def _due(context: ToolContext, args: DueArgs) -> Any:
    desk = context.port(TicketDesk)
    quiet = read_quiet_hours(args.quiet, args.zone)
    tickets = await desk.find(Search(status=TicketStatus.OPEN, limit=200))
    due: list[Reminder] = []
    for reminder in candidates(tickets, now=context.now, quiet=quiet):
        if len(due) < MOST and await desk.happened(reminder.mark) is not Probe.HAPPENED:
            due.append(reminder)
    return {"looked_at": len(tickets), "due": to_jsonable_python(due)}


def candidates(tickets: Sequence[Ticket], *, now: float, quiet: QuietHours | None) -> list[Reminder]:
    """A reminder for each ticket whose time calls for one, the latest first."""
    still = quiet is not None and quiet.covers(as_utc(now))
    found: list[tuple[float, Reminder]] = []
    for ticket in tickets:
        if ticket.due_at is None or (still and ticket.priority is not Priority.URGENT):
            continue
        stage = stage_of(created_at=ticket.created_at, due_at=ticket.due_at, now=now)
        if stage:
            found.append((ticket.due_at, _reminder(ticket, stage, ticket.due_at - now)))
    return [reminder for _, reminder in sorted(found, key=lambda pair: pair[0])]


def _reminder(ticket: Ticket, stage: int, left: float) -> Reminder:
    when = f"due in {duration(left)}" if left > 0 else f"{duration(-left)} late"
    return Reminder(
        ticket=ticket.id,
        stage=stage,
        mark=f"sla:{ticket.id}:{ticket.due_at or 0:.0f}:{stage}",
        text=f"Ticket {ticket.id}, {ticket.queue or 'not assigned'}: {ticket.subject[:120]} ({when})",
        url=ticket.url,
    )


def headline(number: int) -> str:
    """The first line of a reminder."""
    return f"{number} ticket{'s' * (number != 1)} need{'s' * (number == 1)} an answer"


remind_tickets = Tool(
    name="remind_tickets",
    title="Remind people of tickets",
    target="Slack",
    access=Access.WRITE,
    args=RemindArgs,
    run=_remind,
    question=lambda args: f"Remind people of {len(args.reminders)} ticket{'s' * (len(args.reminders) != 1)}?",
    verb=lambda _: "Post the reminder",
    keyed=True,
)

due_reminders = Tool(
    name="due_reminders",
    title="Find tickets that need a reminder",
    target="ticket desk",
    access=Access.READ,
    args=DueArgs,
    run=_due,
    question=lambda _: "Look for tickets that are due?",
    verb=lambda _: "Look",
)
