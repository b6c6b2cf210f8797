"""The stated rules: late work, changed code, budgets, failing targets, damaged rows, agents that are gone."""

import asyncio
from datetime import timedelta

import pytest

from agents.core.clock import FakeClock, SystemClock
from agents.core.contract import Budget, Mode, Overdue
from agents.core.errors import CalmopsError, Conflict, LowConfidence, Transient
from agents.core.job import Job
from agents.core.people import operator
from agents.core.policy import AgentPolicy, DailyBudget, People, Policy
from agents.core.records import Verdict
from agents.core.status import JobStatus, WaitKind
from bot.engine import breaker
from bot.engine.topics import START_OVER
from handlers import operations
from storage import breakers, jobs, queue
from storage.open import open_store
from storage.store import Store
from tests.engine.rig import Rig, rig
from tests.engine.toys import Note, Said, agent, look, paint
from tests.until import until


async def say(job: Job, note: Note) -> Said:
    return Said(text=note.text)


async def test_late_work_is_put_to_people_and_runs_only_on_their_word(sqlite_url: str) -> None:
    """S-E3: the deadline counts from the submission; the job was never claimed before it."""
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)
    async with rig(store, agent(say), start=False) as toys:
        job_id = await toys.submit()
        clock.advance(3601)
        await toys.engine.start()
        asked = await toys.question(job_id)
        assert asked.choices == ("Run it anyway", "Drop it")
        await toys.answer(asked, Verdict.CHOSEN, choice="Run it anyway")
        assert (await toys.reach(job_id)).output == {"text": "hello"}
    await store.close()


async def test_late_work_that_is_dropped_expires(sqlite_url: str) -> None:
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)
    async with rig(store, agent(say), start=False) as toys:
        job_id = await toys.submit()
        clock.advance(3601)
        await toys.engine.start()
        await toys.answer(await toys.question(job_id), Verdict.CHOSEN, choice="Drop it")
        job = await toys.reach(job_id)
        assert (job.status, job.error_code, job.output) == (JobStatus.EXPIRED, "late", None)
    await store.close()


async def test_an_agent_may_have_its_late_work_expire_without_a_question(sqlite_url: str) -> None:
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)
    async with rig(store, agent(say, overdue=Overdue.EXPIRE), start=False) as toys:
        job_id = await toys.submit()
        clock.advance(3601)
        await toys.engine.start()
        assert (await toys.reach(job_id)).status is JobStatus.EXPIRED
        assert await toys.questions(job_id) == []
    await store.close()


async def test_the_time_that_people_take_does_not_make_a_job_late(sqlite_url: str) -> None:
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)

    async def run(job: Job, note: Note) -> Said:
        return Said(text=(await job.call(paint, wall=1)).state)

    async with rig(store, agent(run, mode=Mode.REVIEW)) as toys:
        job_id = await toys.submit()
        asked = await toys.question(job_id)
        clock.advance(5 * 3600)
        await toys.answer(asked)
        assert (await toys.reach(job_id)).output == {"text": "done"}
    await store.close()


async def test_a_deadline_that_passes_while_everything_is_stopped_asks_on_resume(sqlite_url: str) -> None:
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)
    async with rig(store, agent(say)) as toys:
        async with toys.stopped():
            job_id = await toys.submit()
            clock.advance(3601)
        assert (await toys.question(job_id)).choices == ("Run it anyway", "Drop it")
    await store.close()


def asks_between_steps(version: str) -> object:
    async def run(job: Job, note: Note) -> Said:
        first = await job.step("first", _version(version))
        answer = await job.ask("Go on?", choices=["yes", "no"], because="To wait.")
        return Said(text=f"{first} {answer} in {version}")

    return agent(run, version=version)


def _version(version: str) -> object:
    async def tell() -> str:
        return version

    return tell


async def test_a_minor_change_of_the_code_goes_on_with_what_was_recorded(store: Store) -> None:
    async with rig(store, asks_between_steps("1.0")) as old:  # type: ignore[arg-type]
        job_id = await old.submit()
        asked = await old.question(job_id)
    async with rig(store, asks_between_steps("1.1")) as new:  # type: ignore[arg-type]
        await new.answer(asked, Verdict.CHOSEN, choice="yes")
        job = await new.reach(job_id)
        assert (job.output, job.agent_version) == ({"text": "1.0 yes in 1.1"}, "1.1")


@pytest.mark.parametrize(
    ("choice", "output"), [("Go on", "1 yes in 2"), (START_OVER, "2 yes in 2"), ("Stop here", None)]
)
async def test_a_major_change_of_the_code_is_put_to_people(store: Store, choice: str, output: str | None) -> None:
    async with rig(store, asks_between_steps("1")) as old:  # type: ignore[arg-type]
        job_id = await old.submit()
        asked = await old.question(job_id)
    async with rig(store, asks_between_steps("2")) as new:  # type: ignore[arg-type]
        await new.answer(asked, Verdict.CHOSEN, choice="yes")
        doubt = await until(lambda: _open_version(new, job_id))
        await new.answer(doubt, Verdict.CHOSEN, choice=choice)
        job = await new.reach(job_id)
        assert job.output == ({"text": output} if output else None)
        assert job.status is (JobStatus.SUCCEEDED if output else JobStatus.FAILED)


async def _open_version(toys: Rig, job_id: int) -> object:
    asked = await toys.questions(job_id)  # type: ignore[arg-type]
    return next((one for one in asked if one.name.startswith("version") and one.state == "pending"), None)


async def test_a_job_that_recorded_nothing_simply_runs_with_the_new_code(store: Store) -> None:
    async with rig(store, agent(say, version="1"), start=False) as old:
        job_id = await old.submit()
    async with rig(store, agent(say, version="9")) as new:
        job = await new.reach(job_id)
        assert (job.status, job.agent_version) == (JobStatus.SUCCEEDED, "9")


async def test_a_loop_is_stopped_within_one_step_of_its_budget_and_people_may_allow_more(store: Store) -> None:
    """S-D8: ten endless jobs at once."""

    async def run(job: Job, note: Note) -> Said:
        number = 0
        while True:
            number += 1
            await job.step(f"round {number}", _version("x"))  # type: ignore[arg-type]

    async with rig(store, agent(run, budget=Budget(steps=5))) as toys:
        job_id, *others = [await toys.submit() for _ in range(10)]
        for other in others:
            await toys.question(other)
            assert (await toys.job(other)).used["steps"] == 5
        asked = await toys.question(job_id)
        assert asked.choices == ("Allow as much again", "Stop here")
        assert (await toys.job(job_id)).used["steps"] == 5
        await toys.answer(asked, Verdict.CHOSEN, choice="Allow as much again")
        again = await until(lambda: _newer(toys, job_id, asked.id))
        assert (await toys.job(job_id)).used["steps"] == 10
        await toys.answer(again, Verdict.CHOSEN, choice="Stop here")
        job = await toys.reach(job_id)
        assert (job.status, job.error_code) == (JobStatus.FAILED, "budget_exceeded")


async def _newer(toys: Rig, job_id: int, than: int) -> object:
    asked = [one for one in await toys.questions(job_id) if one.id > than]  # type: ignore[arg-type]
    return asked[-1] if asked else None


@pytest.mark.parametrize(
    ("budget", "what", "most"),
    [
        (Budget(tool_calls=2), "tool calls", {"tool_calls": 3}),
        (Budget(tokens=100), "tokens", {"tokens": 160}),
        (Budget(cost_usd=0.5), "USD", {"cost_usd": 0.8}),
        (Budget(wall=timedelta(seconds=0.3)), "seconds", {}),
    ],
)
async def test_every_budget_stops_and_asks(store: Store, budget: Budget, what: str, most: dict[str, float]) -> None:
    """S-D7: one step of 60 tokens, or of 0.30 USD, may go over, and no second one; the call that was refused is counted."""

    async def run(job: Job, note: Note) -> Said:
        for number in range(100):
            await job.call(look, wall=number)
            if what == "seconds":
                await _wait()
            else:
                await job.spend(tokens=60 if what == "tokens" else 0, cost_usd=0.3 if what == "USD" else 0.0)
        return Said(text="never")

    async with rig(store, agent(run, budget=budget)) as toys:
        job_id = await toys.submit()
        assert what in (await toys.question(job_id)).question
        used = (await toys.job(job_id)).used
        assert {name for name, limit in most.items() if not 0 < used[name] <= limit} == set(), used


async def _wait() -> None:
    await asyncio.sleep(0.05)


async def test_an_agent_that_used_up_its_day_waits_for_the_next_and_its_owner_is_told_once(sqlite_url: str) -> None:
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)

    async def run(job: Job, note: Note) -> Said:
        await job.spend(tokens=60)
        return Said(text="")

    people = People(users=frozenset({"UBO"}))
    policy = Policy(agents={"toy": AgentPolicy(owner=people, approvers=people, daily=DailyBudget(tokens=100))})
    async with rig(store, agent(run), policy=policy) as toys:
        first, second = await toys.submit(), None
        assert (await toys.reach(first)).status is JobStatus.SUCCEEDED
        second = await toys.submit()
        assert "60 tokens" not in str(await toys.questions(first))
        await toys.question(second)
        later = [await toys.submit() for _ in range(3)]
        for job_id in later:
            job = await toys.reach(job_id, JobStatus.WAITING)
            assert (job.wait_kind, job.wait_for) == (WaitKind.TIMER, "the next day")
        told = await store.read(
            lambda tx: tx.connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE view = 'owner_notice'").scalar()
        )
        assert told == 1
        clock.advance(24 * 3600)
        await store.write(queue.wake_due)
        await until(lambda: _none_waits_for_tomorrow(toys, later))
    await store.close()


async def _none_waits_for_tomorrow(toys: Rig, some: list[int]) -> bool:
    found = [await toys.job(job_id) for job_id in some]  # type: ignore[arg-type]
    return all(job.wait_for != "the next day" for job in found)


async def test_a_target_that_fails_is_given_a_rest_and_asked_by_one_at_a_time(sqlite_url: str) -> None:
    """S-D4: down for ten minutes with twenty jobs before it; one try in each rest, and all are done afterwards."""
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)

    async def run(job: Job, note: Note) -> Said:
        return Said(text=str((await job.call(paint, wall=1)).result))

    async with rig(store, agent(run, deadline=timedelta(days=1))) as toys:
        toys.shop.next_errors = [Transient("down") for _ in range(1000)]
        some = [await toys.submit() for _ in range(20)]
        for job_id in some:
            await toys.reach(job_id, JobStatus.WAITING)
        tried = len(toys.shop.calls)
        assert breaker.FAILURES <= tried <= 20
        for _ in range(20):
            clock.advance(31)
            before = len(toys.shop.calls)
            await store.write(queue.wake_due)
            await until(lambda: _all_wait(toys, some))
            assert len(toys.shop.calls) - before <= 1
        assert {(await toys.job(job_id)).status for job_id in some} == {JobStatus.WAITING}
        toys.shop.next_errors = []
        for _ in range(4):
            clock.advance(700)
            await store.write(queue.wake_due)
            await until(lambda: _none_is_open(toys, some))
        assert [(await toys.job(job_id)).status for job_id in some] == [JobStatus.SUCCEEDED] * 20
        assert await store.read(breakers.all_of) == {}
    await store.close()


async def _all_wait(toys: Rig, some: list[int]) -> bool:
    found = [await toys.job(job_id) for job_id in some]  # type: ignore[arg-type]
    return toys.engine.running == 0 and all(job.status in (JobStatus.WAITING, JobStatus.SUCCEEDED) for job in found)


async def _none_is_open(toys: Rig, some: list[int]) -> bool:
    return await _all_wait(toys, some)


async def test_a_job_whose_agent_is_gone_is_a_dead_letter_that_says_so(store: Store) -> None:
    async with rig(store, agent(say), start=False) as old:
        job_id = await old.submit()
    async with rig(store, agent(say, name="other")) as new:
        job = await new.reach(job_id)
        assert (job.status, job.error_code) == (JobStatus.DEAD, "agent_gone")
        assert "no agent named toy" in str(job.error)


@pytest.mark.parametrize("column", ["input", "source", "used"])
async def test_a_damaged_payload_is_named_and_harms_nobody_else(store: Store, column: str) -> None:
    async with rig(store, agent(say), start=False) as toys:
        damaged, fine = await toys.submit(), await toys.submit()
        await store.write(
            lambda tx: tx.connection.exec_driver_sql(f"UPDATE jobs SET {column} = '{{not json' WHERE id = {damaged}")
        )
        await toys.engine.start()
        assert (await toys.reach(fine)).status is JobStatus.SUCCEEDED
        job = await toys.reach(damaged)
        assert job.status is (JobStatus.DEAD if column == "input" else JobStatus.SUCCEEDED)
        if column == "input":
            assert "damaged" in str(job.error)


async def test_a_damaged_step_is_a_dead_letter_not_another_answer(store: Store) -> None:
    async with rig(store, asks_between_steps("1")) as toys:  # type: ignore[arg-type]
        job_id = await toys.submit()
        asked = await toys.question(job_id)
        await store.write(lambda tx: tx.connection.exec_driver_sql("UPDATE steps SET result = '{not json'"))
        await toys.answer(asked, Verdict.CHOSEN, choice="yes")
        job = await toys.reach(job_id)
        assert job.status is JobStatus.DEAD
        assert "damaged" in str(job.error)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (ValueError("a bug"), JobStatus.DEAD, "ValueError"),
        (LowConfidence("unsure"), JobStatus.WAITING, "low_confidence"),
        (TimeoutError("slow"), JobStatus.WAITING, "TimeoutError"),
        (PermissionError("a bug"), JobStatus.DEAD, "PermissionError"),
    ],
)
async def test_what_an_agent_raises_takes_the_path_of_its_class(
    store: Store, error: Exception, status: JobStatus, code: str
) -> None:
    async def run(job: Job, note: Note) -> Said:
        raise error

    async with rig(store, agent(run)) as toys:
        job = await toys.reach(await toys.submit(), JobStatus.DEAD, JobStatus.WAITING)
        assert (job.status, job.error_code) == (status, code)


async def test_an_output_that_breaks_the_contract_is_a_dead_letter(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        return {"nonsense": 1}  # type: ignore[return-value]

    async with rig(store, agent(run)) as toys:
        job = await toys.reach(await toys.submit())
        assert job.status is JobStatus.DEAD
        assert "contract" in str(job.error)


async def test_a_dead_letter_is_run_again_once_however_often_the_button_is_pressed(sqlite_url: str) -> None:
    """S-D6: ten presses at the same moment, from two processes' connections: the card's and the command line's."""
    ran = []

    async def run(job: Job, note: Note) -> Said:
        ran.append(1)
        if len(ran) == 1:
            raise ValueError("first time")
        return Said(text="second time")

    store, other = [await open_store(sqlite_url, SystemClock()) for _ in range(2)]
    async with rig(store, agent(run)) as toys:
        job = await toys.reach(await toys.submit())
        doors = [(store, toys.operator), (other, operator("dee"))] * 5
        async with toys.stopped():
            pressed = await asyncio.gather(
                *(
                    at.write(lambda tx, by=by: operations.retry(tx, toys.policy, job.id, by))  # type: ignore[misc]
                    for at, by in doors
                ),
                return_exceptions=True,
            )
        assert [isinstance(one, CalmopsError) for one in pressed].count(True) == 9
        done = await toys.reach(job.id, JobStatus.SUCCEEDED)
        assert (done.output, done.replays, len(ran)) == ({"text": "second time"}, 1, 2)
        assert (await toys.events(job.id)).count("job.requeued") == 1
    await store.close()
    await other.close()


async def test_a_dead_letter_cannot_be_tried_again_for_ever(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        raise ValueError("always")

    async with rig(store, agent(run)) as toys:
        job = await toys.reach(await toys.submit())
        for _ in range(jobs.MAX_REPLAYS):
            await store.write(lambda tx: operations.retry(tx, toys.policy, job.id, toys.operator))
            await toys.reach(job.id, JobStatus.DEAD)
        with pytest.raises(Conflict, match="5 times"):
            await store.write(lambda tx: operations.retry(tx, toys.policy, job.id, toys.operator))
