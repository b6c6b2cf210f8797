"""Tools for the ticket desk. Writes are keyed: the desk does each of them once, however often it is asked."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic_core import to_jsonable_python

from agents.core.contract import Access, Probe, Record, Tier, Tool, ToolContext
from agents.core.desk import QUEUE_NAME, Change, Changed, EntryKind, Priority, Search, TicketDesk, TicketStatus
from agents.core.errors import RecordMoved

Number = Annotated[int, Field(ge=1, le=2**53, description="Number of the ticket")]
Queue = Annotated[str, Field(min_length=1, max_length=60, pattern=QUEUE_NAME, description="Name of a queue")]
Text = Annotated[str, Field(min_length=1, max_length=20_000)]

_VERB = 30


class TicketArgs(Record):
    """One ticket."""

    ticket: Number


class ListArgs(Record):
    """Which tickets to list; what is left out means any."""

    queue: Queue | None = None
    status: TicketStatus | None = None
    priority: Priority | None = None
    text: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class AssignArgs(Record):
    """Where a ticket belongs and how soon it matters."""

    ticket: Number
    queue: Queue
    priority: Priority


class NoteArgs(Record):
    """A note that only the team sees."""

    ticket: Number
    text: Text


class StatusArgs(Record):
    """A ticket's new status."""

    ticket: Number
    status: TicketStatus


class ReplyArgs(Record):
    """What to write to the person who opened the ticket."""

    ticket: Number
    text: Text


def record_of(args: Any) -> str:
    """The record a call is about, as people call it."""
    return f"ticket {args.ticket}"


async def version_of(context: ToolContext, args: Any) -> str:
    """The version of the ticket a call is about."""
    return str((await context.port(TicketDesk).read(args.ticket)).version)


async def happened(context: ToolContext, _args: Any) -> Probe:
    """Whether the desk has done this write."""
    return await context.port(TicketDesk).happened(context.effect_key)


async def _read(context: ToolContext, args: TicketArgs) -> Any:
    return to_jsonable_python(await context.port(TicketDesk).read(args.ticket))


async def _history(context: ToolContext, args: TicketArgs) -> Any:
    return to_jsonable_python(list(await context.port(TicketDesk).history(args.ticket)))


async def _list(context: ToolContext, args: ListArgs) -> Any:
    search = Search(queue=args.queue, status=args.status, priority=args.priority, text=args.text, limit=args.limit)
    return to_jsonable_python(list(await context.port(TicketDesk).find(search)))


async def _assign(context: ToolContext, args: AssignArgs) -> Any:
    change = Change(queue=args.queue, priority=args.priority)
    return await _change(context, args.ticket, change, context.effect_key)


async def _set_status(context: ToolContext, args: StatusArgs) -> Any:
    return await _change(context, args.ticket, Change(status=args.status), context.effect_key)


async def _change(context: ToolContext, ticket: int, change: Change, key: str) -> Any:
    desk = context.port(TicketDesk)
    done = await desk.change(ticket, change, key=key, by=f"job {context.job_id}")
    return to_jsonable_python(done)


async def take_back(context: ToolContext, args: Any, result: Any) -> None:
    """Sets a changed ticket back to what it was. Raises `RecordMoved` when somebody has changed it since."""
    done = TypeAdapter(Changed).validate_python(result)
    was = done.before
    empty = frozenset(name for name in ("queue", "priority") if getattr(was, name) is None)
    change = Change(queue=was.queue, priority=was.priority, status=was.status, expect=done.after.version, clear=empty)
    try:
        await _change(context, args.ticket, change, f"undo:{context.effect_key or done.after.version}"[:80])
    except RecordMoved as error:
        raise RecordMoved(f"Ticket {args.ticket} was changed since, so nothing was taken back.") from error


async def _note(context: ToolContext, args: NoteArgs) -> Any:
    return await _write(context, args.ticket, EntryKind.NOTE, args.text)


async def _draft(context: ToolContext, args: ReplyArgs) -> Any:
    return await _write(context, args.ticket, EntryKind.DRAFT, args.text)


async def _reply(context: ToolContext, args: ReplyArgs) -> Any:
    return await _write(context, args.ticket, EntryKind.REPLY, args.text)


async def _write(context: ToolContext, ticket: int, kind: EntryKind, text: str) -> Any:
    entry = await context.port(TicketDesk).write_entry(
        ticket, kind, text, key=context.effect_key, by=f"job {context.job_id}"
    )
    return to_jsonable_python(entry)


def _verb(words: str) -> str:
    """Words that fit on a button."""
    return words if len(words) <= _VERB else words[: _VERB - 1].rstrip() + "…"


read_ticket = Tool(
    name="read_ticket",
    title="Read a ticket",
    target="ticket desk",
    access=Access.READ,
    args=TicketArgs,
    run=_read,
    question=lambda args: f"Read ticket {args.ticket}?",
    verb=lambda _: "Read the ticket",
    record=record_of,
)

read_history = Tool(
    name="read_history",
    title="Read a ticket's history",
    target="ticket desk",
    access=Access.READ,
    args=TicketArgs,
    run=_history,
    question=lambda args: f"Read the history of ticket {args.ticket}?",
    verb=lambda _: "Read the history",
    record=record_of,
)

list_tickets = Tool(
    name="list_tickets",
    title="List tickets",
    target="ticket desk",
    access=Access.READ,
    args=ListArgs,
    run=_list,
    question=lambda _: "List tickets?",
    verb=lambda _: "List tickets",
)

assign_ticket = Tool(
    name="assign_ticket",
    title="Set a ticket's queue and priority",
    target="ticket desk",
    access=Access.WRITE,
    args=AssignArgs,
    run=_assign,
    question=lambda args: (
        f"Assign ticket {args.ticket} to {args.queue.capitalize()} and set priority {args.priority.capitalize()}?"
    ),
    verb=lambda args: _verb(f"Assign to {args.queue.capitalize()}"),
    record=record_of,
    version=version_of,
    keyed=True,
    probe=happened,
    undo=take_back,
    locked=frozenset({"ticket"}),
)

add_note = Tool(
    name="add_note",
    title="Add a note to a ticket",
    target="ticket desk",
    access=Access.WRITE,
    args=NoteArgs,
    run=_note,
    question=lambda args: f"Add this note to ticket {args.ticket}?",
    verb=lambda _: "Add the note",
    record=record_of,
    keyed=True,
    probe=happened,
    locked=frozenset({"ticket"}),
)

set_status = Tool(
    name="set_status",
    title="Set a ticket's status",
    target="ticket desk",
    access=Access.WRITE,
    args=StatusArgs,
    run=_set_status,
    question=lambda args: f"Set ticket {args.ticket} to {args.status}?",
    verb=lambda args: _verb(f"Set to {args.status}"),
    record=record_of,
    version=version_of,
    keyed=True,
    probe=happened,
    undo=take_back,
    locked=frozenset({"ticket"}),
)

draft_reply = Tool(
    name="draft_reply",
    title="Keep a draft reply on a ticket",
    target="ticket desk",
    access=Access.WRITE,
    args=ReplyArgs,
    run=_draft,
    question=lambda args: f"Keep this draft reply on ticket {args.ticket}?",
    verb=lambda _: "Keep the draft",
    record=record_of,
    keyed=True,
    probe=happened,
    locked=frozenset({"ticket"}),
)

send_reply = Tool(
    name="send_reply",
    title="Send a reply to the person who opened a ticket",
    target="ticket desk",
    access=Access.IRREVERSIBLE,
    args=ReplyArgs,
    run=_reply,
    question=lambda args: f"Send this reply to the requester of ticket {args.ticket}?",
    verb=lambda _: "Send the reply",
    tier=Tier.HIGH,
    record=record_of,
    version=version_of,
    keyed=True,
    probe=happened,
    locked=frozenset({"ticket"}),
)
