"""What people say and do in channels, threads and direct messages."""

from dataclasses import replace

import pytest

from agents.core.job import Source
from agents.core.policy import Policy
from agents.core.records import EscalationKind, EscalationRecord, EscalationState
from agents.core.status import JobStatus, WaitKind
from handlers import operations
from storage import escalations, jobs, outbox
from storage.store import Tx
from tests.handlers.desk import APP, BOT, PEOPLE, POLICY, SORTER, Desk, words_in


async def job_of(desk: Desk, number: int = 1) -> object:
    return await desk.store.read(lambda tx: jobs.get(tx, number))  # type: ignore[arg-type]


async def all_jobs(desk: Desk) -> int:
    return len(await desk.store.read(lambda tx: jobs.recent(tx)))


async def say(desk: Desk, who: str, text: str, **more: object) -> None:
    event = {"type": "message", "channel": "C0SUPPORT", "channel_type": "channel", "ts": "200.1", "text": text}
    await desk.event(who, **event | more)


async def test_a_message_in_a_watched_channel_starts_its_agent(desk: Desk) -> None:
    await say(desk, "cho", "charged twice &lt;!channel&gt; &amp; more")
    job = await job_of(desk)
    assert job.input == {"text": "charged twice <!channel> & more"}  # type: ignore[attr-defined]
    assert (job.source.channel, job.source.ts) == ("C0SUPPORT", "200.1")  # type: ignore[attr-defined]


async def test_a_job_knows_the_link_to_the_message_it_came_from(desk: Desk) -> None:
    desk.deps = replace(desk.deps, workspace_url="https://calm.slack.com/")
    await say(desk, "cho", "charged twice", ts="1767225600.000100")
    job = await job_of(desk)
    assert job.source.url == "https://calm.slack.com/archives/C0SUPPORT/p1767225600000100"  # type: ignore[attr-defined]


async def test_the_same_message_twice_starts_one_job(desk: Desk) -> None:
    await say(desk, "cho", "charged twice")
    await say(desk, "cho", "charged twice")
    assert await all_jobs(desk) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"subtype": "message_changed"},
        {"subtype": "channel_join"},
        {"channel": "C0OPS"},
        {"thread_ts": "100.9"},
        {"text": "  "},
        {"text": f"<@{BOT}> run sorter x"},
    ],
)
async def test_other_messages_start_nothing(desk: Desk, more: dict[str, object]) -> None:
    await say(desk, "cho", str(more.pop("text", "charged twice")), **more)
    assert await all_jobs(desk) == 0


async def test_a_message_of_40000_characters_is_taken(desk: Desk) -> None:
    await say(desk, "cho", "é" * 40_000)
    assert len((await job_of(desk)).input["text"]) == 40_000  # type: ignore[attr-defined]


async def test_a_guest_is_told_privately_why_nothing_starts(desk: Desk) -> None:
    await say(desk, "gus", "charged twice")
    ((row, drawn),) = await desk.sent()
    assert (row.kind, row.user) == ("ephemeral", "T0LOCAL/U0GUS")
    assert "Only members of this workspace can start agents" in drawn.text


async def test_a_mention_is_read_like_a_command(desk: Desk) -> None:
    await desk.event("cho", type="app_mention", channel="C0OPS", ts="300.1", text=f"<@{BOT}> jobs")
    assert (await desk.whispers()) == ["Newest jobs"]


async def test_a_mention_with_a_sentence_goes_to_the_agent_of_the_channel(desk: Desk) -> None:
    await desk.event("cho", type="app_mention", channel="C0SUPPORT", ts="300.1", text=f"<@{BOT}> my parcel is late")
    assert (await job_of(desk)).input == {"text": "my parcel is late"}  # type: ignore[attr-defined]


async def test_a_direct_message_is_answered_where_it_was_said(desk: Desk) -> None:
    await desk.event("cho", type="message", channel="D0CHO", channel_type="im", ts="300.1", text="help")
    ((row, drawn),) = await desk.sent()
    assert (row.kind, row.channel) == ("post", "D0CHO")
    assert "/ops run" in words_in(drawn.blocks)


async def test_a_question_about_work_from_a_direct_message_is_put_where_approvers_see_it(desk: Desk) -> None:
    from agents.core.job import Source
    from handlers.operations.escalate import card_place

    rules = POLICY.agents["sorter"]
    said = Source(kind="direct", channel="D0CHO", ts="300.1")
    assert card_place(None, said, rules) == ("C0SUPPORT", None)
    assert card_place(None, said, rules.model_copy(update={"channels": frozenset()})) == (None, None)
    assert card_place(None, Source(channel="C0OPS", ts="1.1"), rules) == ("C0OPS", "1.1")
    assert card_place("C0OPS", said, rules) == ("C0OPS", None)


async def test_a_mention_alone_gets_help(desk: Desk) -> None:
    await desk.event("cho", type="app_mention", channel="C0OPS", ts="300.1", text=f"<@{BOT}>")
    assert (await desk.whispers()) == ["What I understand:"]


@pytest.mark.parametrize("word", ["stop", "Stop.", "CANCEL", " stop! "])
async def test_stop_in_the_thread_of_a_job_stops_it(desk: Desk, word: str) -> None:
    asked = await desk.question()
    await say(desk, "cho", word, thread_ts="100.1", ts=str(desk.clock.now() + 5))
    assert (await job_of(desk, asked.job_id)).status is JobStatus.CANCELLED  # type: ignore[attr-defined]
    assert (await desk.now(asked)).state is EscalationState.WITHDRAWN
    assert any("Stopped J1" in said for said in await desk.whispers())


async def test_a_sentence_with_stop_in_it_is_no_stop(desk: Desk) -> None:
    asked = await desk.question()
    await say(desk, "cho", "stop the invoice run", thread_ts="100.1", ts=str(desk.clock.now() + 5))
    assert (await job_of(desk, asked.job_id)).status is JobStatus.WAITING  # type: ignore[attr-defined]


async def test_a_late_stop_never_hits_newer_work(desk: Desk) -> None:
    asked = await desk.question()
    await say(desk, "cho", "stop", thread_ts="100.1", ts=str(desk.clock.now() - 60))
    assert (await job_of(desk, asked.job_id)).status is JobStatus.WAITING  # type: ignore[attr-defined]


async def test_stop_by_somebody_without_the_right_is_refused_privately(desk: Desk) -> None:
    asked = await desk.question(by="ana")
    await say(desk, "cho", "stop", thread_ts="100.1", ts=str(desk.clock.now() + 5))
    assert "Only" in (await desk.whispers())[-1]
    assert (await job_of(desk, asked.job_id)).status is JobStatus.WAITING  # type: ignore[attr-defined]


async def test_stop_with_several_asks_which(desk: Desk) -> None:
    await desk.job()
    await desk.job()
    await say(desk, "cho", "stop", thread_ts="100.1", ts=str(desk.clock.now() + 5))
    said = (await desk.whispers())[-1]
    assert "Which one?" in said
    assert "/ops stop J2" in said


async def test_stop_where_nothing_runs_says_so_only_when_asked(desk: Desk) -> None:
    await say(desk, "cho", "stop", thread_ts="555.1", ts="556.1")
    assert await desk.whispers() == []
    await desk.event("cho", type="app_mention", channel="C0OPS", ts="300.1", text=f"<@{BOT}> stop")
    assert await desk.whispers() == ["Nothing that could be stopped runs here."]


async def test_slacks_own_stop_button_stops_the_thread(desk: Desk) -> None:
    asked = await desk.question()
    now = str(desk.clock.now() + 5)
    await desk.event("cho", type="agent_session_stopped", channel_id="C0SUPPORT", thread_ts="100.1", event_ts=now)
    assert (await job_of(desk, asked.job_id)).status is JobStatus.CANCELLED  # type: ignore[attr-defined]


async def test_an_answer_in_the_thread_reaches_who_asked_for_details(desk: Desk) -> None:
    from handlers.operations import ask_details
    from tests.handlers.desk import PEOPLE

    asked = await desk.question()
    await desk.store.write(
        lambda tx: ask_details(tx, desk.deps.policy(), asked.id, PEOPLE["bo"], "Which invoice?", version=1) and None
    )
    await desk.sent()
    await say(desk, "cho", "Number 1042", thread_ts="100.1", ts="201.1")
    given = [drawn for row, drawn in await desk.sent() if row.view == "details_given"]
    assert "<@U0CHO> answered: Number 1042" in given[0].text
    assert (await desk.now(asked)).state is EscalationState.PENDING


async def test_home_is_painted_and_welcome_said_once(desk: Desk) -> None:
    for _ in range(2):
        await desk.event("cho", type="app_home_opened", tab="home", channel="D0CHO")
    assert sorted(row.view for row, _ in await desk.sent()) == ["home", "welcome"]


async def test_home_links_to_the_cards_and_knows_who_is_away(desk: Desk) -> None:
    from handlers.operations import delegate
    from tests.handlers.desk import PEOPLE

    now = desk.clock.now()
    await desk.store.write(
        lambda tx: delegate(tx, PEOPLE["bo"], PEOPLE["cho"], first_at=now, last_at=now + 9000) and None
    )
    await desk.question(by="dee")
    desk.deps = replace(desk.deps, workspace_url="https://calm.slack.com/")
    await desk.event("cho", type="app_home_opened", tab="home", channel="D0CHO")
    (home,) = [drawn for row, drawn in await desk.sent() if row.view == "home"]
    assert home.view is not None
    said = words_in(home.view["blocks"])
    assert "1 question waits for you" in said
    assert "https://calm.slack.com/archives/C0SUPPORT/p" in said


async def test_whoever_invites_the_bot_hears_what_it_does(desk: Desk) -> None:
    await desk.event("cho", type="member_joined_channel", channel="C0SUPPORT", inviter="U0ANA", **{"user": BOT})
    assert "Here Sorter reads each new message" in (await desk.whispers())[0]


async def shortcut(desk: Desk, who: str, callback: str, text: str) -> None:
    body = {
        "type": "message_action",
        "callback_id": callback,
        "user": {"id": who, "team_id": "T0LOCAL"},
        "channel": {"id": "C0OPS"},
        "message": {"ts": "400.1", "text": text, "user": "U0ANA"},
        "trigger_id": "t",
        "api_app_id": APP,
    }
    await desk.send(who, "interactive", body)


async def test_a_shortcut_gives_the_message_to_its_agent_once(desk: Desk) -> None:
    await shortcut(desk, "cho", "shortcut.agent.sorter", "late &amp; lost")
    await shortcut(desk, "ana", "shortcut.agent.sorter", "late &amp; lost")
    assert (await job_of(desk)).input == {"text": "late & lost"}  # type: ignore[attr-defined]
    assert await all_jobs(desk) == 1
    assert await desk.whispers() == ["Sorter started: J1.", "Sorter has this already: J1."]


async def test_a_shortcut_on_an_empty_message_says_why_not(desk: Desk) -> None:
    await shortcut(desk, "cho", "shortcut.agent.sorter", "")
    assert "This message has no text" in (await desk.whispers())[0]


async def test_the_global_shortcut_opens_the_list(desk: Desk) -> None:
    body = {
        "type": "shortcut",
        "callback_id": "shortcut.run",
        "user": {"id": "cho", "team_id": "T0LOCAL"},
        "trigger_id": "t",
    }
    await desk.send("cho", "interactive", body)
    assert "Sorter" in words_in(desk.web.opened[0]["blocks"])


def with_reactions(policy: Policy) -> Policy:
    rules = policy.agents["sorter"].model_copy(update={"reactions": frozenset({"ticket"})})
    return policy.model_copy(update={"agents": {"sorter": rules}})


async def test_a_reaction_starts_an_agent_by_configuration_only(desk: Desk) -> None:
    event = {"type": "reaction_added", "item": {"type": "message", "channel": "C0OPS", "ts": "500.1"}}
    desk.web.history["C0OPS", "500.1"] = {"ts": "500.1", "text": "late parcel", "user": "U0ANA"}
    await desk.event("cho", reaction="ticket", **event)
    assert await all_jobs(desk) == 0
    desk.deps = replace(desk.deps, policy=lambda: with_reactions(POLICY))
    await desk.event("cho", reaction="ticket::skin-tone-3", **event)
    await desk.event("ana", reaction="ticket", **event)
    assert await all_jobs(desk) == 1
    assert (await job_of(desk)).input == {"text": "late parcel"}  # type: ignore[attr-defined]


async def test_a_workflow_goes_on_when_its_job_ends(desk: Desk) -> None:
    inputs = {"agent": "sorter", "text": "late parcel", "user": "U0CHO", "channel": "C0OPS"}
    function = {"id": "Fn1", "callback_id": "run_agent"}
    step = {"type": "function_executed", "function": function, "function_execution_id": "Fx1", "inputs": inputs}
    await desk.send("cho", "events_api", {"type": "event_callback", "event": step, "event_id": "Ev"})
    assert [row.kind for row, _ in await desk.sent()] == []
    await desk.command("cho", "cancel J1")
    finished = [(row, drawn) for row, drawn in await desk.sent() if row.kind == "function"]
    assert finished[0][0].params["execution"] == "Fx1"
    assert "J1 stopped" in finished[0][1].step_error


async def test_a_workflow_step_with_a_wrong_agent_ends_at_once(desk: Desk) -> None:
    function = {"id": "Fn1", "callback_id": "run_agent"}
    inputs = {"agent": "nobody", "text": "x", "user": "U0CHO"}
    step = {"type": "function_executed", "function": function, "function_execution_id": "Fx2", "inputs": inputs}
    await desk.send("cho", "events_api", {"type": "event_callback", "event": step, "event_id": "Ev"})
    ((_, drawn),) = await desk.sent()
    assert "There is no agent named nobody" in drawn.step_error


async def commanded(desk: Desk, source: Source) -> EscalationRecord:
    """A question of a job that cho asked for in that place, with everything sent."""

    def work(tx: Tx) -> EscalationRecord:
        made = operations.submit(tx, SORTER, {"text": "sort it"}, requester=PEOPLE["cho"].id, source=source)
        jobs.move(tx, made.job_id, JobStatus.RUNNING)
        rules = desk.deps.policy().of("sorter")
        asked = operations.escalate(
            tx, jobs.get(tx, made.job_id), rules, kind=EscalationKind.CHOOSE, name="what", question="What now?",
            verb="", because="", choices=("This", "That"),
        )  # fmt: skip
        jobs.move(tx, made.job_id, JobStatus.WAITING, wait_kind=WaitKind.PERSON, wait_for=f"escalation:{asked.id}")
        return asked

    asked = await desk.store.write(work)
    await desk.sent()
    await desk.store.write(
        lambda tx: operations.ask_details(tx, desk.deps.policy(), asked.id, PEOPLE["ana"], "Which one?", version=1)
    )
    return asked


async def answers(desk: Desk, asked: EscalationRecord) -> list[str | None]:
    return [one.answer for one in await desk.store.read(lambda tx: escalations.details_of(tx, asked.id))]


async def test_details_are_answered_in_the_thread_of_the_question_itself(desk: Desk) -> None:
    """A slash command has no thread of its own: the message that asks begins one."""
    asked = await commanded(desk, Source(kind="command", channel="C0SUPPORT"))
    [(row, _)] = [(row, drawn) for row, drawn in await desk.sent() if row.view == "details_asked"]
    await say(desk, "bo", "I do not know", thread_ts=f"{row.id}.0")
    assert await answers(desk, asked) == [None], "only whoever asked for the work is heard"
    await say(desk, "cho", "The blue one", thread_ts=f"{row.id}.0")
    assert await answers(desk, asked) == ["The blue one"]


async def test_details_are_answered_in_a_thread_of_the_direct_messages(desk: Desk) -> None:
    asked = await commanded(desk, Source(kind="direct", channel="D0CHO", ts="300.1"))
    await desk.sent()
    there = {"channel": "D0CHO", "channel_type": "im", "thread_ts": "300.1"}
    await desk.event("cho", type="message", ts="300.3", text="help", **there)
    assert await answers(desk, asked) == [None], "a command stays a command"
    await desk.event("cho", type="message", ts="300.4", text="The blue one", **there)
    assert await answers(desk, asked) == ["The blue one"]


async def test_stop_under_the_card_of_a_job_without_a_thread_stops_it(desk: Desk) -> None:
    asked = await commanded(desk, Source(kind="command", channel="C0SUPPORT"))
    [(channel, ts)] = await desk.store.read(lambda tx: outbox.places(tx, f"escalation:{asked.id}", "card"))
    await say(desk, "cho", "stop", thread_ts=ts, channel=channel, ts=str(desk.clock.now() + 5))
    assert (await job_of(desk, asked.job_id)).status is JobStatus.CANCELLED  # type: ignore[attr-defined]
