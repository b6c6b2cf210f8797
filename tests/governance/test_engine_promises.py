"""The promises with the engine running: shadow changes nothing, a stop stops, and what was approved is what runs."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from agents.core.contract import Mode
from agents.core.job import CallState, Job
from agents.core.records import EscalationState, Verdict
from agents.core.status import JobStatus
from handlers import operations
from storage import controls, trail
from storage.store import Store
from storage.tables import escalations
from tests.engine.rig import BO, Rig, policy_for, rig
from tests.engine.toys import Note, Said, agent, keyed, paint, risky, undoable
from tests.until import until


@pytest.fixture(autouse=True)
def nothing_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """One automatic call in a hundred would be put to people, and these tests are about the others."""
    monkeypatch.setattr("bot.engine.ruling.is_sampled", lambda *_: False)


TOOLS = (paint, keyed, undoable, risky)


async def everything(job: Job, note: Note) -> Said:
    """Calls every tool that changes something."""
    states = [(await job.call(tool, wall=number)).state for number, tool in enumerate(TOOLS)]
    return Said(text=" ".join(states))


async def one(job: Job, note: Note) -> Said:
    return Said(text=(await job.call(paint, wall=1)).state)


@pytest.mark.timeout(600)
async def test_in_shadow_nothing_is_ever_changed(store: Store, long_counts: bool) -> None:
    """S-I3."""
    number = 1_000 if long_counts else 60
    toy = agent(everything, mode=Mode.SHADOW)
    async with rig(store, toy) as town:
        jobs = [await town.submit() for _ in range(number)]
        for job_id in jobs:
            done = await town.reach(job_id, JobStatus.SUCCEEDED, seconds=300)
            assert done.output == {"text": " ".join([CallState.SHADOW] * len(TOOLS))}
        assert town.shop.calls == []
        (practised, *_) = await town.questions(jobs[0])
        assert practised.kind == "shadow"


async def test_the_same_agent_acts_outside_shadow(store: Store) -> None:
    """S-I3."""
    async with rig(store, agent(one)) as town:
        await town.reach(await town.submit(), JobStatus.SUCCEEDED)
        assert len(town.shop.calls) == 1


async def stopped(town: Rig) -> None:
    bo = await town.crowd.person(BO)
    await town.store.write(lambda tx: operations.stop_all(tx, town.policy, bo, reason="test"))


async def busy(job: Job, note: Note) -> Said:
    """Goes on changing things for as long as it may."""
    for number in range(40):
        await job.call(paint, wall=number)
        await asyncio.sleep(0.01)
    return Said(text="done")


async def test_after_the_confirmation_of_a_stop_no_new_effect_begins_also_after_a_restart(store: Store) -> None:
    """S-I1."""
    toy = agent(busy)
    async with rig(store, toy) as town:
        jobs = [await town.submit() for _ in range(3)]
        await until(lambda: len(town.shop.calls) > 5, seconds=20)
        await stopped(town)
        confirmed = len(await intents(store))
        for job_id in jobs:
            await town.reach(job_id, JobStatus.QUEUED)
        at_rest = len(town.shop.calls)
        assert (at_rest, len(await intents(store))) == (confirmed, confirmed)
        shop = town.shop
    async with rig(store, toy, shop=shop) as town:
        await asyncio.sleep(0.7)
        assert len(shop.calls) == at_rest
        bo = await town.crowd.person(BO)
        await store.write(lambda tx: operations.resume_all(tx, town.policy, bo))
        for job_id in jobs:
            await town.reach(job_id, JobStatus.SUCCEEDED, seconds=120)
    assert len(shop.calls) == 3 * 40


async def test_without_the_check_effects_would_go_on(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(controls, "check_halt", lambda *_, **__: None)
    async with rig(store, agent(busy)) as town:
        await town.submit()
        await until(lambda: len(town.shop.calls) > 3, seconds=20)
        await stopped(town)
        before = len(await intents(store))
        await until(lambda: len(town.shop.calls) > 12, seconds=20)
        assert len(await intents(store)) > before


async def intents(store: Store) -> list[int]:
    return [
        row.seq for row in await store.read(lambda tx: trail.rows(tx, limit=10_000)) if row.event == "effect.intended"
    ]


def swaps() -> list[dict[str, Any]]:
    """Ways to put another call in the place of the one that was approved, in the database itself."""
    return [
        {"args": {"wall": 99, "colour": "blue"}},
        {"args": {"wall": 1, "colour": "red"}},
        {"edits": {"wall": 1, "colour": "red"}},
        {"tool": "shop.risky"},
        {"nonce": "another"},
        {"requester": "T0/UEVE"},
        {"record_version": "v9"},
        {"args": {"wall": 1, "colour": "red"}, "digest": "0" * 64},
    ]


@pytest.mark.parametrize("swap", swaps(), ids=lambda swap: "+".join(swap))
async def test_what_is_put_in_the_place_of_an_approved_call_does_not_run(store: Store, swap: dict[str, Any]) -> None:
    toy = agent(one, mode=Mode.REVIEW)
    async with rig(store, toy) as town:
        await stopped(town)
        job_id = await town.submit()
        bo = await town.crowd.person(BO)
        await store.write(lambda tx: operations.resume_all(tx, town.policy, bo))
        asked = await town.question(job_id)
        await stopped(town)
        await town.answer(asked)
        await store.write(lambda tx: tx.execute(update(escalations).where(escalations.c.id == asked.id).values(**swap)))
        await store.write(lambda tx: operations.resume_all(tx, town.policy, bo))
        await until(lambda: settled(town, job_id), seconds=20)
        assert town.shop.calls == []


async def settled(town: Rig, job_id: Any) -> bool:
    """The job ended, or asks anew."""
    job = await town.job(job_id)
    if job.status in (JobStatus.FAILED, JobStatus.DEAD, JobStatus.SUCCEEDED):
        return True
    open_now = [asked for asked in await town.questions(job_id) if asked.state is EscalationState.PENDING]
    return job.status is JobStatus.WAITING and bool(open_now)


async def test_the_approved_call_runs_once_as_it_was_approved(store: Store) -> None:
    toy = agent(one, mode=Mode.REVIEW)
    async with rig(store, toy, policy=policy_for([toy])) as town:
        job_id = await town.submit()
        asked = await town.question(job_id)
        await town.answer(asked)
        with pytest.raises(Exception, match="before you"):
            await town.answer(asked, Verdict.APPROVED)
        await town.reach(job_id, JobStatus.SUCCEEDED)
        assert [args for _, args in town.shop.calls] == [{"wall": 1, "colour": "blue"}]
        rows = await store.read(trail.rows)
        intended = next(row for row in rows if row.event == "effect.intended")
        answered = next(row for row in rows if row.event == "escalation.answered")
        assert intended.data["args_digest"] == answered.data["args_digest"]
