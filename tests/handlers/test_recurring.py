"""`/ops digest` and `/ops schedule` as people use them: looking ahead, changing, and two who change the same one."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agents.core.policy import Policy
from agents.core.policy.recurring import SchedulesPolicy
from agents.core.status import JobStatus
from handlers import operations
from storage import jobs, schedules
from tests.handlers.desk import POLICY, Desk, open_desk, words_in

HOLIDAYS = POLICY.model_copy(
    update={"schedules": SchedulesPolicy(holidays={date(2026, 1, 2): "Day off", date(2026, 1, 6): ""})}
)
"""The desk's clock stands at midnight of Thursday, 1 January 2026."""


def field(value: str) -> dict[str, Any]:
    return {"value": value}


def entered(when: str, *, zone: str = "Europe/Berlin", **more: Any) -> dict[str, Any]:
    return {
        "in.channel": {"selected_conversation": "C0OPS"},
        "in.kind": {"selected_option": {"value": "approvals"}},
        "in.when": field(when),
        "in.zone": field(zone),
        **more,
    }


async def with_rules(folder: Path, rules: Policy) -> Desk:
    return await open_desk(folder, policy=rules)


async def test_a_digest_can_skip_holidays_and_says_which(tmp_path: Path) -> None:
    desk = await with_rules(tmp_path, HOLIDAYS)
    answer = await desk.command("ana", "digest add <#C0OPS|ops> every weekday at 9am except holidays UTC")
    said = words_in(answer["blocks"])
    assert "weekdays 09:00 except holidays (UTC)" in said
    assert "skips 2 January: Day off" in said
    assert "Fri 2 January" not in said
    listed = words_in((await desk.command("ana", "digest list"))["blocks"])
    assert "skips 2 January: Day off" not in listed  # the next one is today, before it
    desk.clock.advance(10 * 3_600)
    assert "skips 2 January: Day off" in words_in((await desk.command("ana", "digest list"))["blocks"])
    await desk.store.close()


async def test_who_skips_holidays_where_none_are_set_is_told_so(desk: Desk) -> None:
    answer = await desk.command("ana", "digest add <#C0OPS|ops> daily 9:00 except holidays")
    assert "No holidays are set, so none is skipped" in words_in(answer["blocks"])


async def test_a_preview_shows_the_next_times_in_both_zones_and_the_digest(desk: Desk) -> None:
    await desk.question()
    await desk.command("ana", "digest add <#C0OPS|ops> weekdays 09:00 approvals America/New_York")
    said = words_in((await desk.command("bo", "digest preview D1"))["blocks"])
    assert "Next, in America/New_York and in your own time" in said
    assert said.count("09:00, for you") == 5
    assert "1 question waits for an answer." in said
    assert "D1, version 1, by <@U0ANA>" in said


async def test_times_are_previewed_before_anything_is_set_up(desk: Desk) -> None:
    said = words_in((await desk.command("ana", "schedule preview every 2 hours from 8:00 to 10:00 on fri"))["blocks"])
    assert "Fri 2 January 08:00" in said
    assert "Nothing was set up" in said
    assert (
        "weekdays 09:00 (Europe/Berlin)"
        in (await desk.command("ana", "digest preview weekdays 9am Europe/Berlin"))["text"]
    )
    assert await desk.store.read(schedules.all_of) == []


async def test_one_line_changes_only_what_it_names(desk: Desk) -> None:
    await desk.command("ana", 'schedule add sorter weekdays 8:30am text="the open tickets"')
    answer = await desk.command("ana", "schedule edit D1 daily 9am Europe/Berlin")
    assert "times from “weekdays 08:30” to “daily 09:00”, time zone from “UTC” to “Europe/Berlin”" in answer["text"]
    answer = await desk.command("ana", 'schedule edit D1 text="the new tickets"')
    assert "what it is given from “the open tickets” to “the new tickets”" in answer["text"]
    [kept] = await desk.store.read(schedules.all_of)
    assert (str(kept.spec), kept.timezone, kept.params) == ("daily 09:00", "Europe/Berlin", {"text": "the new tickets"})


async def test_the_form_of_a_digest_holds_what_it_is_now(desk: Desk) -> None:
    await desk.command("ana", "digest add <#C0OPS|ops> weekdays 09:00 weekly Europe/Berlin")
    await desk.command("ana", "digest edit D1")
    view = desk.web.opened[0]
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert view["title"]["text"] == "Change D1"
    assert inputs["in.kind"]["initial_option"]["value"] == "weekly"
    assert inputs["in.channel"]["initial_conversation"] == "C0OPS"
    assert (inputs["in.when"]["initial_value"], inputs["in.zone"]["initial_value"]) == (
        "weekdays 09:00",
        "Europe/Berlin",
    )

    answer = await desk.submit("ana", view, entered("daily 10am"))
    assert "times from “weekdays 09:00” to “daily 10:00”, content from “weekly” to “approvals”" in words_in(
        answer["view"]["blocks"]
    )


async def test_whoever_saves_second_sees_what_the_first_did_and_keeps_what_they_entered(desk: Desk) -> None:
    await desk.command("ana", "digest add <#C0OPS|ops> weekdays 09:00 Europe/Berlin")
    await desk.command("ana", "digest edit D1")
    await desk.command("dee", "digest edit D1")
    await desk.submit("ana", desk.web.opened[0], entered("daily 10:00"))

    second = await desk.submit("dee", desk.web.opened[1], entered("daily 11:00"))
    again = second["view"]
    assert "<@U0ANA>" in words_in(again["blocks"])
    assert "times from “weekdays 09:00” to “daily 10:00”" in words_in(again["blocks"])
    assert "Save puts what you changed over theirs" in words_in(again["blocks"])
    assert "daily 11:00" in str(again["blocks"])
    [kept] = await desk.store.read(schedules.all_of)
    assert str(kept.spec) == "daily 10:00"

    third = await desk.submit("dee", again, entered("daily 11:00"))
    assert "times from “daily 10:00” to “daily 11:00”" in words_in(third["view"]["blocks"])


async def test_what_the_second_left_as_it_was_does_not_undo_what_the_first_changed(desk: Desk) -> None:
    """Ana moves it to another channel, Dee to another time: both want what they changed."""
    await desk.command("ana", "digest add <#C0OPS|ops> weekdays 09:00 approvals Europe/Berlin")
    await desk.command("ana", "digest edit D1")
    await desk.command("dee", "digest edit D1")
    elsewhere = {"in.channel": {"selected_conversation": "C0FINANCE"}}
    await desk.submit("ana", desk.web.opened[0], entered("weekdays 9:00", **elsewhere))
    again = (await desk.submit("dee", desk.web.opened[1], entered("daily 11:00")))["view"]
    await desk.submit("dee", again, entered("daily 11:00"))

    [kept] = await desk.store.read(schedules.all_of)
    assert (str(kept.spec), kept.channel) == ("daily 11:00", "C0FINANCE")


async def test_a_form_whose_digest_was_removed_says_who_removed_it(desk: Desk) -> None:
    await desk.command("ana", "digest add <#C0OPS|ops> weekdays 09:00")
    await desk.command("ana", "digest edit D1")
    await desk.command("dee", "digest remove D1")
    answer = await desk.submit("ana", desk.web.opened[0], entered("daily 10:00"))
    assert "D1 (queue-health) was removed by <@U0DEE>" in words_in(answer["view"]["blocks"])


async def test_an_agent_is_scheduled_and_changed_in_a_form(desk: Desk) -> None:
    await desk.command("ana", "schedule add")
    fields = {"in.agent": {"selected_option": {"value": "sorter"}}, "in.text": field("the open tickets")}
    wrong = await desk.submit("ana", desk.web.opened[0], entered("30 February 9:00", zone="Mars/Olympus", **fields))
    assert "There is no 30 February" in wrong["errors"]["in.when"]
    assert "`" not in wrong["errors"]["in.when"]
    assert "time zone" in wrong["errors"]["in.zone"]
    made = await desk.submit("ana", desk.web.opened[0], entered("weekdays 8am", **fields))
    assert "*sorter* in <#C0OPS>: weekdays 08:00 (Europe/Berlin)" in words_in(made["view"]["blocks"])

    await desk.command("ana", "schedule edit D1")
    fields = {"in.text": field("the new tickets")}
    changed = await desk.submit("ana", desk.web.opened[1], entered("weekdays 8am", **fields))
    assert "Changed: what it is given from “the open tickets” to “the new tickets”." in words_in(
        changed["view"]["blocks"]
    )


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("digest preivew", "Did you mean preview?"),
        ("digest help", "*/ops digest add | list"),
        ("schedule edit help", "*/ops schedule add | list"),
        ("digest edit", "Which digest? For example: `/ops digest edit D3`"),
        ("digest edit D9 daily 9:00", "There is no D9 any more, or there never was."),
        ("digest edit D1 nonsense", "I cannot read “nonsense” as a time"),
        ("digest edit D1 daily 9:00 version=x", "“x” is no version"),
        ("digest edit D2", "D2 is no digest: it runs sorter. `/ops schedule edit D2` changes it."),
        ("schedule edit D1", "D1 is a digest. `/ops digest edit D1` changes it."),
        ("schedule preview", "Which one, or which times?"),
        ("schedule preview weekdays", "At what time? For example `weekdays 09:00`."),
        ("schedule preview 24 december 9:00", "`cron 0 9 24 12 *`"),
        ("schedule preview 2026-02-30 9:00", "There is no 30 February"),
        ("digest add <#C0OPS|ops> daily 9:00 Mars/Olympus", "I do not know the time zone"),
    ],
)
async def test_what_is_missing_or_wrong_is_named(desk: Desk, typed: str, expected: str) -> None:
    await desk.command("dee", "digest add <#C0OPS|ops> weekdays 09:00")
    await desk.command("dee", "schedule add sorter weekdays 09:00 text=all")
    assert expected in (await desk.command("dee", typed))["text"]


async def test_what_is_said_in_key_and_value_reaches_the_agent(desk: Desk) -> None:
    """Its own words, but for those that are ours."""
    await desk.command("ana", 'schedule add sorter daily 9:00 zone=UTC queue=Billing note="as soon as possible"')
    [kept] = await desk.store.read(schedules.all_of)
    assert kept.params == {"text": 'queue=Billing note="as soon as possible"'}


@pytest.mark.parametrize(("setting", "by_the_clock", "by_hand"), [("line", 1, 1), ("silence", 0, 1)])
async def test_a_digest_with_nothing_to_tell_is_one_line_or_silent_as_set_but_never_when_asked_for(
    tmp_path: Path, setting: str, by_the_clock: int, by_hand: int
) -> None:
    rules = POLICY.model_copy(update={"schedules": SchedulesPolicy.model_validate({"nothing_to_report": setting})})
    desk = await with_rules(tmp_path, rules)
    await desk.command("ana", "digest add <#C0OPS|ops> daily 09:00 UTC")
    desk.clock.advance(9 * 3_600 + 60)
    await desk.store.write(lambda tx: operations.serve_due(tx, desk.deps.registry, rules))
    assert len([row for row, _ in await desk.sent() if row.view == "digest"]) == by_the_clock
    await desk.command("ana", "digest run D1")
    assert len([row for row, _ in await desk.sent() if row.view == "digest"]) == by_hand
    await desk.store.close()


@pytest.mark.parametrize(("minutes", "told"), [(4.0, True), (None, False)])
async def test_time_saved_is_told_where_the_owner_estimated_it_and_else_not_at_all(
    tmp_path: Path, minutes: float | None, told: bool
) -> None:
    sorter = POLICY.agents["sorter"].model_copy(update={"minutes_each": minutes})
    desk = await with_rules(tmp_path, POLICY.model_copy(update={"agents": {"sorter": sorter}}))
    for _ in range(3):
        job = await desk.job()
        await desk.store.write(
            lambda tx, job=job: jobs.change(tx, job, status=JobStatus.SUCCEEDED, finished_at=tx.now - 60)
        )
    said = words_in((await desk.command("ana", "stats last week"))["blocks"])
    assert ("12 min" in said) is told
    assert ("saved" in said.lower()) is told
    assert ("by the owner's estimate, for sorter" in said) is told
    await desk.store.close()
