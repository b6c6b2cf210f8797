"""The embedded ticket desk: tickets as rows. It honours idempotency keys and refuses a write that was decided on an old
version, as a real help desk would have to."""

import re
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update

from agents.core.contract import Probe
from agents.core.desk import (
    RESPONSE_WITHIN,
    Change,
    Changed,
    Entry,
    EntryKind,
    NewTicket,
    Priority,
    Search,
    Ticket,
    TicketStatus,
)
from agents.core.errors import InvalidInput, NotFound, RecordMoved
from storage import outbox
from storage.customers import customer_of
from storage.dialects import insert_new
from storage.store import Store, Tx
from storage.tables import desk_writes, ticket_entries, tickets

MOST_FOUND = 200
LONGEST_TEXT = 40_000
_LONGEST_SUBJECT = 250


class TableDesk:
    """The `TicketDesk` of a bot that has no other."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def read(self, ticket: int) -> Ticket:
        return await self._store.read(lambda tx: get_ticket(tx, ticket))

    async def find(self, search: Search) -> list[Ticket]:
        return await self._store.read(lambda tx: find_tickets(tx, search))

    async def history(self, ticket: int, *, limit: int = 50) -> list[Entry]:
        return await self._store.read(lambda tx: history(tx, ticket, limit=limit))

    async def open(self, new: NewTicket) -> Ticket:
        return await self._store.write(lambda tx: open_ticket(tx, new))

    async def change(self, ticket: int, change: Change, *, key: str, by: str) -> Changed:
        return await self._store.write(lambda tx: change_ticket(tx, ticket, change, key=key, by=by))

    async def write_entry(self, ticket: int, kind: EntryKind, text: str, *, key: str, by: str) -> Entry:
        return await self._store.write(lambda tx: write_entry(tx, ticket, kind, text, key=key, by=by))

    async def happened(self, key: str) -> Probe:
        return await self._store.read(lambda tx: happened(tx, key))


def get_ticket(tx: Tx, ticket: int) -> Ticket:
    """One ticket. Raises `NotFound`."""
    row = tx.execute(select(tickets).where(tickets.c.id == ticket)).first()
    if row is None:
        raise NotFound(f"There is no ticket {ticket}.")
    return _ticket(row)


def find_tickets(tx: Tx, search: Search) -> list[Ticket]:
    """Tickets that fit, oldest first."""
    wanted = select(tickets)
    for column, value in (
        (tickets.c.queue, search.queue),
        (tickets.c.status, search.status),
        (tickets.c.priority, search.priority),
    ):
        if value is not None:
            wanted = wanted.where(column == value)
    if search.text is not None:
        pattern = f"%{_literal(search.text)}%"
        wanted = wanted.where(
            or_(tickets.c.subject.ilike(pattern, escape="\\"), tickets.c.body.ilike(pattern, escape="\\"))
        )
    if search.due_before is not None:
        wanted = wanted.where(tickets.c.due_at < search.due_before)
    if search.since is not None:
        wanted = wanted.where(tickets.c.created_at >= search.since)
    limit = max(1, min(search.limit, MOST_FOUND))
    if search.newest:
        rows = tx.execute(wanted.order_by(tickets.c.id.desc()).limit(limit)).all()[::-1]
    else:
        rows = tx.execute(wanted.order_by(tickets.c.id).limit(limit)).all()
    return [_ticket(row) for row in rows]


def history(tx: Tx, ticket: int, *, limit: int = 50) -> list[Entry]:
    """The last lines of a ticket's history, oldest first. Raises `NotFound`."""
    get_ticket(tx, ticket)
    rows = tx.execute(
        select(ticket_entries)
        .where(ticket_entries.c.ticket_id == ticket)
        .order_by(ticket_entries.c.id.desc())
        .limit(limit)
    ).all()
    return [_entry(row) for row in reversed(rows)]


def open_ticket(tx: Tx, new: NewTicket) -> Ticket:
    """Opens a ticket for its origin, or returns the one that origin has already."""
    known = tx.execute(select(tickets).where(tickets.c.origin == new.origin)).first()
    if known is not None:
        return _ticket(known)
    customer = customer_of(tx, new.requester, f"{new.subject}\n{new.body}")
    row: dict[str, Any] = {
        "origin": new.origin,
        "subject": new.subject[:_LONGEST_SUBJECT],
        "body": new.body[:LONGEST_TEXT],
        "requester": new.requester,
        "customer": customer.key if customer else None,
        "vip": customer.vip if customer else False,
        "customer_queue": customer.queue if customer else None,
        "status": TicketStatus.OPEN,
        "version": 1,
        "channel": new.channel,
        "thread_ts": new.thread_ts,
        "url": new.url,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    fresh = insert_new(tx, tickets, ["origin"], row)
    ticket = _ticket(tx.execute(select(tickets).where(tickets.c.origin == new.origin)).one())
    if fresh:
        _add_entry(tx, ticket.id, EntryKind.CREATED, "Opened.", key=None, by=new.requester)
    return ticket


def change_ticket(tx: Tx, ticket: int, change: Change, *, key: str, by: str) -> Changed:
    """Changes a ticket once per key. Raises `NotFound`, and `RecordMoved` when it is not on the version expected."""
    done = tx.execute(select(desk_writes).where(desk_writes.c.key == key)).first()
    if done is not None:
        return Changed(before=_from_json(done.before), after=_from_json(done.after))
    before = get_ticket(tx, ticket)
    if change.expect is not None and change.expect != before.version:
        raise RecordMoved(
            f"Ticket {ticket} changed in the meantime: it is on version {before.version}, not {change.expect}."
        )
    after = _changed(before, change, tx.now)
    moved = tx.execute(
        update(tickets)
        .where(tickets.c.id == ticket, tickets.c.version == before.version)
        .values(
            queue=after.queue,
            priority=after.priority,
            status=after.status,
            version=after.version,
            due_at=after.due_at,
            updated_at=tx.now,
        )
    )
    if moved.rowcount != 1:
        raise RecordMoved(f"Ticket {ticket} changed in this very moment.")
    tx.execute(
        insert(desk_writes).values(key=key, ticket_id=ticket, before=asdict(before), after=asdict(after), at=tx.now)
    )
    _add_entry(tx, ticket, EntryKind.CHANGED, _difference(before, after), key=None, by=by)
    return Changed(before=before, after=after)


def write_entry(tx: Tx, ticket: int, kind: EntryKind, text: str, *, key: str, by: str) -> Entry:
    """Adds a line to a ticket's history once per key. A reply also goes into the thread that the ticket came from, in the
    same transaction. Raises `NotFound`; `InvalidInput` for an empty text."""
    if not text.strip():
        raise InvalidInput("There is nothing to write: the text is empty.")
    place = get_ticket(tx, ticket)
    new = _add_entry(tx, ticket, kind, text[:LONGEST_TEXT], key=key, by=by)
    if new and kind is EntryKind.REPLY and place.channel and place.thread_ts:
        outbox.put(
            tx,
            "post",
            "reply",
            channel=place.channel,
            thread_ts=place.thread_ts,
            stream=f"ticket:{ticket}",
            urgency=outbox.Urgency.ANSWER,
            text=text[:LONGEST_TEXT],
        )
    return _entry(tx.execute(select(ticket_entries).where(ticket_entries.c.key == key)).one())


def happened(tx: Tx, key: str) -> Probe:
    """Whether a write with this key was done: the desk keeps every key it has seen."""
    for column in (desk_writes.c.key, ticket_entries.c.key):
        if tx.execute(select(column).where(column == key)).first() is not None:
            return Probe.HAPPENED
    return Probe.DID_NOT


def count_open(tx: Tx) -> dict[str, tuple[int, int]]:
    """Open and pending tickets by queue ("" for none yet): how many, and how many of them are overdue."""
    rows = tx.execute(
        select(tickets.c.queue, func.count(), func.count().filter(tickets.c.due_at < tx.now))
        .where(tickets.c.status.in_([TicketStatus.OPEN, TicketStatus.PENDING]))
        .group_by(tickets.c.queue)
    )
    return {queue or "": (total, late) for queue, total, late in rows}


def _changed(before: Ticket, change: Change, now: float) -> Ticket:
    priority = None if "priority" in change.clear else change.priority or before.priority
    queue = None if "queue" in change.clear else change.queue or before.queue
    due = before.created_at + RESPONSE_WITHIN[priority].total_seconds() if priority else None
    return replace(
        before,
        queue=queue,
        priority=priority,
        status=change.status or before.status,
        version=before.version + 1,
        due_at=due,
        updated_at=now,
    )


def _difference(before: Ticket, after: Ticket) -> str:
    parts = [
        f"{name} {getattr(before, name) or 'none'} → {getattr(after, name) or 'none'}"
        for name in ("queue", "priority", "status")
        if getattr(before, name) != getattr(after, name)
    ]
    return ", ".join(parts) or "nothing"


def _add_entry(tx: Tx, ticket: int, kind: EntryKind, text: str, *, key: str | None, by: str) -> bool:
    """Returns whether the line is new."""
    row = {"ticket_id": ticket, "kind": kind, "text": text, "by": by, "key": key, "at": tx.now}
    if key is not None:
        return insert_new(tx, ticket_entries, ["key"], row)
    tx.execute(insert(ticket_entries).values(**row))
    return True


def _ticket(row: Row[Any]) -> Ticket:
    values = dict(row._mapping)
    values.pop("origin")
    return _from_json(values)


def _from_json(values: dict[str, Any]) -> Ticket:
    priority = values["priority"]
    typed = {"priority": Priority(priority) if priority else None, "status": TicketStatus(values["status"])}
    return Ticket(**{**values, **typed})


def _entry(row: Row[Any]) -> Entry:
    return Entry(ticket=row.ticket_id, kind=EntryKind(row.kind), text=row.text, by=row.by, at=row.at)


def _literal(text: str) -> str:
    """Text for LIKE, with its wildcards taken literally."""
    return re.sub(r"([\\%_])", r"\\\1", text[:200])
