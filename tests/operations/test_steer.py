"""Stopping is open to many, starting again and gaining power to few; a stop is a stop."""

import pytest

from agents.core.errors import Conflict, Halted, NotAllowed
from agents.core.people import SYSTEM, Person, PersonKind, operator
from agents.core.records import EscalationState
from agents.core.status import JobStatus
from handlers import operations
from storage import controls, jobs
from tests.operations.town import ANA, BO, CHO, DEE, FAY, Town, person

GUEST, OUTSIDER = person("cho", PersonKind.GUEST), person("eve", PersonKind.EXTERNAL, team="T0OTHER")
FLAG = Person(id=SYSTEM, kind=PersonKind.OPERATOR)


@pytest.mark.parametrize("who", [CHO, ANA, BO, FAY, DEE, operator("root")], ids=lambda one: one.name)
async def test_requester_owner_approvers_and_operators_cancel_a_job(town: Town, who: Person) -> None:
    asked = await town.ask(requester=CHO)
    job = await town.write(lambda tx: operations.cancel(tx, town.policy, asked.job_id, who))
    assert job.status is JobStatus.CANCELLED
    assert (await town.question(asked.id)).state is EscalationState.WITHDRAWN


@pytest.mark.parametrize("who", [CHO, GUEST, OUTSIDER], ids=lambda one: str(one.kind))
async def test_nobody_else_cancels_and_the_refusal_is_written_down(town: Town, who: Person) -> None:
    asked = await town.ask(requester=ANA)
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.cancel(tx, town.policy, asked.job_id, who))
    assert (await town.last("steer.refused"))["act"] == "stop this job"
    assert (await town.job_of(asked)).status is JobStatus.WAITING


async def test_cancelling_a_job_stops_its_children_too(town: Town) -> None:
    parent, child = await town.job(), await town.job()
    await town.write(lambda tx: jobs.change(tx, child.id, parent_id=parent.id))
    await town.write(lambda tx: operations.cancel(tx, town.policy, parent.id, CHO))
    after = await town.read(lambda tx: [jobs.get(tx, parent.id), jobs.get(tx, child.id)])
    assert [job.cancel_asked for job in after] == [True, True]


async def test_what_is_finished_cannot_be_cancelled(town: Town) -> None:
    job = await town.job()
    await town.write(lambda tx: jobs.move(tx, job.id, JobStatus.SUCCEEDED))
    with pytest.raises(Conflict, match="already succeeded"):
        await town.write(lambda tx: operations.cancel(tx, town.policy, job.id, CHO))


async def test_once_everything_is_stopped_no_effect_begins_until_an_operator_resumes(any_town: Town) -> None:
    town = any_town
    await town.write(lambda tx: operations.effects_allowed(tx, "clerk"))
    assert await town.write(lambda tx: operations.stop_all(tx, town.policy, BO, reason="strange mails"))
    assert not await town.write(lambda tx: operations.stop_all(tx, town.policy, ANA))
    with pytest.raises(Halted):
        await town.write(lambda tx: operations.effects_allowed(tx, "clerk"))
    for who in (BO, ANA, CHO):
        with pytest.raises(NotAllowed):
            await town.write(lambda tx, who=who: operations.resume_all(tx, town.policy, who))
    assert await town.write(lambda tx: operations.resume_all(tx, town.policy, DEE))
    await town.write(lambda tx: operations.effects_allowed(tx, "clerk"))


@pytest.mark.parametrize("who", [CHO, GUEST, OUTSIDER], ids=lambda one: str(one.kind))
async def test_not_everybody_stops_everything(town: Town, who: Person) -> None:
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.stop_all(tx, town.policy, who))


async def test_a_paused_agent_begins_nothing_and_others_go_on(town: Town) -> None:
    assert await town.write(lambda tx: operations.pause(tx, town.policy, "clerk", BO, reason="month end"))
    assert await town.read(lambda tx: operations.is_paused(tx, "clerk"))
    assert not await town.read(lambda tx: operations.is_paused(tx, "cler"))
    with pytest.raises(Halted, match="clerk is paused"):
        await town.write(lambda tx: operations.effects_allowed(tx, "clerk"))
    await town.write(lambda tx: operations.effects_allowed(tx, "other"))
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.resume(tx, town.policy, "clerk", BO))
    assert await town.write(lambda tx: operations.resume(tx, town.policy, "clerk", ANA))


async def test_resuming_everything_leaves_paused_agents_paused(town: Town) -> None:
    await town.write(lambda tx: operations.pause(tx, town.policy, "clerk", BO))
    await town.write(lambda tx: operations.stop_all(tx, town.policy, BO))
    await town.write(lambda tx: operations.resume_all(tx, town.policy, DEE))
    assert await town.read(lambda tx: operations.is_paused(tx, "clerk"))


async def test_the_stop_file_stops_and_its_removal_resumes(town: Town) -> None:
    assert await town.write(lambda tx: operations.obey_flag(tx, town.policy, FLAG, present=True))
    assert not await town.write(lambda tx: operations.obey_flag(tx, town.policy, FLAG, present=True))
    assert (await town.read(controls.halts)).stopped
    assert await town.write(lambda tx: operations.obey_flag(tx, town.policy, FLAG, present=False))
    assert not (await town.read(controls.halts)).stopped


async def test_a_stop_by_a_person_does_not_end_because_there_is_no_file(town: Town) -> None:
    await town.write(lambda tx: operations.stop_all(tx, town.policy, BO))
    assert not await town.write(lambda tx: operations.obey_flag(tx, town.policy, FLAG, present=False))
    assert (await town.read(controls.halts)).stopped


async def test_owners_are_told(town: Town) -> None:
    await town.write(lambda tx: operations.pause(tx, town.policy, "clerk", BO))
    await town.write(lambda tx: operations.stop_all(tx, town.policy, BO))
    told = await town.messages("owner_notice")
    assert [(row.channel, row.params["what"]) for row in told] == [("U0ANA", "paused"), ("U0ANA", "stopped")]


async def test_a_failed_job_is_put_back_by_those_who_may(town: Town) -> None:
    job = await town.job(ANA)
    await town.write(lambda tx: jobs.move(tx, job.id, JobStatus.FAILED, error="no"))
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.retry(tx, town.policy, job.id, CHO))
    assert (await town.write(lambda tx: operations.retry(tx, town.policy, job.id, FAY))).status is JobStatus.QUEUED
    with pytest.raises(Conflict):
        await town.write(lambda tx: operations.retry(tx, town.policy, job.id, FAY))
