"""SLA reminders: once a stage, all in one message, the chain when it is late, silence at night."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import ValidationError
from sqlalchemy import update

from agents.core.announcing import Announcer, Line
from agents.core.clock import FakeClock
from agents.core.desk import Change, NewTicket, Priority, TicketDesk
from agents.core.errors import InvalidInput
from agents.core.job import CallOutcome, CallState
from agents.library.sla_reminder import SlaInput, SlaOutput, from_text, run
from storage.desk import TableDesk
from storage.open import open_store
from storage.store import Store
from storage.tables import tickets
from tests.agents.scripted_job import Asked, ScriptedJob

HOUR = 3_600.0


@dataclass
class Said:
    """Keeps what was announced, once per key, as the real one does."""

    messages: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = field(default_factory=dict)

    async def announce(
        self, channel: str, headline: str, lines: Sequence[Line], *, mention: Sequence[str], key: str, job_id: int
    ) -> None:
        self.messages.setdefault(key, (headline, tuple(line.text for line in lines), tuple(mention)))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(at=1_767_261_600.0)


@pytest_asyncio.fixture
async def store(sqlite_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{sqlite_path}", clock)
    yield opened
    await opened.close()


async def open_ticket(store: Store, number: int, *, due_in: float, priority: Priority = Priority.NORMAL) -> int:
    desk = TableDesk(store)
    ticket = await desk.open(
        NewTicket(subject=f"Printer {number}", body="It is jammed.", requester="T0LOCAL/U0CHO", origin=f"m{number}")
    )
    await desk.change(ticket.id, Change(queue="hardware", priority=priority), key=f"k{number}", by="test")
    await store.write(
        lambda tx: tx.execute(
            update(tickets)
            .where(tickets.c.id == ticket.id)
            .values(created_at=tx.now - 20 * HOUR, due_at=tx.now + due_in)
        )
    )
    return ticket.id


async def look(
    store: Store, said: Said, request: SlaInput | None = None, *, number: int = 1, **more: object
) -> SlaOutput:
    job = ScriptedJob(ports={TicketDesk: TableDesk(store), Announcer: said}, id=number, clock=store.clock.now, **more)  # type: ignore[arg-type]
    return await run(job, request or SlaInput(channel="C0SUPPORT", mention=("S0SUPPORT",), then=("U0ANA",)))


async def test_each_stage_is_mentioned_once(store: Store, clock: FakeClock) -> None:
    said, ticket = Said(), await open_ticket(store, 1, due_in=HOUR)

    first = await look(store, said, number=1)
    again = await look(store, said, number=2)
    clock.advance(1.5 * HOUR)
    at_breach = await look(store, said, number=3)

    assert [first.reminded, again.reminded, at_breach.reminded] == [[ticket], [], [ticket]]
    assert len(said.messages) == 2


async def test_several_tickets_are_one_message_the_latest_first(store: Store) -> None:
    said = Said()
    soon, late = await open_ticket(store, 1, due_in=HOUR), await open_ticket(store, 2, due_in=-600)

    assert (await look(store, said)).reminded == [late, soon]
    ((headline, lines, _),) = said.messages.values()
    assert headline == "2 tickets need an answer"
    assert lines[0] == f"Ticket {late}, hardware: Printer 2 (10 min late)"


async def test_the_chain_is_asked_only_when_a_ticket_is_an_hour_late(store: Store, clock: FakeClock) -> None:
    said = Said()
    await open_ticket(store, 1, due_in=-600)

    await look(store, said, number=1)
    clock.advance(HOUR)
    await look(store, said, number=2)

    assert [mention for _, _, mention in said.messages.values()] == [("S0SUPPORT",), ("S0SUPPORT", "U0ANA")]


async def test_at_night_only_urgent_tickets_are_mentioned(store: Store, clock: FakeClock) -> None:
    said = Said()
    await open_ticket(store, 1, due_in=HOUR)
    urgent = await open_ticket(store, 2, due_in=HOUR, priority=Priority.URGENT)
    night = SlaInput(channel="C0SUPPORT", quiet="00:00-23:59", zone="UTC")

    assert (await look(store, said, night)).reminded == [urgent]


async def test_nothing_is_noted_when_people_say_no(store: Store) -> None:
    said = Said()
    await open_ticket(store, 1, due_in=HOUR)

    def no(asked: Asked) -> CallOutcome:
        return CallOutcome(state=CallState.REJECTED, args=asked.args)

    assert (await look(store, said, number=1, decide=no)).reminded == []
    assert said.messages == {}
    assert (await look(store, said, number=2)).reminded == [1]


def test_words_are_read_as_slack_writes_them() -> None:
    text = "channel=<#C0SUPPORT|support> mention=<!subteam^S0SUPPORT|@support-leads>,<@U0BO|bo> quiet=20:00-07:00"

    assert from_text(text) == SlaInput(channel="C0SUPPORT", mention=("S0SUPPORT", "U0BO"), quiet="20:00-07:00")


@pytest.mark.parametrize("text", ["chanel=C0SUPPORT", "channel=support", "quiet=late", "hello"])
def test_words_that_cannot_be_read_are_named_with_an_example(text: str) -> None:
    with pytest.raises((InvalidInput, ValidationError), match="Example"):
        from_text(text)
