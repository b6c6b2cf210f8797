"""Waiting costs a row: for a time, an event, children; and several attempts with a check that chooses."""

import pytest

from agents.core.attempts import Candidates, Choice, best_of
from agents.core.clock import FakeClock
from agents.core.contract import AgentSpec
from agents.core.errors import Conflict, LowConfidence
from agents.core.ids import JobId
from agents.core.job import Job
from agents.core.status import JobStatus, WaitKind
from handlers import operations
from storage import jobs, queue
from storage.open import open_store
from storage.store import Store
from tests.engine.rig import ANA, rig
from tests.engine.toys import Note, Said, agent
from tests.until import until


async def test_a_sleeping_job_wakes_at_its_time_and_not_before(sqlite_url: str) -> None:
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)
    ran = []

    async def run(job: Job, note: Note) -> Said:
        ran.append(1)
        await job.sleep("a while", 600)
        return Said(text="rested")

    async with rig(store, agent(run)) as toys:
        job_id = await toys.submit()
        job = await toys.reach(job_id, JobStatus.WAITING)
        assert (job.wait_kind, job.wake_at) == (WaitKind.TIMER, clock.now() + 600)
        clock.advance(599)
        await store.write(queue.wake_due)
        assert (await toys.job(job_id)).status is JobStatus.WAITING
        clock.advance(2)
        assert (await toys.reach(job_id)).output == {"text": "rested"}
        assert len(ran) == 2
    await store.close()


async def test_an_event_wakes_the_job_with_its_payload(any_store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        return Said(text=str(await job.wait_for_event("paid", seconds=3600)))

    async with rig(any_store, agent(run)) as toys:
        job_id = await toys.submit()
        await toys.reach(job_id, JobStatus.WAITING)
        post = lambda tx: operations.post_event(tx, job_id, "paid", {"amount": 3}, by=ANA)  # noqa: E731
        assert await any_store.write(lambda tx: (post(tx), post(tx))) == (True, False)
        assert (await toys.reach(job_id)).output == {"text": "{'amount': 3}"}
        with pytest.raises(Conflict):
            await any_store.write(post)


async def test_an_event_that_came_before_the_job_waits_for_it_is_not_missed(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        return Said(text=str(await job.wait_for_event("paid", seconds=3600)))

    async with rig(store, agent(run), start=False) as toys:
        job_id = await toys.submit()
        await store.write(lambda tx: operations.post_event(tx, job_id, "paid", 7, by=ANA))
        await toys.engine.start()
        assert (await toys.reach(job_id)).output == {"text": "7"}


async def test_an_event_that_does_not_come_in_time_is_none(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        return Said(text=str(await job.wait_for_event("paid", seconds=0.2)))

    async with rig(store, agent(run)) as toys:
        assert (await toys.reach(await toys.submit())).output == {"text": "None"}


async def double(job: Job, note: Note) -> Said:
    if note.text == "bad":
        raise ValueError("not this one")
    return Said(text=note.text * 2)


def parent(*texts: str) -> AgentSpec[Note, Said]:
    async def run(job: Job, note: Note) -> Said:
        children = [await job.spawn("double", Note(text=text), name=text) for text in texts]
        return Said(text=str([one and one["text"] for one in await job.gather(*children)]))

    return agent(run, name="parent")


async def test_a_parent_waits_for_all_its_children_and_gets_their_outputs_in_order(any_store: Store) -> None:
    async with rig(any_store, parent("a", "bad", "c"), agent(double, name="double")) as toys:
        job_id = await toys.submit("parent")
        assert (await toys.reach(job_id)).output == {"text": "['aa', None, 'cc']"}


async def test_children_are_started_once_also_when_the_parent_is_run_again(store: Store) -> None:
    async with rig(store, parent("a", "b"), agent(double, name="double")) as toys:
        job_id = await toys.submit("parent")
        await toys.reach(job_id)
        everybody = await store.read(lambda tx: jobs.recent(tx, limit=50))
        assert len(everybody) == 3


async def test_an_agent_that_starts_itself_over_and_over_is_stopped(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        child = await job.spawn("toy", Note(text="deeper"), name="again")
        await job.gather(child)
        return Said(text="")

    async with rig(store, agent(run)) as toys:
        await toys.reach(await toys.submit())
        assert len(await store.read(lambda tx: jobs.recent(tx, limit=50))) == 5


async def test_stopping_a_parent_stops_its_children(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        await job.sleep("long", 3600)
        return Said(text="")

    async with rig(store, parent("a"), agent(run, name="double")) as toys:
        job_id = await toys.submit("parent")
        await toys.reach(job_id, JobStatus.WAITING)
        child = JobId(job_id + 1)
        await toys.reach(child, JobStatus.WAITING)
        await store.write(lambda tx: operations.cancel(tx, toys.policy, job_id, toys.operator))
        assert (await toys.job(child)).status is JobStatus.CANCELLED


def contest(check: str = "longest") -> AgentSpec[Note, Said]:
    async def run(job: Job, note: Note) -> Said:
        best = await best_of(job, "double", note, n=3, check=check, name="try")
        return Said(text=f"{best.answer['text']} because {best.because}")

    return agent(run, name="contest")


def judge(winner: int | None) -> AgentSpec[Candidates, Choice]:
    async def run(job: Job, given: Candidates) -> Choice:
        assert given.task == {"text": "ab"}
        return Choice(winner=winner, because=f"there are {len(given.answers)}")

    return agent(run, name="longest", input=Candidates, output=Choice)  # type: ignore[arg-type,return-value]


async def test_the_best_of_several_attempts_is_chosen_by_another_agent(store: Store) -> None:
    async with rig(store, contest(), judge(1), agent(double, name="double")) as toys:
        job_id = await toys.submit("contest", text="ab")
        assert (await toys.reach(job_id)).output == {"text": "abab because there are 3"}


async def test_when_no_attempt_is_good_enough_people_decide(store: Store) -> None:
    async with rig(store, contest(), judge(None), agent(double, name="double")) as toys:
        job_id = await toys.submit("contest", text="ab")
        asked = await until(lambda: _asked(toys, job_id))
        assert "good enough" in asked
        assert (await toys.job(job_id)).error_code == LowConfidence.code


async def _asked(toys: object, job_id: JobId) -> str:
    return " ".join(one.question for one in await toys.questions(job_id))  # type: ignore[attr-defined]


async def test_nobody_checks_their_own_answers(store: Store) -> None:
    async with rig(store, contest(check="double"), agent(double, name="double")) as toys:
        job = await toys.reach(await toys.submit("contest", text="ab"))
        assert (job.status, job.error_code) == (JobStatus.FAILED, "invalid_input")
