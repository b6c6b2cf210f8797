"""The embedded ticket desk, on both databases."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from agents.core.clock import FakeClock
from agents.core.contract import Probe
from agents.core.desk import Change, Customer, EntryKind, NewTicket, Priority, Search, Ticket, TicketStatus
from agents.core.errors import InvalidInput, NotFound, RecordMoved
from storage.customers import put_customer
from storage.desk import TableDesk, count_open
from storage.open import open_store
from storage.store import Store
from storage.tables import outbox


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest_asyncio.fixture
async def store(url: str, clock: FakeClock) -> AsyncIterator[Store]:
    opened = await open_store(url, clock)
    yield opened
    await opened.close()


@pytest.fixture
def desk(store: Store) -> TableDesk:
    return TableDesk(store)


async def opened(desk: TableDesk, origin: str = "slack:C1/1", body: str = "It is broken.", **rest: str) -> Ticket:
    return await desk.open(NewTicket(subject="Broken", body=body, requester="T1/U1", origin=origin, **rest))


async def changed(desk: TableDesk, ticket: int, key: str, change: Change) -> Ticket:
    return (await desk.change(ticket, change, key=key, by="job 1")).after


async def test_one_origin_opens_one_ticket_even_at_the_same_moment(desk: TableDesk) -> None:
    tickets = await asyncio.gather(*(opened(desk) for _ in range(10)))

    assert {ticket.id for ticket in tickets} == {tickets[0].id}
    assert [entry.kind for entry in await desk.history(tickets[0].id)] == [EntryKind.CREATED]


async def test_repeated_key_changes_nothing_and_gets_the_first_answer(desk: TableDesk) -> None:
    ticket = await opened(desk)
    first = await desk.change(ticket.id, Change(queue="billing", priority=Priority.HIGH), key="k1", by="job 1")
    await desk.change(ticket.id, Change(queue="orders"), key="k2", by="job 2")

    again = await desk.change(ticket.id, Change(queue="billing", priority=Priority.HIGH), key="k1", by="job 1")

    assert again == first
    assert (await desk.read(ticket.id)).queue == "orders"


async def test_probe_tells_what_happened(desk: TableDesk) -> None:
    ticket = await opened(desk)
    await desk.change(ticket.id, Change(queue="billing"), key="k1", by="job 1")
    await desk.write_entry(ticket.id, EntryKind.NOTE, "looked at it", key="k2", by="job 1")

    assert [await desk.happened(key) for key in ("k1", "k2", "k3")] == [Probe.HAPPENED, Probe.HAPPENED, Probe.DID_NOT]


async def test_write_decided_on_an_old_version_is_refused(desk: TableDesk) -> None:
    ticket = await opened(desk)
    await changed(desk, ticket.id, "k1", Change(queue="billing"))

    with pytest.raises(RecordMoved, match="on version 2, not 1"):
        await changed(desk, ticket.id, "k2", Change(queue="orders", expect=1))

    assert (await desk.read(ticket.id)).queue == "billing"


async def test_of_writes_on_one_version_one_wins(desk: TableDesk) -> None:
    ticket = await opened(desk)
    wishes = [Change(queue=name, expect=1) for name in ("billing", "orders", "access")]

    done = await asyncio.gather(
        *(changed(desk, ticket.id, f"k{n}", wish) for n, wish in enumerate(wishes)), return_exceptions=True
    )

    assert sum(isinstance(one, Ticket) for one in done) == 1
    assert sum(isinstance(one, RecordMoved) for one in done) == 2


async def test_priority_sets_when_a_ticket_is_due(desk: TableDesk, clock: FakeClock) -> None:
    ticket = await opened(desk)
    clock.advance(600)

    urgent = await changed(desk, ticket.id, "k1", Change(priority=Priority.URGENT))
    cleared = await changed(desk, ticket.id, "k2", Change(clear=frozenset({"priority", "queue"})))

    assert urgent.due_at == ticket.created_at + 3600
    assert (cleared.due_at, cleared.priority) == (None, None)


async def test_history_says_who_changed_what(desk: TableDesk) -> None:
    ticket = await opened(desk)
    await changed(desk, ticket.id, "k1", Change(queue="billing", priority=Priority.LOW))
    await desk.write_entry(ticket.id, EntryKind.REPLY, "Done.", key="k2", by="job 2")
    await desk.write_entry(ticket.id, EntryKind.REPLY, "Done twice?", key="k2", by="job 2")

    lines = [(entry.kind, entry.text, entry.by) for entry in await desk.history(ticket.id)]

    assert lines == [
        (EntryKind.CREATED, "Opened.", "T1/U1"),
        (EntryKind.CHANGED, "queue none → billing, priority none → low", "job 1"),
        (EntryKind.REPLY, "Done.", "job 2"),
    ]


async def test_repeated_reply_is_posted_once_and_a_note_never(desk: TableDesk, store: Store) -> None:
    ticket = await opened(desk, channel="C1", thread_ts="1767225600.000100")
    for _ in range(2):
        await desk.write_entry(ticket.id, EntryKind.REPLY, "Dear Cho", key="k1", by="job 1")
        await desk.write_entry(ticket.id, EntryKind.NOTE, "between us", key="k2", by="job 1")

    posts = await store.read(lambda tx: tx.execute(outbox.select()).all())

    assert [(row.channel, row.thread_ts, row.params["text"]) for row in posts] == [
        ("C1", "1767225600.000100", "Dear Cho")
    ]


async def test_customer_is_found_by_person_then_by_name(desk: TableDesk, store: Store) -> None:
    acme = Customer(key="acme", name="Acme", aliases=("Acme Pumps",), people=("T1/U9",), vip=True, queue="orders")
    await store.write(lambda tx: (put_customer(tx, acme), put_customer(tx, Customer(key="ac", name="Ac"))))

    by_name = await opened(desk, "m:1", body="Hello from ACME pumps!")
    by_person = await desk.open(NewTicket(subject="Hi", body="no name", requester="T1/U9", origin="m:2"))
    part_of_a_word = await opened(desk, "m:3", body="Macmes are not a customer")

    assert (by_name.customer, by_name.vip, by_name.customer_queue) == ("acme", True, "orders")
    assert by_person.customer == "acme"
    assert part_of_a_word.customer is None


async def test_search_takes_wildcards_literally(desk: TableDesk) -> None:
    await opened(desk, "m:1", body="costs 100% more")
    await opened(desk, "m:2", body="costs 100 more")

    found = await desk.find(Search(text="100%"))

    assert [ticket.body for ticket in found] == ["costs 100% more"]


async def test_search_by_state_and_age(desk: TableDesk, clock: FakeClock) -> None:
    old, new = await opened(desk, "m:1"), await opened(desk, "m:2")
    await changed(desk, old.id, "k1", Change(queue="billing", priority=Priority.URGENT))
    await changed(desk, new.id, "k2", Change(status=TicketStatus.SOLVED))
    clock.advance(3601)

    assert [ticket.id for ticket in await desk.find(Search(due_before=clock.now()))] == [old.id]
    assert [ticket.id for ticket in await desk.find(Search(status=TicketStatus.SOLVED))] == [new.id]
    assert [ticket.id for ticket in await desk.find(Search(newest=True, limit=1))] == [new.id]


async def test_open_work_is_counted_by_queue(desk: TableDesk, store: Store, clock: FakeClock) -> None:
    for number in range(3):
        await opened(desk, f"m:{number}")
    await changed(desk, 1, "k1", Change(queue="billing", priority=Priority.URGENT))
    await changed(desk, 2, "k2", Change(status=TicketStatus.CLOSED))
    clock.advance(7200)

    assert await store.read(count_open) == {"": (1, 0), "billing": (1, 1)}


async def test_what_does_not_exist_is_said_to(desk: TableDesk) -> None:
    with pytest.raises(NotFound, match="no ticket 99"):
        await desk.read(99)
    with pytest.raises(NotFound):
        await desk.write_entry(99, EntryKind.NOTE, "x", key="k", by="job 1")
    ticket = await opened(desk)
    with pytest.raises(InvalidInput, match="empty"):
        await desk.write_entry(ticket.id, EntryKind.NOTE, "  ", key="k", by="job 1")


async def test_very_long_and_strange_text_is_kept_whole_up_to_the_limit(desk: TableDesk) -> None:
    body = "🙂 שלום <!channel> " * 4_000

    ticket = await opened(desk, body=body)

    assert ticket.body == body[:40_000]
    assert (await desk.read(ticket.id)) == ticket
