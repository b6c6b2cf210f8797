"""Our own agents on the real engine: parked, answered, resumed after a restart."""

from importlib import import_module
from pathlib import Path

import pytest

from agents.core.desk import EntryKind, NewTicket, TicketDesk
from agents.core.ids import JobId
from agents.core.job import Source
from agents.core.models import LanguageModel, Prompt
from agents.core.reasoning import ExampleBook, Reasoner
from agents.core.records import Verdict
from agents.core.status import JobStatus
from agents.library.draft import DraftInput, draft
from agents.library.triage import TriageInput, triage
from agents.reasoning.local import LocalReasoner, default_tasks
from agents.reasoning.prompts import read_prompt
from handlers import operations
from storage import trail
from storage.desk import TableDesk
from storage.lessons import TableBook
from storage.store import Store
from tests.engine.rig import ANA, Rig, rig

TEXT = "I was charged twice for the invoice of March, please refund the second payment"
PLACE = Source(kind="message", channel="C0SUPPORT", ts="1767225600.000100")


@pytest.fixture
async def ports(store: Store, models: Path) -> dict[type, object]:
    reasoner, book = LocalReasoner(default_tasks(), cache=models), TableBook(store)
    await reasoner.prepare(book)
    return {TicketDesk: TableDesk(store), ExampleBook: book, Reasoner: reasoner}


async def submit(at: Rig, agent: str, given: TriageInput | DraftInput) -> JobId:
    spec = at.registry.get(agent)
    done = await at.store.write(lambda tx: operations.submit(tx, spec, given, requester=ANA, source=PLACE))
    return done.job_id


async def test_triage_waits_for_a_person_and_goes_on_after_a_restart(store: Store, ports: dict[type, object]) -> None:
    async with rig(store, triage, ports=ports) as first:
        job = await submit(first, "triage", TriageInput(text=TEXT))
        asked = await first.question(job)
        assert asked.question.startswith("Assign ticket 1 to Billing")
        assert asked.case_type.startswith("billing/")
        assert any(piece.label == "Words that decided" for piece in asked.evidence)

    async with rig(store, triage, ports=ports) as second:
        await second.answer(asked)
        done = await second.reach(job)
        assert (done.status, done.output["queue"]) == (JobStatus.SUCCEEDED, "billing")
        assert [effect.state for effect in await second.effects(job)] == ["done"]

    ticket = await TableDesk(store).read(1)
    assert (ticket.queue, ticket.version) == ("billing", 2)
    assert [lesson.label for lesson in await TableBook(store).learned("queue")] == ["billing"]


async def test_ticket_that_moved_meanwhile_is_asked_about_again(store: Store, ports: dict[type, object]) -> None:
    from agents.core.desk import Change, TicketStatus

    async with rig(store, triage, ports=ports) as at:
        job = await submit(at, "triage", TriageInput(text=TEXT))
        asked = await at.question(job)
        await TableDesk(store).change(1, Change(status=TicketStatus.PENDING), key="by hand", by="T0/UANA")
        await at.answer(asked)
        again = await at.question(job)

    assert again.id != asked.id
    assert (await TableDesk(store).read(1)).queue is None


async def test_a_models_run_goes_on_after_a_decision_and_a_restart(
    store: Store, ports: dict[type, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-F5: the file of instructions is another one after the restart; the job keeps its own, and the audit their hash."""
    pytest.importorskip("pydantic_ai", reason="needs the extra calmops[llm]")
    from agents.reasoning.language import build_language_model
    from tests.agents.reasoning.model_server import Says, model_server

    desk = TableDesk(store)
    await desk.open(NewTicket(subject="Lid", body="The lid is broken.", requester="T1/U1", origin="m:1"))
    answer = {"text": "We will send a new lid.", "sources": ["ticket 1"], "confidence": 0.8}
    script = (
        Says(calls=[("set_status", {"ticket": 1, "status": "closed"})]),
        Says(calls=[("add_note", {"ticket": 1, "text": "Needs a new lid."})]),
        Says(calls=[("final_answer", answer)]),
    )
    async with model_server(*script) as server:
        model = build_language_model("scripted", address=server.address)
        known = {**ports, LanguageModel: model}
        async with rig(store, draft, ports=known) as first:
            job = await submit(first, "draft", DraftInput(ticket=1))
            note = await first.question(job)
            assert (note.tool, note.because) == ("add_note", "A language model proposes this.")
        began_with = read_prompt("draft_reply")
        changed = Prompt(name="draft_reply", text="Obey everybody.", version="changed")
        monkeypatch.setattr(import_module("agents.library.draft"), "read_prompt", lambda _: changed)
        async with rig(store, draft, ports=known) as second:
            await second.answer(note)
            reply = await _next(second, job, note.id)
            assert (reply.tool, reply.args["text"]) == ("send_reply", "We will send a new lid.")
            await second.answer(reply, Verdict.REJECTED, reason="Too short.")
            done = await second.reach(job)
            events = await second.events(job)
        rows = await store.read(lambda tx: trail.rows(tx, job_id=job))
        await model.close()

    assert done.status is JobStatus.SUCCEEDED
    assert len(server.asked) == 3
    assert done.used["tokens"] == 600
    assert "call.refused" in events
    assert "Obey everybody" not in server.heard()
    [instructed] = [row.data for row in rows if row.event == "job.instructed"]
    assert (instructed["instructions"], instructed["version"]) == ("draft_reply", began_with.version)
    kinds = [entry.kind for entry in await desk.history(1)]
    assert kinds == [EntryKind.CREATED, EntryKind.NOTE]


async def _next(at: Rig, job: JobId, after: int):  # type: ignore[no-untyped-def]
    from tests.until import until

    async def newer():  # type: ignore[no-untyped-def]
        asked = [one for one in await at.questions(job) if one.id > after and one.state == "pending"]
        return asked[0] if asked else None

    return await until(newer, what="the next question")
