"""What time does to open questions: they remind, climb the chain, wait their turn, and expire. None is ever approved by it."""

from datetime import UTC, datetime

import pytest

from agents.core.errors import NotAllowed
from agents.core.records import EscalationState, OutboxRecord, Verdict
from agents.core.status import JobStatus
from handlers import operations
from storage import escalations, rosters
from tests.operations.town import ANA, BO, FAY, HOUR, Town, policy

MINUTE = 60.0


async def sweep(town: Town) -> operations.Swept:
    return await town.write(lambda tx: operations.sweep_questions(tx, town.policy))


async def waiting(town: Town, view: str) -> list[OutboxRecord]:
    """The messages of that view, without repaints."""
    return [row for row in await town.messages(view) if row.kind == "post"]


async def test_a_question_whose_time_is_over_expires_and_its_job_goes_on_without_it(any_town: Town) -> None:
    asked = await any_town.ask()
    any_town.clock.advance(24 * HOUR)
    assert (await sweep(any_town)).expired == 1
    after = await any_town.question(asked.id)
    assert (after.state, after.verdict) == (EscalationState.EXPIRED, None)
    assert (await any_town.job_of(asked)).status is JobStatus.QUEUED
    assert (await sweep(any_town)).expired == 0


@pytest.mark.parametrize("jump", [0.0, 1.0, -3 * HOUR, 1000 * HOUR])
async def test_an_expired_question_stays_expired_whatever_the_clock_does_then(town: Town, jump: float) -> None:
    """S-C9."""
    asked = await town.ask()
    town.clock.advance(24 * HOUR)
    await sweep(town)
    town.clock.advance(jump)
    with pytest.raises(Exception, match="run out"):
        await town.answer(asked)


async def test_people_are_reminded_at_half_the_time_and_near_the_end(town: Town) -> None:
    town.policy = policy(chain=[])
    await town.ask()
    assert (await sweep(town)).reminded == 0
    town.clock.advance(12 * HOUR)
    assert (await sweep(town)).reminded == 1
    assert (await sweep(town)).reminded == 0
    town.clock.advance(9.7 * HOUR)
    assert (await sweep(town)).reminded == 1
    town.clock.advance(HOUR)
    assert (await sweep(town)).reminded == 0
    assert len(await waiting(town, "reminder")) == 2


async def test_several_reminders_for_the_same_people_are_one_message_with_a_count(town: Town) -> None:
    town.policy = policy(chain=[])
    asked = [await town.ask() for _ in range(3)]
    town.clock.advance(12 * HOUR)
    await sweep(town)
    (message,) = await waiting(town, "reminder")
    assert message.params["ids"] == [one.id for one in asked]


async def test_nobody_is_reminded_of_what_was_decided(town: Town) -> None:
    asked = await town.ask()
    await town.answer(asked)
    town.clock.advance(20 * HOUR)
    assert (await sweep(town)).reminded == 0


@pytest.mark.parametrize(("tool", "reminded"), [("pay", 0), ("wipe", 1)])
async def test_in_quiet_hours_only_what_is_critical_reminds(town: Town, tool: str, reminded: int) -> None:
    hours = {"from": "18:00", "to": "08:00", "zone": "UTC"}
    town.policy = policy(chain=[], quiet_hours=hours, expiry="2h")
    town.clock.at = datetime(2026, 3, 4, 21, tzinfo=UTC).timestamp()
    await town.ask(tool)
    town.clock.advance(HOUR)
    assert (await sweep(town)).reminded == reminded


async def test_a_reminder_that_came_in_the_night_comes_in_the_morning(town: Town) -> None:
    town.policy = policy(chain=[], quiet_hours={"from": "18:00", "to": "08:00", "zone": "UTC"})
    town.clock.at = datetime(2026, 3, 4, 16, tzinfo=UTC).timestamp()
    await town.ask()
    town.clock.advance(12 * HOUR)
    assert (await sweep(town)).reminded == 0
    town.clock.advance(4 * HOUR)
    assert (await sweep(town)).reminded == 1


async def test_after_a_while_the_next_people_of_the_chain_are_asked_too(any_town: Town) -> None:
    any_town.policy = policy(
        approvers=["U0BO"], chain=[{"after": "2h", "to": ["U0FAY"]}, {"after": "4h", "channel": "C0OPS"}]
    )
    asked = await any_town.ask()
    with pytest.raises(NotAllowed):
        await any_town.answer(asked, FAY)
    any_town.clock.advance(2 * HOUR)
    assert (await sweep(any_town)).passed_on == 1
    assert (await sweep(any_town)).passed_on == 0
    assert (await any_town.answer(asked, FAY)).complete


async def test_the_owner_is_asked_too_after_half_of_the_time_unless_the_policy_says_otherwise(town: Town) -> None:
    town.policy = policy(approvers=["U0BO"])
    asked = await town.ask()
    town.clock.advance(12 * HOUR)
    await sweep(town)
    assert (await town.answer(asked, ANA)).complete


async def test_a_chain_gives_no_right_where_no_approver_is_configured(town: Town) -> None:
    town.policy = policy(approvers=[])
    asked = await town.ask()
    town.clock.advance(13 * HOUR)
    await sweep(town)
    with pytest.raises(NotAllowed, match="no approver"):
        await town.answer(asked, ANA)


async def test_a_channel_of_the_chain_is_told(town: Town) -> None:
    town.policy = policy(chain=[{"after": "4h", "channel": "C0OPS"}])
    await town.ask()
    town.clock.advance(5 * HOUR)
    await sweep(town)
    assert "C0OPS" in {row.channel for row in await waiting(town, "reminder")}


class TestFlood:
    """At most twenty cards a minute come before one person."""

    async def test_more_than_twenty_a_minute_wait_and_are_said_to_wait(self, any_town: Town) -> None:
        """S-C13."""
        for _ in range(40):
            await any_town.ask()
        shown = await waiting(any_town, "escalation_card")
        assert len(shown) == 15
        assert len(await waiting(any_town, "held_back")) == 1

    async def test_the_rest_come_as_there_is_room_and_none_is_lost(self, town: Town) -> None:
        """S-C13."""
        asked = [await town.ask() for _ in range(40)]
        for _ in range(4):
            before = len(await waiting(town, "escalation_card"))
            town.clock.advance(MINUTE + 1)
            await sweep(town)
            assert len(await waiting(town, "escalation_card")) - before <= 20
        ids = {row.params["escalation_id"] for row in await waiting(town, "escalation_card")}
        assert ids == {one.id for one in asked}

    async def test_a_critical_one_among_them_is_shown_at_once(self, town: Town) -> None:
        """S-C13."""
        for _ in range(60):
            await town.ask()
        critical = await town.ask("wipe")
        rows = [row for row in await waiting(town, "escalation_card") if row.params["escalation_id"] == critical.id]
        assert len(rows) == 1
        assert len(await waiting(town, "escalation_card")) <= 20

    async def test_what_is_held_back_can_be_decided_all_the_same(self, town: Town) -> None:
        asked = [await town.ask() for _ in range(20)]
        held = await town.read(escalations.held_back)
        assert held[0].id == asked[15].id
        assert (await town.answer(held[0])).complete

    async def test_other_peoples_cards_are_not_held_back(self, town: Town) -> None:
        await town.write(lambda tx: rosters.keep(tx, {"S0LEADS": {"U0FAY"}}))
        for _ in range(20):
            await town.ask()
        town.policy = policy(approvers=["U0CHO"])
        other = await town.ask(requester=ANA)
        assert (await town.question(other.id)).posted_at is not None

    async def test_who_is_named_and_in_a_group_is_one_person(self, any_town: Town) -> None:
        """Bo is asked by name half of the time, and as one of the leads the other half."""
        await any_town.write(lambda tx: rosters.keep(tx, {"S0LEADS": {"U0BO", "U0FAY"}}))
        for n in range(40):
            any_town.policy = policy(approvers=["U0BO"] if n % 2 else ["S0LEADS"])
            await any_town.ask()
        assert len(await waiting(any_town, "escalation_card")) == 15

    async def test_one_card_to_somebody_named_and_in_the_group_counts_once(self, town: Town) -> None:
        await town.write(lambda tx: rosters.keep(tx, {"S0LEADS": {"U0BO"}}))
        town.policy = policy(approvers=["U0BO", "S0LEADS"])
        for _ in range(16):
            await town.ask()
        assert len(await waiting(town, "escalation_card")) == 15

    @pytest.mark.parametrize("age", [None, 11 * MINUTE], ids=["never heard of", "heard of long ago"])
    async def test_a_group_of_unknown_members_may_hold_anybody(self, town: Town, age: float | None) -> None:
        """Too much is held back then, never too little."""
        if age is not None:
            await town.write(lambda tx: rosters.keep(tx, {"S0LEADS": {"U0FAY"}}))
            town.clock.advance(age)
        for n in range(40):
            town.policy = policy(approvers=["U0BO"] if n % 2 else ["S0LEADS"])
            await town.ask()
        assert len(await waiting(town, "escalation_card")) == 15


class TestRubberStamp:
    """Thirty approvals that nobody can have read alert the owner."""

    async def stamp(self, town: Town, number: int, seconds: float) -> None:
        for _ in range(number):
            asked = await town.ask()
            town.clock.advance(seconds)
            await town.answer(asked)

    async def test_thirty_approvals_under_three_seconds_raise_one_alarm(self, town: Town) -> None:
        """S-C14."""
        await self.stamp(town, 29, 1.0)
        assert "alarm.rubber_stamp" not in await town.events()
        await self.stamp(town, 5, 1.0)
        assert (await town.events()).count("alarm.rubber_stamp") == 1
        told = await waiting(town, "owner_notice")
        assert [(row.channel, row.params["what"]) for row in told] == [("U0ANA", "rubber_stamp")]

    async def test_a_person_who_reads_raises_none(self, town: Town) -> None:
        """S-C14."""
        await self.stamp(town, 20, 1.0)
        await self.stamp(town, 1, 30.0)
        await self.stamp(town, 20, 1.0)
        assert "alarm.rubber_stamp" not in await town.events()

    async def test_rejections_break_the_row(self, town: Town) -> None:
        await self.stamp(town, 29, 1.0)
        asked = await town.ask()
        await town.answer(asked, verdict=Verdict.REJECTED)
        await self.stamp(town, 1, 1.0)
        assert "alarm.rubber_stamp" not in await town.events()

    async def test_each_person_is_watched_alone(self, town: Town) -> None:
        for place in range(40):
            asked = await town.ask()
            town.clock.advance(1.0)
            await town.answer(asked, (BO, ANA)[place % 2])
        assert "alarm.rubber_stamp" not in await town.events()
