"""Workers that die or stall: their jobs are taken back, and what they write too late is refused."""

import asyncio
from dataclasses import dataclass, field

import pytest

from agents.core.contract import Mode
from agents.core.errors import CancelAsked, LostLease
from agents.core.ids import JobId
from agents.core.job import Job
from agents.core.records import EffectState, EscalationKind
from agents.core.status import JobStatus
from bot.engine import Limits
from bot.engine.owner import is_dead, worker_name
from bot.engine.reaper import Reaper, reap
from handlers import operations
from storage import controls, jobs, journal, leases, queue
from storage.store import Store
from tests.engine.rig import policy_for, rig
from tests.engine.toys import Note, Said, agent, keyed, paint
from tests.until import until

QUIET = Limits(poll=0.2, sweep=3600, beat=3600)
"""Nobody sweeps by themselves."""


@dataclass
class Steps:
    """How often each step was really done."""

    done: list[str] = field(default_factory=list)

    async def one(self) -> str:
        self.done.append("one")
        return "one"

    async def two(self) -> str:
        self.done.append("two")
        return "two"


async def take_back(store: Store, job_id: JobId) -> None:
    """What the reaper does to a job whose worker is gone."""
    policy = policy_for([])
    for lease in await store.read(leases.running):
        if lease.job_id == job_id:
            assert await store.write(lambda tx, lease=lease: reap(tx, policy, lease))


async def test_a_job_goes_on_at_its_next_step_after_its_worker_was_lost(any_store: Store) -> None:
    steps, reached, block = Steps(), asyncio.Event(), asyncio.Event()

    async def run(job: Job, note: Note) -> Said:
        await job.step("one", steps.one)
        if not reached.is_set():
            reached.set()
            await block.wait()
        await job.step("two", steps.two)
        return Said(text="done")

    async with rig(any_store, agent(run), limits=QUIET) as first:
        job_id = await first.submit()
        await reached.wait()
        await take_back(any_store, job_id)
        async with rig(any_store, agent(run)) as second:
            assert (await second.reach(job_id)).output == {"text": "done"}
        assert steps.done == ["one", "two"]
        block.set()


async def test_nothing_that_a_zombie_writes_is_accepted(any_store: Store) -> None:
    steps, reached, block = Steps(), asyncio.Event(), asyncio.Event()
    refused: list[BaseException] = []

    async def run(job: Job, note: Note) -> Said:
        if not reached.is_set():
            reached.set()
            await block.wait()
            for write in (
                lambda: job.step("one", steps.one),
                lambda: job.call(paint, wall=1),
                lambda: job.reply("hello"),
                lambda: job.progress("Working"),
                lambda: job.sleep("a while", 1),
            ):
                try:
                    await write()
                except BaseException as error:
                    refused.append(error)
            return Said(text="zombie")
        return Said(text="living")

    async with rig(any_store, agent(run), limits=QUIET) as first:
        job_id = await first.submit()
        await reached.wait()
        await take_back(any_store, job_id)
        async with rig(any_store, agent(run)) as second:
            assert (await second.reach(job_id)).output == {"text": "living"}
        block.set()
        await until(lambda: len(refused) == 5)
        assert {type(error) for error in refused} == {LostLease}
        assert first.shop.calls == []
        await until(lambda: first.engine.running == 0)
        assert (await first.job(job_id)).output == {"text": "living"}


async def test_the_fence_is_what_stops_the_zombie(store: Store) -> None:
    """The planted bug: the same write under the fence of whoever runs the job now is accepted."""

    async def run(job: Job, note: Note) -> Said:
        await asyncio.Event().wait()
        return Said(text="")

    async with rig(store, agent(run), limits=QUIET) as toys:
        job_id = await toys.submit()
        await toys.reach(job_id, JobStatus.RUNNING)
        await take_back(store, job_id)
        await store.write(lambda tx: _claim(tx, suspects=True))
        with pytest.raises(LostLease):
            await store.write(lambda tx: journal.record_step(tx, job_id, 1, "old", 0, "x"))
        await store.write(lambda tx: journal.record_step(tx, job_id, 2, "new", 0, "x"))


@pytest.mark.parametrize(("tool", "kind"), [(keyed, None), (paint, EscalationKind.EFFECT)], ids=["keyed", "keyless"])
async def test_an_effect_cut_by_a_crash_is_repeated_with_its_key_or_put_to_a_person(
    store: Store, tool: object, kind: EscalationKind | None
) -> None:
    reached, block = asyncio.Event(), asyncio.Event()

    async def run(job: Job, note: Note) -> Said:
        done = await job.call(tool, wall=1)  # type: ignore[arg-type]
        return Said(text=done.state)

    class Stalling:
        calls: list[str] = []

        async def paint(self, context: object, args: object) -> str:
            self.calls.append(context.effect_key)  # type: ignore[attr-defined]
            if not reached.is_set():
                reached.set()
                await block.wait()
            return "painted"

    from tests.engine.toys import Shop

    shop = Stalling()
    async with rig(store, agent(run), limits=QUIET, ports={Shop: shop}) as first:
        job_id = await first.submit()
        await reached.wait()
        await take_back(store, job_id)
        async with rig(store, agent(run), ports={Shop: shop}) as second:
            if kind is None:
                assert (await second.reach(job_id)).output == {"text": "done"}
                assert len(shop.calls) == 2
                assert len(set(shop.calls)) == 1
            else:
                assert (await second.question(job_id)).kind is kind
                assert len(shop.calls) == 1
        block.set()
    (effect,) = await second.effects(job_id)
    assert effect.state is (EffectState.DONE if kind is None else EffectState.UNKNOWN)


async def test_after_three_crashes_without_getting_further_a_job_is_a_dead_letter(store: Store) -> None:
    async with rig(store, agent(_never), start=False) as toys:
        job_id = await toys.submit()
        for number in (1, 2, 3):
            await store.write(lambda tx, first=number == 1: _claim(tx, suspects=not first))
            await take_back(store, job_id)
        job = await toys.job(job_id)
        assert (job.status, job.crashes, job.error_code) == (JobStatus.DEAD, 3, "crashed")


async def test_a_job_that_gets_further_between_crashes_is_not_to_blame_for_them(store: Store) -> None:
    async with rig(store, agent(_never), start=False) as toys:
        job_id = await toys.submit()
        for number in range(1, 6):
            await store.write(lambda tx, first=number == 1: _claim(tx, suspects=not first))
            await store.write(lambda tx, n=number: journal.record_step(tx, job_id, n, f"step {n}", n, None))
            await take_back(store, job_id)
        job = await toys.job(job_id)
        assert (job.status, job.crashes) == (JobStatus.QUEUED, 1)


async def _never(job: Job, note: Note) -> Said:
    await asyncio.Event().wait()
    return Said(text="")


def _claim(tx: object, *, suspects: bool) -> None:
    from agents.core.contract import Lane

    taken = queue.claim(tx, Lane.FAST, worker="w", lease_seconds=1, limit=1, suspects=suspects)  # type: ignore[arg-type]
    assert len(taken) == 1


async def test_a_suspect_runs_alone(store: Store) -> None:
    """Once a job took its worker down, no other job shares a worker with it."""
    running: set[str] = set()
    together: list[set[str]] = []

    async def run(job: Job, note: Note) -> Said:
        running.add(note.text)
        together.append(set(running))
        await job.step("wait a little", lambda: asyncio.sleep(0.02))
        running.discard(note.text)
        return Said(text=note.text)

    async with rig(store, agent(run), start=False) as toys:
        suspect = await toys.submit(text="suspect")
        await store.write(lambda tx: jobs.change(tx, suspect, crashes=1))
        others = [await toys.submit(text=f"other {number}") for number in range(10)]
        await toys.engine.start()
        for job_id in [suspect, *others]:
            await toys.reach(job_id)
        assert [group for group in together if "suspect" in group] == [{"suspect"}]
        assert max(len(group) for group in together) > 1


async def test_a_lease_that_is_renewed_is_never_taken_whatever_the_clock_says(store: Store) -> None:
    now = 0.0
    async with rig(store, agent(_never), limits=QUIET) as toys:
        job_id = await toys.submit()
        await toys.reach(job_id, JobStatus.RUNNING)
        reaper = Reaper(toys.engine.world, Limits(lease=10, beat=2), own="me", dead=lambda _: False, now=lambda: now)
        await store.write(lambda tx: jobs.change(tx, job_id, lease_until=1.0))
        await reaper.look()
        now = 3.9
        await reaper.look()
        assert (await toys.job(job_id)).status is JobStatus.RUNNING, "it ran out, but has not stood still for long"
        await store.write(lambda tx: jobs.change(tx, job_id, lease_until=2.0))
        await reaper.look()
        now = 5.0
        await reaper.look()
        assert (await toys.job(job_id)).status is JobStatus.RUNNING, "it was renewed meanwhile"
        now = 8.0
        await reaper.look()
        assert (await toys.job(job_id)).crashes == 1


async def test_a_lease_that_nobody_renews_is_taken_also_when_the_clock_went_back(store: Store) -> None:
    now = 0.0
    async with rig(store, agent(_never), limits=QUIET) as toys:
        job_id = await toys.submit()
        await toys.reach(job_id, JobStatus.RUNNING)
        reaper = Reaper(toys.engine.world, Limits(lease=10, beat=2), own="me", dead=lambda _: False, now=lambda: now)
        await store.write(lambda tx: jobs.change(tx, job_id, lease_until=tx.now + 1_000_000))
        for now in (0.0, 5.0, 9.0):  # noqa: B007
            await reaper.look()
        assert (await toys.job(job_id)).crashes == 0
        now = 10.1
        await reaper.look()
        assert (await toys.job(job_id)).crashes == 1


async def test_a_worker_knows_its_dead_neighbours() -> None:
    living = worker_name()
    machine, pid, started, token = living.split(":")
    assert not is_dead(living)
    assert is_dead(f"{machine}:{pid}:{int(started) - 1}:{token}"), "the number was given to another process since"
    assert is_dead(f"{machine}:4194303:{started}:{token}")
    assert not is_dead(f"elsewhere:4194303:{started}:{token}"), "nobody here can know"
    assert not is_dead("not a worker")


async def test_cancelling_a_running_job_ends_it_at_once(store: Store) -> None:
    """It is told; nothing that looks from time to time is needed."""
    async with rig(store, agent(_never), limits=Limits(poll=3600, sweep=3600, beat=3600)) as toys:
        job_id = await toys.submit()
        await toys.reach(job_id, JobStatus.RUNNING)
        await store.write(lambda tx: operations.cancel(tx, toys.policy, job_id, toys.operator))
        assert (await toys.reach(job_id)).status is JobStatus.CANCELLED


async def test_an_agent_cannot_swallow_its_end(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        for _ in range(50):
            try:
                await job.call(paint, wall=1)
            except BaseException:
                continue
        return Said(text="never")

    async with rig(store, agent(run, mode=Mode.REVIEW)) as toys:
        job_id = await toys.submit()
        await toys.reach(job_id, JobStatus.WAITING)
        await until(lambda: toys.engine.running == 0)
        assert len(await toys.questions(job_id)) == 1
        await store.write(lambda tx: operations.cancel(tx, toys.policy, job_id, toys.operator))
        assert (await toys.job(job_id)).status is JobStatus.CANCELLED


async def test_draining_lets_work_end_and_puts_back_what_does_not(store: Store) -> None:
    go = asyncio.Event()

    async def run(job: Job, note: Note) -> Said:
        if note.text == "long":
            await asyncio.Event().wait()
        await go.wait()
        return Said(text="done")

    async with rig(store, agent(run)) as toys:
        quick, long = await toys.submit(text="quick"), await toys.submit(text="long")
        await toys.reach(long, JobStatus.RUNNING)
        await toys.reach(quick, JobStatus.RUNNING)
        draining = asyncio.create_task(toys.engine.drain(3))  # long enough for a busy machine to end the quick one
        later = await toys.submit(text="quick")
        go.set()
        assert await draining
        assert (await toys.job(quick)).status is JobStatus.SUCCEEDED
        job = await toys.job(long)
        assert (job.status, job.crashes) == (JobStatus.QUEUED, 0)
        assert (await toys.job(later)).status is JobStatus.QUEUED


async def test_a_pause_seen_at_the_claim_keeps_an_agent_from_starting(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        return Said(text="ran")

    async with rig(store, agent(run), agent(run, name="other")) as toys:
        await store.write(lambda tx: controls.halt(tx, "pause:toy", reason="", by=toys.operator.id))
        job_id = await toys.submit()
        await toys.reach(await toys.submit("other"))
        assert (await toys.job(job_id)).status is JobStatus.QUEUED
        await store.write(lambda tx: operations.resume(tx, toys.policy, "toy", toys.operator))
        assert (await toys.reach(job_id)).output == {"text": "ran"}


def test_cancel_is_no_exception_that_code_catches_by_accident() -> None:
    assert not issubclass(CancelAsked, Exception)
