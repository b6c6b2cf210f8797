"""Stopping and pausing, many times over: nothing begins in between, and what became late meanwhile is asked about."""

from collections.abc import Awaitable, Callable
from itertools import pairwise

import pytest

from agents.core.clock import FakeClock
from agents.core.contract import Budget
from agents.core.ids import JobId
from agents.core.job import Job
from agents.core.people import operator
from agents.core.status import JobStatus
from handlers import operations
from storage import controls, trail
from storage.open import open_store
from storage.store import Store
from tests.engine.rig import Rig, rig
from tests.engine.toys import Note, Said, agent, paint
from tests.until import until

pytestmark = pytest.mark.usefixtures("unsampled")

FILE = operator("stop file")


async def busy(job: Job, note: Note) -> Said:
    """Goes on changing things for as long as it may."""
    number = 0
    while True:
        number += 1
        await job.call(paint, wall=number)


BUSY = agent(busy, budget=Budget(steps=100_000, tool_calls=100_000))


async def say(job: Job, note: Note) -> Said:
    return Said(text=note.text)


async def stop(toys: Rig, number: int) -> None:
    """By each door in turn: a person, the command line, the file."""
    match number % 3:
        case 0:
            await toys.store.write(lambda tx: operations.stop_all(tx, toys.policy, toys.operator))
        case 1:
            await toys.store.write(lambda tx: operations.stop_all(tx, toys.policy, operator("dee")))
        case _:
            await toys.store.write(lambda tx: operations.obey_flag(tx, toys.policy, FILE, present=True))


async def go_on(toys: Rig, number: int) -> None:
    if number % 3 == 2:
        await toys.store.write(lambda tx: operations.obey_flag(tx, toys.policy, FILE, present=False))
    else:
        await toys.store.write(lambda tx: operations.resume_all(tx, toys.policy, toys.operator))


async def one_round(toys: Rig, number: int) -> None:
    """Two jobs at work, stopped in the middle, and ended under the stop."""
    before = len(toys.shop.calls)
    some = [await toys.submit() for _ in range(2)]
    await until(lambda: len(toys.shop.calls) > before + 3, what="effects")
    await stop(toys, number)
    await until(lambda: toys.engine.running == 0, what="the jobs to leave their worker")
    for job_id in some:
        await toys.store.write(lambda tx, it=job_id: operations.cancel(tx, toys.policy, it, toys.operator))  # type: ignore[misc]


async def begun_while_stopped(store: Store) -> tuple[int, int, list[int]]:
    """How many stops and how many intents of effects the audit tells of, and the places of those that came under a stop."""
    rows = await store.read(lambda tx: trail.rows(tx, limit=100_000))
    told = [row for row in rows if row.event in ("stop.set", "stop.lifted", "effect.intended")]
    bad = [later.seq for one, later in pairwise(told) if one.event == "stop.set" and later.event == "effect.intended"]
    events = [row.event for row in told]
    return events.count("stop.set"), events.count("effect.intended"), bad


@pytest.mark.timeout(600)
async def test_of_many_stops_by_every_door_none_lets_an_effect_begin(store: Store, long_counts: bool) -> None:
    """S-I1: twenty stops in the middle of work, with a restart under every fifth. The audit has them all in one order."""
    rounds, number = (100 if long_counts else 20), 0
    while number < rounds:
        async with rig(store, BUSY) as toys:
            if number:
                await go_on(toys, number - 1)
            for _ in range(5):
                await one_round(toys, number)
                number += 1
                if number % 5:
                    await go_on(toys, number - 1)
    stops, intents, bad = await begun_while_stopped(store)
    assert (stops, bad) == (rounds, [])
    assert intents > 3 * rounds


async def test_an_effect_under_a_stop_would_be_noticed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """S-I1."""
    monkeypatch.setattr(controls, "check_halt", lambda *_, **__: None)
    async with rig(store, BUSY) as toys:
        await toys.submit()
        await until(lambda: len(toys.shop.calls) > 3, what="effects")
        await stop(toys, 0)
        seen = len(toys.shop.calls)
        await until(lambda: len(toys.shop.calls) > seen + 3, what="effects under a stop")
    assert (await begun_while_stopped(store))[2] != []


async def test_an_agent_is_paused_and_resumed_again_and_again_beside_one_that_works(store: Store) -> None:
    """S-I2: twenty times; every job runs once, and none while its agent is paused."""
    async with rig(store, agent(say), agent(say, name="other")) as toys:
        for number in range(20):
            await store.write(lambda tx: operations.pause(tx, toys.policy, "toy", toys.operator))
            held = await toys.submit("toy", text=f"toy {number}")
            assert (await toys.reach(await toys.submit("other"))).status is JobStatus.SUCCEEDED
            assert (await toys.job(held)).status is JobStatus.QUEUED
            await store.write(lambda tx: operations.resume(tx, toys.policy, "toy", toys.operator))
            assert (await toys.reach(held)).output == {"text": f"toy {number}"}
            assert (await toys.events(held)).count("job.succeeded") == 1


Act = Callable[[Rig], Awaitable[object]]
HALTS: dict[str, tuple[Act, Act]] = {
    "stopped": (lambda toys: stop(toys, 0), lambda toys: go_on(toys, 0)),
    "paused": (
        lambda toys: toys.store.write(lambda tx: operations.pause(tx, toys.policy, "toy", toys.operator)),
        lambda toys: toys.store.write(lambda tx: operations.resume(tx, toys.policy, "toy", toys.operator)),
    ),
}


@pytest.mark.parametrize("how", HALTS)
async def test_work_that_became_late_under_a_halt_is_asked_about_and_does_not_run(sqlite_url: str, how: str) -> None:
    """S-C10: ten jobs each way; one that is still in time runs."""
    halt, resume = HALTS[how]
    clock, ran = FakeClock(), list[str]()
    store = await open_store(sqlite_url, clock)

    async def run(job: Job, note: Note) -> Said:
        ran.append(note.text)
        return Said(text=note.text)

    async with rig(store, agent(run)) as toys:
        await halt(toys)
        late: list[JobId] = [await toys.submit(text="late") for _ in range(10)]
        clock.advance(3601)
        in_time = await toys.submit(text="in time")
        await resume(toys)
        for job_id in late:
            assert (await toys.question(job_id)).choices == ("Run it anyway", "Drop it")
        assert (await toys.reach(in_time)).status is JobStatus.SUCCEEDED
        assert ran == ["in time"]
    await store.close()
