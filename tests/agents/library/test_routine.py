"""Checklists that come again."""

import pytest

from agents.core.desk import Change, TicketDesk, TicketStatus
from agents.core.errors import InvalidInput
from agents.core.ids import JobId
from agents.core.job import CallOutcome, CallState, StopReason
from agents.library.routine import from_text, run
from storage.desk import TableDesk
from tests.agents.scripted_job import BO, ScriptedJob

MONTH_END = from_text("Month end: close the books; send  statements ;archive invoices")


async def test_each_round_opens_its_tickets(ports: dict[type, object]) -> None:
    desk: TableDesk = ports[TicketDesk]  # type: ignore[assignment]
    first = ScriptedJob(ports=ports)
    assert (await run(first, MONTH_END)).opened == [1, 2, 3]
    assert (first.asked[0].stop, first.asked[0].case_type) == (None, "routine/on-time")
    assert first.replies == ["Opened for Month end: tickets 1, 2, 3."]

    for ticket in (1, 2, 3):
        await desk.change(ticket, Change(status=TicketStatus.SOLVED), key=f"done {ticket}", by="bo")
    assert (await run(ScriptedJob(ports=ports, id=JobId(8)), MONTH_END)).opened == [4, 5, 6]


async def test_what_is_still_open_is_left_out_and_people_hear_of_it(ports: dict[type, object]) -> None:
    desk: TableDesk = ports[TicketDesk]  # type: ignore[assignment]
    await run(ScriptedJob(ports=ports), MONTH_END)
    await desk.change(1, Change(status=TicketStatus.SOLVED), key="done", by="bo")
    second = ScriptedJob(ports=ports, id=JobId(8))
    told = await run(second, MONTH_END)
    assert (told.opened, told.still_open) == ([4], ["send statements", "archive invoices"])
    assert second.asked[0].stop is StopReason.SOURCES_CONFLICT
    assert [one.label for one in second.asked[0].evidence] == ["Still open: ticket 2", "Still open: ticket 3"]
    assert second.replies == ["Opened for Month end: ticket 4. Still open from before: 2, 3."]


async def test_when_nothing_is_done_nothing_is_asked(ports: dict[type, object]) -> None:
    await run(ScriptedJob(ports=ports), MONTH_END)
    second = ScriptedJob(ports=ports, id=JobId(8))
    assert (await run(second, MONTH_END)).outcome == "nothing to open"
    assert second.asked == []
    assert "still open" in second.replies[0]


async def test_another_checklist_with_the_same_task_is_another_matter(ports: dict[type, object]) -> None:
    await run(ScriptedJob(ports=ports), MONTH_END)
    other = ScriptedJob(ports=ports, id=JobId(8))
    assert (await run(other, from_text("Quarter end: close the books"))).opened == [4]


async def test_a_rejection_opens_nothing_and_says_so(ports: dict[type, object]) -> None:
    job = ScriptedJob(ports=ports, decide=lambda asked: CallOutcome(state=CallState.REJECTED, by=BO))
    assert (await run(job, MONTH_END)).opened == []
    assert job.replies == ["No task of Month end was opened."]


def test_a_checklist_is_read_from_words() -> None:
    assert MONTH_END.tasks == ("close the books", "send statements", "archive invoices")
    assert from_text("A: one task\ntwo tasks\none task").tasks == ("one task", "two tasks")


MANY = "A: " + ";".join(f"task {n}" for n in range(21))


@pytest.mark.parametrize("text", ["", "Month end", "Month end:", ": close the books", MANY, "A: xx", f"A: {'x' * 121}"])
def test_what_is_no_checklist_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidInput):
        from_text(text)
