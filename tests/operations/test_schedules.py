"""Digests and schedules: set up, changed by several people, and served so that nothing falls between two of them."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agents.core.amend import Wanted
from agents.core.contract import Registry
from agents.core.errors import InvalidInput, NotAllowed, ScheduleGone, ScheduleMoved
from agents.core.policy import Policy
from agents.core.schedule import Schedule, Slot
from handlers import operations
from handlers.operations import Amended
from handlers.operations.serving import now_period
from storage import schedules, trail
from tests.operations.town import ANA, BO, CLERK, DEE, POLICY, Note, Town, policy

BERLIN = ZoneInfo("Europe/Berlin")
CLERKS = Registry([replace(CLERK, from_text=lambda text: Note(text=text))])
WITH_HOLIDAYS = Policy.model_validate({"schedules": {"holidays": ["2026-06-04"]}})


def at(text: str, zone: ZoneInfo = BERLIN) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


async def digest(
    town: Town, spec: str = "daily 09:00", *, by: Any = ANA, now: str = "2026-06-01T12:00", **more: Any
) -> Schedule:
    """A digest that somebody set up at that local time."""
    town.clock.at = at(now)
    more = {"channel": "C0OPS", "timezone": "Europe/Berlin", **more}
    made: Schedule = await town.store.write(lambda tx: operations.add_digest(tx, POLICY, by, spec=spec, **more))
    return made


async def amend(town: Town, number: int, by: Any, *, seen: int | None = None, **wanted: str) -> Amended:
    done: Amended = await town.store.write(
        lambda tx: operations.amend_schedule(tx, POLICY, CLERKS, number, by, Wanted(**wanted), seen=seen)
    )
    return done


async def serve(town: Town, now: str, rules: Policy = POLICY, zone: ZoneInfo = BERLIN) -> list[dict[str, Any]]:
    """What was queued at that local time: each digest's parameters, or the text of what is said."""
    before = await queued(town)
    town.clock.at = at(now, zone)
    await town.store.write(lambda tx: operations.serve_due(tx, CLERKS, rules))
    return [one for one in await queued(town) if one not in before]


async def queued(town: Town) -> list[dict[str, Any]]:
    """Everything that was queued about schedules: digests first, then what was said."""
    return [dict(row.params) for view in ("digest", "reply") for row in await town.messages(view)]


async def test_a_change_is_written_down_with_who_when_and_what(any_town: Town) -> None:
    made = await digest(any_town)
    done = await amend(any_town, made.id, ANA, spec="weekdays 10:00", channel="C0FINANCE", name="weekly")

    assert done.what == [
        "times from “daily 09:00” to “weekdays 10:00”",
        "channel from “C0OPS” to “C0FINANCE”",
        "content from “queue-health” to “weekly”",
    ]
    [change] = done.schedule.history
    assert (done.schedule.version, change.version, change.by, change.at) == (2, 2, ANA.id, any_town.clock.now())
    [line] = [row for row in await any_town.store.read(trail.rows) if row.event == "schedule.amended"]
    assert (line.actor, line.data["what"]) == (ANA.id, ", ".join(done.what))


async def test_the_second_of_two_is_told_what_the_first_did_and_changes_nothing(any_town: Town) -> None:
    made = await digest(any_town)
    await amend(any_town, made.id, ANA, seen=1, spec="weekdays 10:00")
    with pytest.raises(ScheduleMoved) as told:
        await amend(any_town, made.id, DEE, seen=1, channel="C0FINANCE")

    assert told.value.changes == ((ANA.id, any_town.clock.now(), "times from “daily 09:00” to “weekdays 10:00”"),)
    assert told.value.version == 2
    kept = await any_town.store.read(lambda tx: schedules.get(tx, made.id))
    assert (str(kept.spec), kept.channel, kept.version) == ("weekdays 10:00", "C0OPS", 2)

    again = await amend(any_town, made.id, DEE, seen=2, channel="C0FINANCE")
    assert (str(again.schedule.spec), again.schedule.channel) == ("weekdays 10:00", "C0FINANCE")


async def test_who_names_no_version_is_stopped_by_what_others_did_just_now_only(town: Town) -> None:
    made = await digest(town)
    await amend(town, made.id, ANA, spec="weekdays 10:00")
    await amend(town, made.id, ANA, spec="weekdays 11:00")
    with pytest.raises(ScheduleMoved, match="add version=3;"):
        await amend(town, made.id, DEE, spec="daily 08:00")
    town.clock.advance(601)
    assert str((await amend(town, made.id, DEE, spec="daily 08:00")).schedule.spec) == "daily 08:00"


async def test_a_pause_counts_as_a_change_for_whoever_has_the_form_open(town: Town) -> None:
    made = await digest(town)
    await town.store.write(lambda tx: operations.switch_schedule(tx, POLICY, made.id, DEE, on=False))
    with pytest.raises(ScheduleMoved, match="paused"):
        await amend(town, made.id, ANA, seen=1, spec="daily 08:00")


async def test_whoever_comes_after_a_removal_is_told_who_removed_it(any_town: Town) -> None:
    made = await digest(any_town)
    await any_town.store.write(lambda tx: operations.remove_schedule(tx, POLICY, made.id, DEE))
    with pytest.raises(ScheduleGone) as gone:
        await amend(any_town, made.id, ANA, spec="daily 08:00")
    assert (gone.value.name, gone.value.by) == (f"D{made.id} (queue-health)", DEE.id)


async def test_the_number_of_one_that_was_removed_is_never_given_again(any_town: Town) -> None:
    """A form that is still open would change somebody else's."""
    made = await digest(any_town)
    await any_town.store.write(lambda tx: operations.remove_schedule(tx, POLICY, made.id, ANA))
    new = await digest(any_town)
    assert new.id != made.id
    with pytest.raises(ScheduleGone):
        await amend(any_town, made.id, ANA, seen=1, spec="daily 08:00")


async def test_words_that_an_agent_is_given_are_kept_nowhere_but_in_the_schedule_itself(town: Town) -> None:
    """The audit stays for ever, and what somebody wrote may have to be erased."""
    made = await town.store.write(
        lambda tx: operations.add_run(
            tx, POLICY, CLERKS, ANA, agent="clerk", text="old words", spec="daily 09:00", channel="C0OPS"
        )
    )
    done = await amend(town, made.id, ANA, text="new words")
    lines = str([row.data for row in await town.store.read(trail.rows)])
    assert "words" not in lines.replace("what it is given", "")
    assert "words" not in str(done.schedule.history)
    assert done.schedule.params == {"text": "new words"}


async def test_what_is_like_that_already_is_no_change(town: Town) -> None:
    made = await digest(town)
    done = await amend(town, made.id, ANA, spec="09:00", timezone="Europe/Berlin", channel="C0OPS")
    assert (done.what, done.schedule.version) == ((), 1)


async def test_only_its_owner_and_operators_change_it_and_no_nonsense_is_kept(town: Town) -> None:
    made = await digest(town)
    with pytest.raises(NotAllowed):
        await amend(town, made.id, BO, spec="daily 08:00")
    for wanted, why in (
        ({"spec": "30 February 09:00"}, "There is no 30 February"),
        ({"timezone": "Mars/Olympus"}, "time zone"),
        ({"name": "weather"}, "There is no digest"),
        ({"text": "hello"}, "a digest is given no words"),
    ):
        with pytest.raises(InvalidInput, match=why):
            await amend(town, made.id, ANA, **wanted)
    assert (await town.store.read(lambda tx: schedules.get(tx, made.id))).version == 1


async def test_what_never_comes_is_refused_when_set_up_and_when_changed(town: Town) -> None:
    every_year = {"schedules": {"holidays": [f"{year}-12-25" for year in range(2026, 2080)]}}
    rules = Policy.model_validate(every_year)
    with pytest.raises(InvalidInput, match="would never come: every day that it names is a holiday"):
        await town.store.write(
            lambda tx: operations.add_digest(tx, rules, ANA, channel="C1", spec="cron 0 9 25 12 * except holidays")
        )


async def test_new_times_begin_now_and_nothing_is_said_to_be_missed(town: Town) -> None:
    """At noon daily 09:00 becomes daily 11:00: today's 11:00 is over, and was nobody's."""
    made = await digest(town, now="2026-06-01T08:00")
    await serve(town, "2026-06-01T09:01")
    town.clock.at = at("2026-06-01T12:00")
    await amend(town, made.id, ANA, spec="daily 11:00")
    assert await serve(town, "2026-06-01T12:05") == []
    [next_day] = await serve(town, "2026-06-02T11:01")
    assert next_day["report"] == "queue-health"


async def test_of_two_that_read_the_same_version_at_the_same_moment_one_wins(any_town: Town) -> None:
    """Two edges may read before either of them writes."""
    read = await digest(any_town)
    for version, wins in ((1, True), (2, False)):
        won = await any_town.write(lambda tx, v=version: schedules.amend(tx, read, ANA.id, f"try {v}", channel=f"C{v}"))
        assert won is wins
    kept = await any_town.read(lambda tx: schedules.get(tx, read.id))
    assert (kept.channel, kept.version, [one.what for one in kept.history]) == ("C1", 2, ["try 1"])


async def test_an_edge_that_read_the_old_times_does_not_turn_the_new_ones_back(any_town: Town) -> None:
    """It writes down what it served of the old times after somebody set new ones."""
    read = await digest(any_town, now="2026-06-01T08:00")
    any_town.clock.at = at("2026-06-01T12:00")
    changed = (await amend(any_town, read.id, ANA, spec="daily 11:00")).schedule
    await any_town.write(
        lambda tx: schedules.served(tx, read, Slot(name="2026-06-01T09:00", at=at("2026-06-01T09:00")))
    )
    assert (await any_town.read(lambda tx: schedules.get(tx, read.id))).done_until == changed.done_until


async def test_in_another_zone_the_same_local_time_of_the_same_day_comes_again(town: Town) -> None:
    """09:00 in Berlin was served; moved to New York at noon, today's 09:00 there is still to come."""
    made = await digest(town, now="2026-06-01T08:00")
    assert len(await serve(town, "2026-06-01T09:01")) == 1
    town.clock.at = at("2026-06-01T12:00")
    await amend(town, made.id, ANA, timezone="America/New_York")
    assert len(await serve(town, "2026-06-01T09:01", zone=ZoneInfo("America/New_York"))) == 1


async def test_digests_follow_one_another_without_a_gap_over_a_weekend(town: Town) -> None:
    await digest(town, "weekdays 09:00", now="2026-06-04T08:00")
    covered = [(await serve(town, f"2026-06-{day}T09:01"))[0] for day in ("04", "05", "08")]

    assert [(one["since"], one["until"]) for one in covered] == [
        (at("2026-06-03T09:00"), at("2026-06-04T09:00")),
        (at("2026-06-04T09:00"), at("2026-06-05T09:00")),
        (at("2026-06-05T09:00"), at("2026-06-08T09:00")),
    ]


async def test_a_digest_after_missed_ones_tells_of_their_time_too(town: Town) -> None:
    await digest(town, now="2026-06-01T08:00")
    await serve(town, "2026-06-01T09:01")
    said = await serve(town, "2026-06-04T09:01")

    assert ["since" in one for one in said] == [True, False]
    assert said[0]["since"] == at("2026-06-01T09:00")
    assert "2 scheduled digests were missed" in said[1]["text"]


async def test_a_digest_after_a_holiday_tells_of_it(town: Town) -> None:
    await digest(town, "daily 09:00 except holidays", now="2026-06-03T08:00")
    await serve(town, "2026-06-03T09:01", WITH_HOLIDAYS)
    assert await serve(town, "2026-06-04T09:01", WITH_HOLIDAYS) == []
    [after] = await serve(town, "2026-06-05T09:01", WITH_HOLIDAYS)
    assert after["since"] == at("2026-06-03T09:00")


@pytest.mark.parametrize(
    ("spec", "until", "since"),
    [
        ("mon 09:00", "2026-03-30T09:00", "2026-03-23T09:00"),
        ("mon 09:00", "2026-10-26T09:00", "2026-10-19T09:00"),
        ("mon,fri 09:00", "2026-03-30T09:00", "2026-03-23T09:00"),
        ("monthly 1 09:00", "2026-06-01T09:00", "2026-05-01T09:00"),
    ],
)
async def test_the_weekly_digest_covers_a_week_of_local_days_at_least(
    town: Town, spec: str, until: str, since: str
) -> None:
    """Also where clocks change in that week."""
    await digest(town, spec, kind="weekly", now=until.replace("T09", "T08"))
    [one] = await serve(town, until)
    assert (one["since"], one["until"]) == (at(since), at(until))


async def test_a_preview_covers_as_long_a_time_as_the_next_one_will(town: Town) -> None:
    made = await digest(town, "every 2 hours from 08:00 to 18:00", now="2026-06-01T10:05")
    now = town.clock.now()
    assert now_period(made, now, {}).since == now - 2 * 3_600


async def test_who_may_not_run_an_agent_may_not_schedule_it(town: Town) -> None:
    closed = policy(runners=["U0BO"])

    def add(by: Any) -> Any:
        return town.store.write(
            lambda tx: operations.add_run(
                tx, closed, CLERKS, by, agent="clerk", text="x", spec="daily 09:00", channel="C0OPS"
            )
        )

    with pytest.raises(NotAllowed, match="who may start this agent"):
        await add(ANA)
    assert (await add(BO)).name == "clerk"
