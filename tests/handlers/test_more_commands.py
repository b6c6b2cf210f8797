"""`/ops`: steering, digests, schedules, numbers, autonomy, the audit."""

import pytest

from agents.core.contract import Mode
from agents.core.errors import InvalidInput
from agents.core.spec import read_spec
from handlers.commands.times import spec_of
from handlers.commands.words import read_words
from handlers.operations import mode_of
from storage import controls, jobs, schedules
from tests.handlers.desk import SORTER, Desk, words_in


async def test_stop_all_and_resume_all(desk: Desk) -> None:
    assert "Everything is stopped" in (await desk.command("ana", "stop all wrong data"))["text"]
    assert (await desk.store.read(controls.halts)).stopped
    assert "Only operators can" in (await desk.command("ana", "resume all"))["text"]
    assert "The stop is lifted" in (await desk.command("dee", "resume all"))["text"]
    assert not (await desk.store.read(controls.halts)).stopped


async def test_stop_of_a_job_is_cancel(desk: Desk) -> None:
    await desk.job()
    assert "Stopped J1" in (await desk.command("cho", "stop J1"))["text"]


async def test_who_may_not_steer_is_told_who_may(desk: Desk) -> None:
    await desk.job(by="ana")
    answer = await desk.command("cho", "cancel J1")
    assert "Only" in answer["text"]
    assert (await desk.store.read(lambda tx: jobs.get(tx, 1))).status == "queued"


async def test_agents_lists_and_shows(desk: Desk) -> None:
    assert "Sorter" in words_in((await desk.command("ana", "agents"))["blocks"])
    assert "What it may use" in words_in((await desk.command("ana", "agents sorter"))["blocks"])


async def test_autonomy_is_shown_to_all_and_set_by_the_owner(desk: Desk) -> None:
    assert "asks first (review)" in words_in((await desk.command("bo", "autonomy sorter"))["blocks"])
    assert "Only its owner can" in (await desk.command("bo", "autonomy sorter auto"))["text"]
    assert "practises (shadow) from now on" in (await desk.command("ana", "autonomy sorter shadow"))["text"]
    assert await desk.store.read(lambda tx: mode_of(tx, desk.deps.policy(), SORTER, "")) is Mode.SHADOW
    assert "Did you mean shadow?" in (await desk.command("ana", "autonomy sorter shaddow"))["text"]


async def test_digest_is_set_up_listed_run_paused_and_removed(desk: Desk) -> None:
    answer = await desk.command("ana", "digest add <#C0OPS|ops> every weekday at 9am approvals Europe/Berlin")
    assert "weekdays 09:00 (Europe/Berlin)" in words_in(answer["blocks"])
    assert "Next, in Europe/Berlin" in words_in(answer["blocks"])
    (made,) = await desk.store.read(schedules.all_of)
    assert (made.channel, made.name, made.owner) == ("C0OPS", "approvals", "T0LOCAL/U0ANA")
    assert f"D{made.id}" in words_in((await desk.command("cho", "digest list"))["blocks"])
    assert "is paused" in (await desk.command("ana", f"digest pause D{made.id}"))["text"]
    assert "Only who set this up" in (await desk.command("cho", f"digest remove D{made.id}"))["text"]
    assert "goes on" in (await desk.command("ana", f"digest resume d{made.id}"))["text"]
    assert "runs now" in (await desk.command("ana", f"digest run {made.id}"))["text"]
    assert [drawn.role for row, drawn in await desk.sent() if row.view == "digest"] == ["digest"]
    assert "is removed" in (await desk.command("ana", f"digest remove D{made.id}"))["text"]


async def test_digest_dialog_keeps_its_errors_on_their_fields(desk: Desk) -> None:
    await desk.command("ana", "digest add")
    values = {
        "in.channel": {"selected_conversation": "C0OPS"},
        "in.kind": {"selected_option": {"value": "weekly"}},
        "in.when": {"value": "on 30 February"},
        "in.zone": {"value": "Mars/Olympus"},
    }
    answer = await desk.submit("ana", desk.web.opened[0], values)
    assert set(answer["errors"]) == {"in.when", "in.zone"}
    values |= {"in.when": {"value": "mon 9am"}, "in.zone": {"value": "Asia/Kolkata"}}
    answer = await desk.submit("ana", desk.web.opened[0], values)
    assert "mon 09:00 (Asia/Kolkata)" in words_in(answer["view"]["blocks"])


@pytest.mark.parametrize("kind", ["queue-health", "approvals", "agent-performance", "support-kpi", "weekly"])
async def test_every_digest_has_a_preview(desk: Desk, kind: str) -> None:
    await desk.question()
    assert (await desk.command("ana", f"digest preview {kind}"))["blocks"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("digest lsit", "Did you mean list?"),
        ("digest add #ops weekdays 09:00", "I do not know the channel #ops. Choose it from Slack's list"),
        ("digest add someday 09:00", "I do not know the day"),
        ("digest pause", "Which digest? For example: `/ops digest pause D3`"),
        ("digest pause D99", "There is no D99 any more"),
        ("digest preview sales", "There is no digest named sales. Digests: queue-health"),
        ("schedule add sorter", "Which agent, and when?"),
        ("schedule add nobody daily 08:00 text=x", "There is no agent named nobody"),
        ("stats lots", "is no number of days"),
        ("audit", "Which job?"),
        ("undo J1", "There is no job J1"),
        ("away @cho", "Who, and until which day?"),
        ("away <@U0CHO|cho> tomorrow", "is no day. Write it like 2026-12-01"),
        ("incident", "Which job?"),
        ("stop", "Which job, or all?"),
    ],
)
async def test_a_missing_or_wrong_argument_is_named(desk: Desk, typed: str, expected: str) -> None:
    assert expected in (await desk.command("dee", typed))["text"]


async def test_an_agent_runs_by_the_clock(desk: Desk) -> None:
    answer = await desk.command("ana", 'schedule add sorter weekdays 8:30am text="the open tickets"')
    assert "weekdays 08:30" in words_in(answer["blocks"])
    await desk.command("ana", "schedule run D1")
    assert (await desk.store.read(lambda tx: jobs.get(tx, 1))).input == {"text": "the open tickets"}


async def test_audit_is_for_operators_and_says_who_did_what(desk: Desk) -> None:
    asked = await desk.question()
    await desk.command("bo", f"approve E{asked.id}")
    assert "Only" in (await desk.command("cho", "audit J1"))["text"]
    said = words_in((await desk.command("dee", "audit J1"))["blocks"])
    assert "escalation answered" in said
    assert "@U0BO" in said


async def test_undo_takes_back_the_last_change(desk: Desk) -> None:
    asked = await desk.question()

    await desk.done(asked, undo_seconds=600)
    assert "is being taken back" in (await desk.command("bo", "undo J1"))["text"]
    assert "Somebody is taking this back already" in (await desk.command("bo", "undo J1"))["text"]


async def test_away_hands_over_and_back(desk: Desk) -> None:
    assert "<@U0CHO> decides for you until" in (await desk.command("bo", "away <@U0CHO|cho> 2026-01-09"))["text"]
    assert "You decide for yourself again." in (await desk.command("bo", "away back"))["text"]
    assert "You had named nobody." in (await desk.command("bo", "away back"))["text"]


async def test_an_incident_is_on_record(desk: Desk) -> None:
    await desk.job()
    assert "is on record" in (await desk.command("cho", "incident J1 the wrong customer was told"))["text"]


@pytest.mark.parametrize(
    ("typed", "spec"),
    [
        ("weekdays 09:00", "weekdays 09:00"),
        ("every weekday at 9am", "weekdays 09:00"),
        ("every monday at 4:30 pm", "monday 16:30"),
        ("mon,thu 16.30", "mon,thu 16:30"),
        ("daily 12am", "daily 00:00"),
        ("9:15", "daily 09:15"),
        ("monday and thursday 8h30", "monday,thursday 08:30"),
        ("monthly last 17:00", "monthly last 17:00"),
        ("0 9 * * 1-5", "cron 0 9 * * 1-5"),
        ("30 8 1 * *", "cron 30 8 1 * *"),
        ("15 7 * * sun", "cron 15 7 * * sun"),
        ("every 30 minutes", "every 30 minutes"),
        ("every 2 hours from 8am to 6pm on weekdays", "every 2 hours from 08:00 to 18:00 on weekdays"),
        ("*/30 8-18 * * mon-fri", "cron */30 8-18 * * mon-fri"),
        ("cron 0 9 1 1,7 *", "cron 0 9 1 1,7 *"),
        ("61 9 * * *", "61 9 * * *"),
        ("tomorrow", "tomorrow"),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, spec: str) -> None:
    assert same_times(spec_of(typed.split()), spec)


@pytest.mark.parametrize(
    ("typed", "plain", "named"),
    [
        ("run triage “two words”", ("run", "triage", "two words"), {}),
        ('a="x y" b=z c', ("c",), {"a": "x y", "b": "z"}),
        ('say "he said \\"no\\""', ("say", 'he said "no"'), {}),
        ('unclosed "quote here', ("unclosed", '"quote', "here"), {}),
        ("  spaces   everywhere ", ("spaces", "everywhere"), {}),
        ("", (), {}),
        ("مرحبا 👋 =x", ("مرحبا", "👋", "=x"), {}),
    ],
)
def test_words_are_read_forgivingly(typed: str, plain: tuple[str, ...], named: dict[str, str]) -> None:
    found = read_words(typed)
    assert (tuple(found.plain), dict(found.named)) == (plain, named)


def same_times(one: str, other: str) -> bool:
    """Whether two ways to write a time mean the same to a schedule; what neither can read must be left as it is."""
    try:
        return str(read_spec(one)) == str(read_spec(other))
    except InvalidInput:
        return one == other
