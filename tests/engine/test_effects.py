"""Effects: one per key, else at most once and a person is asked. Never a silent retry."""

import asyncio

import aiohttp
import pytest

from agents.core.contract import Mode, Probe, Tool
from agents.core.errors import Conflict, ForbiddenTool, InvalidInput, NotAllowed, Transient
from agents.core.job import CallState, Job
from agents.core.records import EffectState, EscalationKind, Verdict
from agents.core.status import JobStatus
from handlers import operations
from handlers.operations.review import HAPPENED, LEAVE_IT, RUN_IT
from storage import breakers, jobs, queue
from storage.store import Store
from tests.engine.rig import BO, Rig, rig
from tests.engine.toys import Note, Paint, Said, agent, foreign, keyed, paint, probed, undoable, versioned
from tests.until import until

CUT = aiohttp.ServerDisconnectedError()


def calling(tool: Tool[Paint]) -> object:
    async def run(job: Job, note: Note) -> Said:
        done = await job.call(tool, wall=3)
        return Said(text=f"{done.state} {done.result}")

    return run


async def states(toys: Rig, job: int) -> list[EffectState]:
    return [effect.state for effect in await toys.effects(job)]  # type: ignore[arg-type]


async def wake_retries(toys: Rig, job_id: int) -> None:
    """Wakes a job that waits for its next try, instead of waiting with it; its target is taken for well."""
    await toys.reach(job_id, JobStatus.WAITING)  # type: ignore[arg-type]
    await toys.store.write(lambda tx: breakers.forget(tx, "shop"))
    await toys.store.write(lambda tx: jobs.change(tx, job_id, wake_at=tx.now))  # type: ignore[arg-type]
    await toys.store.write(queue.wake_due)


async def test_a_keyed_call_that_was_cut_off_is_repeated_with_the_same_key(any_store: Store) -> None:
    async with rig(any_store, agent(calling(keyed))) as toys:
        toys.shop.next_errors = [CUT]
        job_id = await toys.submit()
        await wake_retries(toys, job_id)
        assert (await toys.reach(job_id)).output == {"text": "done {'painted': 3}"}
        first, second = [key for key, _ in toys.shop.calls]
        assert first == second != ""
        assert await states(toys, job_id) == [EffectState.DONE]


async def test_a_keyless_call_that_was_cut_off_is_put_to_a_person_once(any_store: Store) -> None:
    async with rig(any_store, agent(calling(paint))) as toys:
        toys.shop.next_errors = [CUT]
        job_id = await toys.submit()
        card = await toys.question(job_id)
        assert (card.kind, card.choices) == (EscalationKind.EFFECT, (HAPPENED, RUN_IT, LEAVE_IT))
        assert await states(toys, job_id) == [EffectState.UNKNOWN]
        assert len(await toys.questions(job_id)) == 1
        assert len(toys.shop.calls) == 1


@pytest.mark.parametrize(
    ("answer", "calls", "output", "state"),
    [
        (HAPPENED, 1, "done None", EffectState.DONE),
        (RUN_IT, 2, "done {'painted': 3}", EffectState.DONE),
        (LEAVE_IT, 1, "taken_over None", EffectState.SKIPPED),
    ],
)
async def test_what_the_person_says_about_an_unknown_effect_is_done(
    store: Store, answer: str, calls: int, output: str, state: EffectState
) -> None:
    async with rig(store, agent(calling(paint))) as toys:
        toys.shop.next_errors = [CUT]
        job_id = await toys.submit()
        await toys.answer(await toys.question(job_id), Verdict.CHOSEN, choice=answer)
        assert (await toys.reach(job_id)).output == {"text": output}
        assert len(toys.shop.calls) == calls
        assert await states(toys, job_id) == [state]


async def test_a_second_cut_after_run_it_asks_again_on_a_new_card(store: Store) -> None:
    async with rig(store, agent(calling(paint))) as toys:
        toys.shop.next_errors = [CUT, CUT]
        job_id = await toys.submit()
        first = await toys.question(job_id)
        await toys.answer(first, Verdict.CHOSEN, choice=RUN_IT)
        await until(lambda: len(toys.shop.calls) == 2)
        second = await toys.question(job_id)
        assert (second.id, second.version) != (first.id, first.version)
        await toys.answer(second, Verdict.CHOSEN, choice=HAPPENED)
        assert (await toys.reach(job_id)).status is JobStatus.SUCCEEDED


async def test_a_probe_that_finds_the_effect_spares_the_person(store: Store) -> None:
    async with rig(store, agent(calling(probed))) as toys:
        toys.shop.next_errors, toys.shop.probe = [CUT], Probe.HAPPENED
        job_id = await toys.submit()
        assert (await toys.reach(job_id)).output == {"text": "done None"}
        assert len(toys.shop.calls) == 1


async def test_a_probe_that_finds_nothing_lets_the_call_be_made_again(store: Store) -> None:
    async with rig(store, agent(calling(probed))) as toys:
        toys.shop.next_errors, toys.shop.probe = [CUT], Probe.DID_NOT
        job_id = await toys.submit()
        await wake_retries(toys, job_id)
        assert (await toys.reach(job_id)).output == {"text": "done {'painted': 3}"}
        assert len(toys.shop.calls) == 2


async def test_a_probe_that_does_not_know_asks_a_person(store: Store) -> None:
    async with rig(store, agent(calling(probed))) as toys:
        toys.shop.next_errors = [CUT]
        job_id = await toys.submit()
        assert (await toys.question(job_id)).kind is EscalationKind.EFFECT


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput("wall 3 is not ours"), JobStatus.FAILED),
        (NotAllowed("not for you"), JobStatus.FAILED),
        (PermissionError("bug in the tool"), JobStatus.WAITING),
        (Conflict("the wall moved"), JobStatus.WAITING),
    ],
)
async def test_each_refusal_of_a_target_takes_its_path_and_is_not_retried(
    store: Store, error: Exception, status: JobStatus
) -> None:
    async with rig(store, agent(calling(paint))) as toys:
        toys.shop.next_errors = [error]
        job_id = await toys.submit()
        await toys.reach(job_id, status)
        assert len(toys.shop.calls) == 1


async def test_a_failure_that_the_agent_went_on_from_stays_one_after_a_restart(store: Store) -> None:
    """Else a replay could do the first call after all, beside what was done in its place."""

    async def run(job: Job, note: Note) -> Said:
        try:
            await job.call(paint, wall=1)
        except Transient:
            await job.call(paint, wall=2)
        return Said(text=await job.ask("Good?", choices=["yes", "no"], because="Just to see."))

    async with rig(store, agent(run)) as toys:
        toys.shop.next_errors = [Transient("try later")]
        job_id = await toys.submit()
        await toys.answer(await toys.question(job_id), Verdict.CHOSEN, choice="yes")
        assert (await toys.reach(job_id)).output == {"text": "yes"}
        assert [args["wall"] for _, args in toys.shop.calls] == [1, 2]


async def test_a_tool_outside_the_contract_is_refused_and_the_third_try_ends_the_job(store: Store) -> None:
    """S-F1."""
    tries = []

    async def run(job: Job, note: Note) -> Said:
        while True:
            tries.append(1)
            try:
                await job.call(foreign, wall=1)
            except ForbiddenTool:
                continue

    async with rig(store, agent(run)) as toys:
        job = await toys.reach(await toys.submit())
        assert (job.status, job.error_code, len(tries)) == (JobStatus.FAILED, "forbidden_tool", 3)
        assert toys.shop.calls == []
        assert (await toys.events(job.id)).count("call.refused") == 3


async def test_arguments_outside_the_schema_never_reach_the_tool(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        with pytest.raises(InvalidInput, match="wall"):
            await job.call(paint, wall="north", colour="blue")
        return Said(text="refused")

    async with rig(store, agent(run)) as toys:
        assert (await toys.reach(await toys.submit())).output == {"text": "refused"}
        assert toys.shop.calls == []


async def test_an_approval_does_not_cover_a_record_that_changed_since(store: Store) -> None:
    """S-C8: fifty of them, each asked about anew."""
    async with rig(store, agent(calling(versioned), mode=Mode.REVIEW)) as toys:
        some = [await toys.submit() for _ in range(50)]
        asked = {job_id: await toys.question(job_id) for job_id in some}
        toys.shop.version = "v2"
        for first in asked.values():
            await toys.answer(first)
        again = {job_id: await until(lambda it=job_id: _newer(toys, it, asked[it].id)) for job_id in some}  # type: ignore[misc]
        assert toys.shop.calls == []
        assert {second.record_version for second in again.values()} == {"v2"}
        for second in again.values():
            await toys.answer(second)
        for job_id in some:
            assert (await toys.reach(job_id)).status is JobStatus.SUCCEEDED
        assert len(toys.shop.calls) == 50


async def _newer(toys: Rig, job_id: int, than: int) -> object:
    asked = [one for one in await toys.questions(job_id) if one.id > than]  # type: ignore[arg-type]
    return asked[-1] if asked else None


async def test_an_approver_who_lost_the_right_before_the_call_runs_is_not_obeyed(store: Store) -> None:
    """S-C5: between the click and the run."""
    async with rig(store, agent(calling(paint), mode=Mode.REVIEW)) as toys:
        job_id = await toys.submit()
        first = await toys.question(job_id)
        async with toys.stopped():
            await toys.answer(first)
            toys.crowd.gone.add(BO)
        newer = await until(lambda: _newer(toys, job_id, first.id))
        assert newer.version == first.version + 1
        assert toys.shop.calls == []


async def test_who_cannot_be_looked_up_is_not_obeyed_yet(store: Store) -> None:
    async with rig(store, agent(calling(paint), mode=Mode.REVIEW)) as toys:
        job_id = await toys.submit()
        asked = await toys.question(job_id)
        async with toys.stopped():
            await toys.answer(asked)
            toys.crowd.unknown.add(BO)
        job = await toys.reach(job_id, JobStatus.WAITING)
        assert (job.wait_kind, toys.shop.calls) == ("retry", [])
        toys.crowd.unknown.clear()
        await wake_retries(toys, job_id)
        assert (await toys.reach(job_id)).status is JobStatus.SUCCEEDED


async def test_once_stopped_no_effect_begins_and_after_resuming_it_does(store: Store) -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    async def run(job: Job, note: Note) -> Said:
        reached.set()
        await go.wait()
        done = await job.call(paint, wall=1)
        return Said(text=done.state)

    async with rig(store, agent(run)) as toys:
        job_id = await toys.submit()
        await reached.wait()
        await toys.store.write(lambda tx: operations.stop_all(tx, toys.policy, toys.operator))
        go.set()
        await toys.reach(job_id, JobStatus.QUEUED)
        assert toys.shop.calls == []
        await toys.store.write(lambda tx: operations.resume_all(tx, toys.policy, toys.operator))
        assert (await toys.reach(job_id)).output == {"text": CallState.DONE}
        assert len(toys.shop.calls) == 1


async def test_a_cancelled_job_finishes_the_effect_it_began_and_writes_it_down(store: Store) -> None:
    reached, go = asyncio.Event(), asyncio.Event()

    class SlowShop:
        async def paint(self, context: object, args: Paint) -> str:
            reached.set()
            await go.wait()
            return "painted"

    from tests.engine.toys import Shop

    async with rig(store, agent(calling(paint)), ports={Shop: SlowShop()}) as toys:
        job_id = await toys.submit()
        await reached.wait()
        await toys.store.write(lambda tx: operations.cancel(tx, toys.policy, job_id, toys.operator))
        go.set()
        job = await toys.reach(job_id)
        assert job.status is JobStatus.CANCELLED
        assert await states(toys, job_id) == [EffectState.DONE]


async def test_what_was_done_can_be_taken_back_once(store: Store) -> None:
    async with rig(store, agent(calling(undoable))) as toys:
        job = await toys.reach(await toys.submit())
        (effect,) = await toys.effects(job.id)
        await toys.store.write(lambda tx: operations.ask_undo(tx, toys.policy, effect.id, toys.operator))
        with pytest.raises(Conflict):
            await toys.store.write(lambda tx: operations.ask_undo(tx, toys.policy, effect.id, toys.operator))
        await until(lambda: _is_undone(toys, job.id))
        assert [key for key, _ in toys.shop.calls].count("undo") == 1


async def _is_undone(toys: Rig, job_id: int) -> bool:
    return await states(toys, job_id) == [EffectState.UNDONE]


async def test_a_dead_letter_with_an_effect_in_doubt_leaves_one_card_and_its_answer_counts(store: Store) -> None:
    """A keyed call stays intended while it is tried again; when the job gives up, somebody must say what happened."""
    async with rig(store, agent(calling(keyed))) as toys:
        toys.shop.next_errors = [CUT] * 20
        job_id = await toys.submit()
        while (await toys.job(job_id)).status is not JobStatus.DEAD:
            await wake_retries(toys, job_id)
            await until(lambda: _settled(toys, job_id))
        (card,) = await toys.questions(job_id)
        assert await states(toys, job_id) == [EffectState.UNKNOWN]
        toys.shop.next_errors = []
        await toys.answer(card, Verdict.CHOSEN, choice=RUN_IT)
        assert (await toys.reach(job_id, JobStatus.SUCCEEDED)).output == {"text": "done {'painted': 3}"}
        assert len({key for key, _ in toys.shop.calls}) == 1


async def _settled(toys: Rig, job_id: int) -> bool:
    return (await toys.job(job_id)).status in (JobStatus.WAITING, JobStatus.DEAD)  # type: ignore[arg-type]
