"""What people do with an open question besides answering it."""

import pytest

from agents.core.errors import Conflict, InvalidInput, NotAllowed
from agents.core.job import Evidence
from agents.core.proposals import digest_of
from agents.core.records import EscalationState, Verdict
from agents.core.status import JobStatus
from handlers import operations
from storage import escalations, jobs
from tests.operations.town import ANA, BO, CHO, DEE, FAY, HOUR, Town


async def test_details_can_be_asked_and_given_and_change_nothing_that_is_approved(town: Town) -> None:
    asked = await town.ask()
    await town.write(lambda tx: operations.ask_details(tx, town.policy, asked.id, BO, "Which contract?", version=1))
    (request,) = await town.read(lambda tx: escalations.details_of(tx, asked.id, open_only=True))
    assert (request.by, request.question) == (BO.id, "Which contract?")
    piece = Evidence(label="Contract", text="C-17")
    given = await town.write(
        lambda tx: operations.answer_details(tx, asked.id, by=CHO.id, answer="The old one.", evidence=[piece])
    )
    after = await town.question(asked.id)
    assert given
    assert (after.state, after.version, after.digest) == (EscalationState.PENDING, 1, asked.digest)
    assert after.evidence[-1] == piece
    assert (await town.answer(asked)).complete


async def test_only_who_may_decide_asks_for_details(town: Town) -> None:
    asked = await town.ask(requester=ANA)
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.ask_details(tx, town.policy, asked.id, CHO, "Why?", version=1))
    assert "answer.refused" in await town.events(asked.job_id)


async def test_an_answer_that_nobody_asked_for_is_not_kept(town: Town) -> None:
    asked = await town.ask()
    assert not await town.write(lambda tx: operations.answer_details(tx, asked.id, by=CHO.id, answer="By the way"))


async def test_a_question_can_be_handed_to_another_approver(town: Town) -> None:
    asked = await town.ask()
    after = await town.write(lambda tx: operations.reassign(tx, town.policy, asked.id, BO, FAY, version=1))
    assert after.assigned_to == FAY.id
    assert (await town.answer(asked, FAY)).complete


async def test_handing_a_question_over_gives_nobody_a_right(town: Town) -> None:
    asked = await town.ask(requester=ANA)
    with pytest.raises(InvalidInput, match="may not decide"):
        await town.write(lambda tx: operations.reassign(tx, town.policy, asked.id, BO, CHO, version=1))
    with pytest.raises(NotAllowed):
        await town.answer(asked, CHO)


async def test_snoozing_moves_the_reminder_and_never_the_expiry(town: Town) -> None:
    asked = await town.ask()
    later = town.clock.now() + 5 * HOUR
    after = await town.write(lambda tx: operations.snooze(tx, town.policy, asked.id, BO, later, version=1))
    assert (after.remind_at, after.snoozed_until, after.expires_at) == (later, later, asked.expires_at)
    for wrong in (town.clock.now() - 1, asked.expires_at, asked.expires_at + HOUR):
        with pytest.raises(InvalidInput):
            await town.write(lambda tx, at=wrong: operations.snooze(tx, town.policy, asked.id, BO, at, version=1))


async def test_the_owner_may_give_more_time_but_seven_days_at_most(town: Town) -> None:
    asked = await town.ask()
    until = asked.expires_at + 24 * HOUR
    after = await town.write(lambda tx: operations.extend(tx, town.policy, asked.id, ANA, until))
    assert after.expires_at == until
    with pytest.raises(InvalidInput, match="seven days"):
        await town.write(lambda tx: operations.extend(tx, town.policy, asked.id, ANA, asked.created_at + 200 * HOUR))
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.extend(tx, town.policy, asked.id, BO, until + HOUR))


async def test_an_extended_question_is_decidable_until_the_new_end(town: Town) -> None:
    asked = await town.ask()
    await town.write(lambda tx: operations.extend(tx, town.policy, asked.id, ANA, asked.expires_at + 24 * HOUR))
    town.clock.advance(30 * HOUR)
    assert (await town.answer(asked)).complete


async def test_the_owner_asks_again_after_the_expiry(any_town: Town) -> None:
    asked = await any_town.ask()
    any_town.clock.advance(24 * HOUR)
    await any_town.write(operations.expire_overdue)
    assert (await any_town.job_of(asked)).status is JobStatus.QUEUED
    await any_town.write(lambda tx: jobs.move(tx, asked.job_id, JobStatus.RUNNING))
    await any_town.write(lambda tx: jobs.move(tx, asked.job_id, JobStatus.EXPIRED))
    fresh = await any_town.write(lambda tx: operations.ask_again(tx, any_town.policy, asked.id, ANA))
    assert fresh.version == 2
    assert fresh.nonce != asked.nonce
    assert fresh.digest == digest_of(fresh)
    assert fresh.expires_at == any_town.clock.now() + 24 * HOUR
    assert (await any_town.question(asked.id)).replaced_by == fresh.id
    assert (await any_town.job_of(asked)).status is JobStatus.QUEUED
    with pytest.raises(Conflict, match=f"E{fresh.id}"):
        await any_town.write(lambda tx: operations.ask_again(tx, any_town.policy, asked.id, ANA))
    assert (await any_town.answer(fresh)).complete


async def test_what_has_not_expired_is_not_asked_again_and_only_the_owner_asks(town: Town) -> None:
    asked = await town.ask()
    with pytest.raises(Conflict, match="has not expired"):
        await town.write(lambda tx: operations.ask_again(tx, town.policy, asked.id, ANA))
    town.clock.advance(24 * HOUR)
    await town.write(operations.expire_overdue)
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.ask_again(tx, town.policy, asked.id, BO))


async def test_what_was_taken_over_is_marked_as_done_once(town: Town) -> None:
    asked = await town.ask()
    await town.answer(asked, verdict=Verdict.TAKEN_OVER)
    done = await town.write(lambda tx: operations.mark_done(tx, town.policy, asked.id, BO))
    assert done.outcome == "done by hand"
    with pytest.raises(Conflict):
        await town.write(lambda tx: operations.mark_done(tx, town.policy, asked.id, BO))


async def test_only_who_took_it_over_or_who_answers_for_it_marks_it_as_done(town: Town) -> None:
    asked = await town.ask(requester=ANA)
    await town.answer(asked, verdict=Verdict.TAKEN_OVER)
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.mark_done(tx, town.policy, asked.id, CHO))
    await town.write(lambda tx: operations.mark_done(tx, town.policy, asked.id, DEE))


async def test_each_change_repaints_the_card(town: Town) -> None:
    asked = await town.ask()
    await town.write(lambda tx: operations.reassign(tx, town.policy, asked.id, BO, FAY, version=1))
    assert [row.kind for row in await town.messages("escalation_card")] == ["post", "update"]
