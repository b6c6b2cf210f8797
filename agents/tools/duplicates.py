"""Closes a ticket that says again what another one says."""

from typing import Annotated, Any

from pydantic import Field
from pydantic_core import to_jsonable_python

from agents.core.contract import Access, Record, Tool, ToolContext
from agents.core.desk import Change, EntryKind, TicketDesk, TicketStatus
from agents.core.errors import InvalidInput
from agents.tools.desk import Number, happened, record_of, take_back, version_of


class DuplicateArgs(Record):
    """Which ticket repeats which."""

    ticket: Number
    duplicate_of: Annotated[int, Field(ge=1, le=2**53, description="The ticket that stays open")]


async def _close(context: ToolContext, args: DuplicateArgs) -> Any:
    if args.ticket == args.duplicate_of:
        raise InvalidInput("A ticket is no duplicate of itself.")
    desk = context.port(TicketDesk)
    by = f"job {context.job_id}"
    await desk.read(args.duplicate_of)
    closed = Change(status=TicketStatus.CLOSED)
    # The note first: it has a key of its own, and the change by the effect's key says that all is done.
    note = f"Closed as a duplicate of ticket {args.duplicate_of}."
    await desk.write_entry(args.ticket, EntryKind.NOTE, note, key=f"note:{context.effect_key}"[:80], by=by)
    return to_jsonable_python(await desk.change(args.ticket, closed, key=context.effect_key, by=by))


close_duplicate = Tool(
    name="close_duplicate",
    title="Close a ticket as a duplicate",
    target="ticket desk",
    access=Access.WRITE,
    args=DuplicateArgs,
    run=_close,
    question=lambda args: f"Close ticket {args.ticket} as a duplicate of ticket {args.duplicate_of}?",
    verb=lambda _: "Close the duplicate",
    record=record_of,
    version=version_of,
    keyed=True,
    probe=happened,
    undo=take_back,
    locked=frozenset({"ticket"}),
)
