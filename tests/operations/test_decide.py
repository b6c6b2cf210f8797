"""One answer, by somebody who may, to what they saw, in time; and everybody else is told."""

import asyncio
from typing import Any

import pytest

from agents.core.errors import AlreadyDecided, Conflict, InvalidInput, NotAllowed
from agents.core.people import Person, PersonKind, operator
from agents.core.policy import Policy
from agents.core.records import EscalationKind, EscalationState, Verdict
from agents.core.status import JobStatus
from storage import escalations, outbox
from tests.operations.town import ANA, BO, CHO, DEE, FAY, HOUR, Town, person, policy


async def test_an_approval_settles_the_question_and_wakes_the_job(any_town: Town) -> None:
    asked = await any_town.ask()
    done = await any_town.answer(asked)
    assert done.complete
    assert done.escalation.state is EscalationState.DECIDED
    assert done.escalation.decided_by == BO.id
    assert (await any_town.job_of(asked)).status is JobStatus.QUEUED


async def test_a_member_of_an_approving_group_may_decide(town: Town) -> None:
    assert (await town.answer(await town.ask(), FAY)).complete


async def test_a_second_answer_is_told_who_was_first(town: Town) -> None:
    asked = await town.ask()
    await town.answer(asked, BO)
    with pytest.raises(AlreadyDecided) as told:
        await town.answer(asked, ANA, Verdict.REJECTED)
    assert (told.value.by, told.value.verdict) == (BO.id, "approved")
    assert (await town.question(asked.id)).verdict is Verdict.APPROVED


async def test_of_many_answers_at_once_one_counts(any_town: Town) -> None:
    asked = await any_town.ask()
    people = [ANA, BO, FAY] * 4
    outcomes = await asyncio.gather(*(any_town.answer(asked, one) for one in people), return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in outcomes) == 1
    assert all(isinstance(one, AlreadyDecided) for one in outcomes if isinstance(one, BaseException))


@pytest.mark.parametrize(
    "who",
    [
        person("ana", PersonKind.GUEST),
        person("ana", PersonKind.EXTERNAL, team="T0OTHER"),
        person("ana", PersonKind.BOT),
        person("ana", PersonKind.DEACTIVATED),
        person("ana", PersonKind.UNKNOWN),
    ],
    ids=lambda one: str(one.kind),
)
async def test_no_account_but_a_members_decides_even_when_its_id_is_named(town: Town, who: Person) -> None:
    """S-C7."""
    with pytest.raises(NotAllowed):
        await town.answer(await town.ask(), who)


async def test_somebody_who_is_not_named_may_not_decide_and_it_is_written_down(town: Town) -> None:
    asked = await town.ask(requester=ANA)
    with pytest.raises(NotAllowed, match="named approvers"):
        await town.answer(asked, CHO)
    line = await town.last("answer.refused")
    assert (line["escalation_id"], line["verdict"], line["code"]) == (asked.id, "approved", "not_allowed")
    assert (await town.question(asked.id)).state is EscalationState.PENDING


async def test_an_operator_in_slack_has_no_say_in_decisions(town: Town) -> None:
    with pytest.raises(NotAllowed):
        await town.answer(await town.ask(), DEE)


async def test_where_no_approver_is_configured_nobody_may_approve(town: Town) -> None:
    """S-C6."""
    town.policy = policy(approvers=[])
    for one in (ANA, BO, FAY):
        with pytest.raises(NotAllowed, match="no approver is configured"):
            await town.answer(await town.ask(), one)


async def test_a_group_that_cannot_be_looked_up_gives_no_right(town: Town) -> None:
    """S-C6."""
    unsure = Person(id=FAY.id, kind=PersonKind.MEMBER, groups=None)
    with pytest.raises(NotAllowed, match="could not check your group"):
        await town.answer(await town.ask(), unsure)


@pytest.mark.parametrize(
    ("tool", "allowed", "may"),
    [
        ("pay", "low", True),
        ("pay", "never", False),
        ("refund", "low", False),
        ("refund", "medium", True),
        ("send", "medium", False),
        ("wipe", "medium", False),
    ],
)
async def test_requesters_approve_their_own_request_only_as_far_as_policy_says(
    town: Town, tool: str, allowed: str, may: bool
) -> None:
    """S-C3."""
    town.policy = policy(self_approval=allowed)
    asked = await town.ask(tool, requester=ANA)
    if may:
        assert (await town.answer(asked, ANA, reviewed=True)).self_approved
        return
    with pytest.raises(NotAllowed, match="You asked for this"):
        await town.answer(asked, ANA, reviewed=True)
    assert (await town.last("answer.refused"))["escalation_id"] == asked.id


async def test_the_command_line_decides_under_its_own_name(town: Town) -> None:
    done = await town.answer(await town.ask(), operator("root"))
    assert done.escalation.decided_by == "operator/root"


async def test_after_the_expiry_nothing_is_decided(town: Town) -> None:
    asked = await town.ask()
    town.clock.advance(24 * HOUR)
    with pytest.raises(Conflict, match="run out"):
        await town.answer(asked)
    assert (await town.question(asked.id)).state is EscalationState.PENDING


async def test_an_older_picture_is_not_what_is_decided(town: Town) -> None:
    asked = await town.ask()
    await town.write(lambda tx: escalations.change(tx, asked.id, version=2))
    with pytest.raises(Conflict, match="older version"):
        await town.answer(asked)


async def test_what_was_seen_must_be_what_is_stored(town: Town) -> None:
    asked = await town.ask()
    await town.answer(asked, digest=asked.digest)
    other = await town.ask()
    with pytest.raises(Conflict, match="not what is stored"):
        await town.answer(other, digest=asked.digest)


async def test_a_press_counts_only_on_our_message_about_this_question(town: Town) -> None:
    asked, other = await town.ask(), await town.ask()

    def remember(tx: Any) -> None:
        for question, ts in ((asked, "1.1"), (other, "2.2")):
            outbox.remember(tx, subject=f"escalation:{question.id}", role="card", channel="C0SUPPORT", ts=ts)

    await town.write(remember)
    for message in ("C0SUPPORT/2.2", "C0OPS/1.1", "C0SUPPORT/9.9"):
        with pytest.raises(Conflict, match="does not belong"):
            await town.answer(asked, message=message)
    assert (await town.answer(asked, message="C0SUPPORT/1.1")).complete


async def test_a_rejection_keeps_its_reason(town: Town) -> None:
    asked = await town.ask()
    done = await town.answer(asked, verdict=Verdict.REJECTED, reason="wrong invoice")
    assert (done.escalation.verdict, done.escalation.reason) == (Verdict.REJECTED, "wrong invoice")


async def test_a_rejection_needs_a_reason_where_policy_wants_one(town: Town) -> None:
    town.policy = policy(tiers={"high": {"reason": True}})
    asked = await town.ask("send")
    with pytest.raises(InvalidInput, match="why"):
        await town.answer(asked, verdict=Verdict.REJECTED)
    assert (await town.answer(asked, verdict=Verdict.REJECTED, reason="too much")).complete


async def test_the_top_tier_is_not_approved_by_one_press(town: Town) -> None:
    asked = await town.ask("wipe")
    with pytest.raises(InvalidInput, match="Review and decide"):
        await town.answer(asked)
    assert (await town.answer(asked, reviewed=True)).complete


async def test_a_choice_must_be_one_of_those_offered(town: Town) -> None:
    asked = await town.ask(kind=EscalationKind.CHOOSE, choices=("One", "Two"))
    with pytest.raises(InvalidInput, match="One, Two"):
        await town.answer(asked, verdict=Verdict.CHOSEN, choice="Three")
    with pytest.raises(InvalidInput):
        await town.answer(asked, verdict=Verdict.APPROVED)
    assert (await town.answer(asked, verdict=Verdict.CHOSEN, choice="Two")).escalation.answer == "Two"


class TestQuorum:
    """Two of the approvers must agree."""

    rules: Policy = policy(quorum=2, self_approval="low")

    async def test_two_different_people_are_needed(self, any_town: Town) -> None:
        """S-C4."""
        any_town.policy = self.rules
        asked = await any_town.ask()
        first = await any_town.answer(asked, ANA)
        assert (first.complete, first.missing) == (False, 1)
        with pytest.raises(Conflict, match="already"):
            await any_town.answer(asked, ANA)
        assert (await any_town.answer(asked, BO)).complete

    async def test_two_last_votes_at_once_both_count(self, any_town: Town) -> None:
        any_town.policy = self.rules
        for _ in range(5):
            asked = await any_town.ask()
            await asyncio.gather(any_town.answer(asked, ANA), any_town.answer(asked, BO))
            assert (await any_town.question(asked.id)).state is EscalationState.DECIDED

    async def test_a_vote_of_somebody_who_lost_the_right_is_not_counted(self, town: Town) -> None:
        """S-C4."""
        town.policy = self.rules
        asked = await town.ask()
        await town.answer(asked, FAY)
        left = Person(id=FAY.id, kind=PersonKind.MEMBER, groups=frozenset())
        assert not (await town.answer(asked, BO, voters=[left])).complete
        assert (await town.answer(asked, ANA, voters=[left, BO])).complete

    async def test_a_delegate_does_not_add_a_voice_to_the_one_they_stand_in_for(self, town: Town) -> None:
        town.policy = self.rules
        asked = await town.ask(requester=DEE)
        await town.answer(asked, BO)
        stand_in = Person(id=CHO.id, kind=PersonKind.MEMBER, stands_in_for=(BO,))
        assert (await town.answer(asked, stand_in, voters=[BO])).missing == 1
        assert (await town.answer(asked, ANA, voters=[BO, CHO])).complete

    async def test_one_rejection_is_enough(self, town: Town) -> None:
        town.policy = self.rules
        asked = await town.ask()
        await town.answer(asked, ANA)
        assert (await town.answer(asked, BO, Verdict.REJECTED)).complete
        assert (await town.question(asked.id)).verdict is Verdict.REJECTED

    async def test_somebody_may_think_better_of_their_approval(self, town: Town) -> None:
        town.policy = self.rules
        asked = await town.ask()
        await town.answer(asked, ANA)
        assert (await town.answer(asked, ANA, Verdict.REJECTED)).complete


async def test_a_delegate_decides_in_the_name_of_who_is_away(town: Town) -> None:
    stand_in = Person(id=CHO.id, kind=PersonKind.MEMBER, stands_in_for=(BO,))
    asked = await town.ask(requester=DEE)
    done = await town.answer(asked, stand_in)
    assert done.on_behalf_of == BO.id
    assert (await town.last("escalation.answered"))["on_behalf_of"] == BO.id


async def test_a_delegate_cannot_approve_what_the_absent_person_asked_for(town: Town) -> None:
    town.policy = policy(self_approval="never")
    stand_in = Person(id=CHO.id, kind=PersonKind.MEMBER, stands_in_for=(BO,))
    with pytest.raises(NotAllowed):
        await town.answer(await town.ask(requester=BO), stand_in)


async def test_the_audit_names_the_digest_the_door_and_the_policy(town: Town) -> None:
    asked = await town.ask()
    await town.answer(asked, message=None, door="button", reason="fine")
    line = await town.last("escalation.answered")
    assert line["digest"] == asked.digest
    assert (line["door"], line["policy"], line["complete"]) == ("button", town.policy.version, True)
    assert set(line["reason"]) == {"sealed"}
