"""The thin road through the engine: claim, run, step, call, ask, park, resume, settle."""

from agents.core.contract import Mode
from agents.core.job import CallState, Job
from agents.core.records import EffectState, Verdict
from agents.core.status import JobStatus, WaitKind
from storage.store import Store
from tests.engine.rig import BO, rig
from tests.engine.toys import Note, Said, agent, paint


async def test_a_job_runs_and_its_output_is_kept(any_store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        return Said(text=note.text.upper())

    async with rig(any_store, agent(run)) as toys:
        job = await toys.reach(await toys.submit(text="quiet"))
        assert (job.status, job.output) == (JobStatus.SUCCEEDED, {"text": "QUIET"})
        assert await toys.events(job.id) == ["job.submitted", "job.succeeded"]


async def test_a_call_waits_for_people_and_then_runs_once(any_store: Store) -> None:
    loads = []

    async def run(job: Job, note: Note) -> Said:
        async def load() -> None:
            loads.append(1)

        await job.step("load", load)
        done = await job.call(paint, wall=3, because="The wall is old.")
        return Said(text=f"{done.state} {done.result} {done.by}")

    async with rig(any_store, agent(run, mode=Mode.REVIEW)) as toys:
        job_id = await toys.submit()
        asked = await toys.question(job_id)
        waiting = await toys.job(job_id)
        assert (waiting.wait_kind, waiting.wait_for) == (WaitKind.PERSON, f"escalation:{asked.id}")
        assert toys.shop.calls == []
        await toys.answer(asked)
        job = await toys.reach(job_id)
        assert job.output == {"text": f"done {{'painted': 3}} {BO}"}
        assert [args for _, args in toys.shop.calls] == [{"wall": 3, "colour": "blue"}]
        assert loads == [1]
        assert await toys.events(job_id) == [
            "job.submitted",
            "call.proposed",
            "escalation.opened",
            "escalation.answered",
            "effect.intended",
            "effect.done",
            "job.succeeded",
        ]


async def test_the_stored_call_runs_as_the_approver_edited_it(store: Store) -> None:
    colours = iter(["red", "green"])

    async def run(job: Job, note: Note) -> Said:
        done = await job.call(paint, wall=3, colour=next(colours))
        return Said(text=f"{done.args['colour']} edited={done.edited}")

    async with rig(store, agent(run, mode=Mode.REVIEW)) as toys:
        job_id = await toys.submit()
        await toys.answer(await toys.question(job_id), edits={"wall": 3, "colour": "white"})
        job = await toys.reach(job_id)
        assert job.output == {"text": "white edited=True"}
        assert [args["colour"] for _, args in toys.shop.calls] == ["white"]


async def test_a_rejected_call_does_not_run_and_the_agent_hears_why(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        done = await job.call(paint, wall=3)
        return Said(text=f"{done.state}: {done.reason}")

    async with rig(store, agent(run, mode=Mode.REVIEW)) as toys:
        job_id = await toys.submit()
        await toys.answer(await toys.question(job_id), Verdict.REJECTED, reason="Not today")
        assert (await toys.reach(job_id)).output == {"text": "rejected: Not today"}
        assert toys.shop.calls == []


async def test_shadow_proposes_and_never_acts(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        done = await job.call(paint, wall=3)
        assert done.state is CallState.SHADOW
        return Said(text="practised")

    async with rig(store, agent(run, mode=Mode.SHADOW)) as toys:
        job = await toys.reach(await toys.submit())
        assert job.status is JobStatus.SUCCEEDED
        assert toys.shop.calls == []
        assert [one.kind for one in await toys.questions(job.id)] == ["shadow"]


async def test_auto_acts_inside_the_policy(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        done = await job.call(paint, wall=3)
        return Said(text=str(done.result))

    async with rig(store, agent(run)) as toys:
        job = await toys.reach(await toys.submit())
        (effect,) = await toys.effects(job.id)
        assert effect.state is EffectState.DONE
        assert effect.result == {"painted": 3}
        assert await toys.events(job.id) == [
            "job.submitted",
            "call.proposed",
            "effect.intended",
            "effect.done",
            "job.succeeded",
        ]


async def test_a_question_with_choices_gives_the_choice(store: Store) -> None:
    async def run(job: Job, note: Note) -> Said:
        return Said(text=await job.ask("Which wall?", choices=["north", "south"], because="Both are old."))

    async with rig(store, agent(run)) as toys:
        job_id = await toys.submit()
        await toys.answer(await toys.question(job_id), Verdict.CHOSEN, choice="south")
        assert (await toys.reach(job_id)).output == {"text": "south"}
