"""`/ops`, as typed."""

import pytest

from agents.core.records import EscalationState, Verdict
from agents.core.status import JobStatus
from storage import jobs
from tests.handlers.desk import Desk, words_in


async def test_nothing_typed_lists_everything(desk: Desk) -> None:
    answer = await desk.command("ana", "")
    for word in ("run", "inbox", "approve", "reject", "jobs", "job", "cancel", "retry", "pause", "resume", "help"):
        assert f"/ops {word}" in words_in(answer["blocks"])


async def test_an_unknown_word_gets_help_and_a_guess(desk: Desk) -> None:
    answer = await desk.command("ana", "jbos")
    assert "I do not know “jbos”. Did you mean `/ops jobs`" in answer["text"]


async def test_help_explains_one_word(desk: Desk) -> None:
    answer = await desk.command("ana", "help reject")
    assert "/ops reject E17 wrong queue" in words_in(answer["blocks"])


async def test_run_with_text_starts_a_job(desk: Desk) -> None:
    answer = await desk.command("cho", "run sorter charged twice for order 1042")
    assert "Sorter started: J1." in answer["text"]
    job = await desk.store.read(lambda tx: jobs.get(tx, 1))
    assert job.input == {"text": "charged twice for order 1042"}
    assert job.source.channel == "C0OPS"


async def test_run_understands_key_and_quoted_value(desk: Desk) -> None:
    await desk.command("cho", 'run sorter text="charged  twice"')
    assert (await desk.store.read(lambda tx: jobs.get(tx, 1))).input == {"text": "charged  twice"}


async def test_run_alone_opens_a_list_of_agents(desk: Desk) -> None:
    await desk.command("cho", "run")
    assert "Sorter" in words_in(desk.web.opened[0]["blocks"])


async def test_run_with_an_agent_alone_opens_its_form(desk: Desk) -> None:
    await desk.command("cho", "run sorter")
    view = desk.web.opened[0]
    answer = await desk.submit("cho", view, {"in.text": {"value": "late parcel"}})
    assert answer == {}
    assert (await desk.store.read(lambda tx: jobs.get(tx, 1))).input == {"text": "late parcel"}


async def test_form_keeps_its_errors_on_their_field(desk: Desk) -> None:
    await desk.command("cho", "run sorter")
    answer = await desk.submit("cho", desk.web.opened[0], {"in.text": {"value": ""}})
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["in.text"]


async def test_an_unknown_agent_is_named_with_those_there_are(desk: Desk) -> None:
    assert "Agents here: sorter" in (await desk.command("cho", "run triag text"))["text"]


async def test_a_guest_may_not_start_anything(desk: Desk) -> None:
    answer = await desk.command("gus", "run sorter text")
    assert "Only members of this workspace" in answer["text"]
    assert not await desk.store.read(lambda tx: jobs.recent(tx))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("job", "Which job? For example: `/ops job J482`"),
        ("approve", "Which question? For example: `/ops approve E17`"),
        ("reject", "Which question?"),
        ("cancel", "Which job?"),
        ("retry", "Which job?"),
        ("pause", "Which agent?"),
        ("job banana", "“banana” is not a job number. Write it like J482."),
        ("approve J1", "“J1” is not the number of a question. Write it like E17."),
        ("job 999", "There is no job J999."),
        ("approve E999", "There is no escalation E999."),
        ("jobs wating", "Did you mean waiting?"),
    ],
)
async def test_a_missing_or_wrong_argument_is_named(desk: Desk, typed: str, expected: str) -> None:
    assert expected in (await desk.command("ana", typed))["text"]


async def test_inbox_shows_what_waits_for_me_only(desk: Desk) -> None:
    asked = await desk.question()
    assert f"E{asked.id}" in words_in((await desk.command("bo", "inbox"))["blocks"])
    assert "Nothing waits for you" in (await desk.command("dee", "inbox"))["text"]


async def test_approve_decides(desk: Desk) -> None:
    asked = await desk.question()
    assert f"Approved E{asked.id}" in (await desk.command("bo", f"approve E{asked.id}"))["text"]
    after = await desk.now(asked)
    assert (after.state, after.verdict, after.decided_by) == (EscalationState.DECIDED, Verdict.APPROVED, "T0LOCAL/U0BO")


async def test_reject_keeps_the_reason(desk: Desk) -> None:
    asked = await desk.question()
    await desk.command("bo", f"reject e{asked.id} wrong queue &amp; wrong day")
    assert (await desk.now(asked)).reason == "wrong queue & wrong day"


async def test_a_second_answer_hears_who_was_first(desk: Desk) -> None:
    asked = await desk.question()
    await desk.command("bo", f"approve E{asked.id}")
    assert "<@U0BO> approved this at" in (await desk.command("ana", f"reject E{asked.id} no"))["text"]


async def test_who_may_not_decide_is_told_why(desk: Desk) -> None:
    asked = await desk.question()
    assert "Only the named approvers" in (await desk.command("dee", f"approve E{asked.id}"))["text"]
    assert (await desk.now(asked)).state is EscalationState.PENDING


async def test_cancel_stops_a_job_and_withdraws_its_question(desk: Desk) -> None:
    asked = await desk.question()
    assert "Stopped J1" in (await desk.command("cho", "cancel J1"))["text"]
    assert (await desk.store.read(lambda tx: jobs.get(tx, 1))).status is JobStatus.CANCELLED
    assert (await desk.now(asked)).state is EscalationState.WITHDRAWN


async def test_pause_and_resume(desk: Desk) -> None:
    assert "Sorter is paused" in (await desk.command("ana", "pause sorter"))["text"]
    assert "was paused already" in (await desk.command("ana", "pause sorter"))["text"]
    assert "works again" in (await desk.command("ana", "resume sorter"))["text"]
    assert "was not paused" in (await desk.command("ana", "resume sorter"))["text"]


async def test_a_command_delivered_twice_has_one_answer(desk: Desk) -> None:
    await desk.command("cho", "run sorter one")
    kept = await desk.store.read(lambda tx: __import__("storage.envelopes", fromlist=["find"]).find(tx, "k1"))
    assert "Sorter started: J1." in kept.answer["text"]


async def test_markup_in_what_was_typed_stays_text(desk: Desk) -> None:
    answer = await desk.command("cho", "&lt;!channel&gt;")
    assert "<!channel>" not in answer["text"]
