"""The desk's tools, over the real desk."""

from typing import Any

import pytest
from pydantic import ValidationError

from agents.core.contract import Access, Probe, Tool, ToolContext
from agents.core.desk import Change, NewTicket, Priority, Ticket, TicketDesk, TicketStatus
from agents.core.errors import Misconfigured, RecordMoved
from agents.tools import desk as tools
from agents.tools.similar import find_similar
from storage.desk import TableDesk

ALL = (
    tools.read_ticket,
    tools.list_tickets,
    tools.assign_ticket,
    tools.add_note,
    tools.set_status,
    tools.draft_reply,
    tools.send_reply,
    find_similar,
)
EXAMPLES: dict[str, dict[str, Any]] = {
    "read_ticket": {"ticket": 1},
    "list_tickets": {},
    "assign_ticket": {"ticket": 1, "queue": "billing", "priority": "high"},
    "add_note": {"ticket": 1, "text": "seen"},
    "set_status": {"ticket": 1, "status": "solved"},
    "draft_reply": {"ticket": 1, "text": "Dear Cho"},
    "send_reply": {"ticket": 1, "text": "Dear Cho"},
    "find_similar": {"text": "broken"},
}


@pytest.fixture
def desk(ports: dict[type, object]) -> TableDesk:
    found: TableDesk = ports[TicketDesk]  # type: ignore[assignment]
    return found


async def opened(desk: TableDesk, subject: str = "Broken", origin: str = "m:1") -> Ticket:
    return await desk.open(NewTicket(subject=subject, body=subject, requester="T1/U1", origin=origin))


def context(desk: TableDesk, key: str = "k1") -> ToolContext:
    return ToolContext(job_id=7, effect_key=key, now=0.0, ports={TicketDesk: desk})


async def use(tool: Tool[Any], desk: TableDesk, args: dict[str, Any], key: str = "k1") -> Any:
    return await tool.run(context(desk, key), tool.args.model_validate(args))


@pytest.mark.parametrize("tool", ALL, ids=lambda tool: tool.name)
async def test_every_tool_has_words_for_people_and_works(tool: Tool[Any], desk: TableDesk) -> None:
    await opened(desk)
    args = tool.args.model_validate(EXAMPLES[tool.name])

    assert tool.question(args).endswith("?")
    assert 3 <= len(tool.verb(args)) <= 30
    assert await use(tool, desk, EXAMPLES[tool.name]) is not None


@pytest.mark.parametrize("tool", [tool for tool in ALL if tool.access is not Access.READ], ids=lambda tool: tool.name)
async def test_every_write_is_done_once_per_key_and_can_be_probed(tool: Tool[Any], desk: TableDesk) -> None:
    await opened(desk)
    args = tool.args.model_validate(EXAMPLES[tool.name])
    assert tool.probe is not None

    before = await tool.probe(context(desk), args)
    first = await tool.run(context(desk), args)
    lines = await desk.history(1)
    second = await tool.run(context(desk), args)

    assert before is Probe.DID_NOT
    assert await tool.probe(context(desk), args) is Probe.HAPPENED
    assert second == first
    assert await desk.history(1) == lines
    assert tool.keyed
    assert "ticket" in tool.locked


async def test_card_names_the_action_and_its_scope() -> None:
    args = tools.AssignArgs(ticket=482, queue="billing", priority=Priority.HIGH)

    assert tools.assign_ticket.question(args) == "Assign ticket 482 to Billing and set priority High?"
    assert tools.assign_ticket.verb(args) == "Assign to Billing"
    assert tools.assign_ticket.record is not None
    assert tools.assign_ticket.record(args) == "ticket 482"


async def test_long_queue_name_still_fits_the_button() -> None:
    args = tools.AssignArgs(ticket=1, queue="q" * 60, priority=Priority.LOW)

    assert len(tools.assign_ticket.verb(args)) == 30


async def test_undo_restores_what_was_even_nothing(desk: TableDesk) -> None:
    ticket = await opened(desk)
    done = await use(tools.assign_ticket, desk, EXAMPLES["assign_ticket"])
    assert tools.assign_ticket.undo is not None

    for _ in range(2):
        await tools.assign_ticket.undo(context(desk), tools.TicketArgs(ticket=1), done)

    now = await desk.read(ticket.id)
    assert (now.queue, now.priority, now.due_at, now.version) == (None, None, None, 3)


async def test_undo_leaves_alone_what_somebody_changed_since(desk: TableDesk) -> None:
    await opened(desk)
    done = await use(tools.set_status, desk, EXAMPLES["set_status"])
    await desk.change(1, Change(status=TicketStatus.CLOSED), key="other", by="T1/U2")
    assert tools.set_status.undo is not None

    with pytest.raises(RecordMoved, match="nothing was taken back"):
        await tools.set_status.undo(context(desk), tools.TicketArgs(ticket=1), done)

    assert (await desk.read(1)).status is TicketStatus.CLOSED


async def test_version_moves_with_the_record(desk: TableDesk) -> None:
    await opened(desk)
    args = tools.TicketArgs(ticket=1)
    before = await tools.version_of(context(desk), args)

    await use(tools.assign_ticket, desk, EXAMPLES["assign_ticket"])

    assert (before, await tools.version_of(context(desk), args)) == ("1", "2")


@pytest.mark.parametrize(
    ("tool", "args"),
    [
        (tools.assign_ticket, {"ticket": 1, "queue": "", "priority": "high"}),
        (tools.assign_ticket, {"ticket": 1, "queue": "<!channel>", "priority": "high"}),
        (tools.assign_ticket, {"ticket": 1, "queue": "billing", "priority": "asap"}),
        (tools.assign_ticket, {"ticket": 0, "queue": "billing", "priority": "low"}),
        (tools.assign_ticket, {"ticket": 1, "queue": "billing", "priority": "low", "also": "this"}),
        (tools.add_note, {"ticket": 1, "text": ""}),
        (tools.add_note, {"ticket": 1, "text": "x" * 20_001}),
        (tools.set_status, {"ticket": 1, "status": "gone"}),
        (tools.list_tickets, {"limit": 1_000}),
    ],
)
def test_arguments_outside_the_schema_are_refused(tool: Tool[Any], args: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        tool.args.model_validate(args)


async def test_similar_tickets_are_found_best_first(desk: TableDesk) -> None:
    for number, subject in enumerate(["Scanner battery is dead", "Invoice is wrong", "Battery of the scanner leaks"]):
        await opened(desk, subject, f"m:{number}")

    found = await use(find_similar, desk, {"text": "the scanner has a dead battery", "apart_from": 3})

    assert [near["ticket"] for near in found] == [1]
    assert 0.3 < found[0]["similarity"] <= 1


async def test_tool_without_a_desk_says_so() -> None:
    with pytest.raises(Misconfigured, match="TicketDesk is not connected"):
        await tools.read_ticket.run(
            ToolContext(job_id=1, effect_key="", now=0.0), tools.read_ticket.args.model_validate({"ticket": 1})
        )
