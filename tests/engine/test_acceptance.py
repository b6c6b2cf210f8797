"""A result counts once the checks of its contract hold and the agent that judges it agrees."""

from dataclasses import replace
from typing import Any

from agents.core.attempts import Candidates, Choice
from agents.core.contract import AgentSpec, Check
from agents.core.errors import LowConfidence
from agents.core.gates import check_gates
from agents.core.ids import JobId
from agents.core.job import Job
from agents.core.status import JobStatus
from storage.store import Store
from tests.engine.rig import Rig, policy_for, rig
from tests.engine.toys import Note, Said, agent
from tests.until import until

SHORT = Check(says="the answer is short", holds=lambda given, made: len(made.text) <= 2 * len(given.text))


def echo(times: int, **more: Any) -> AgentSpec[Any, Any]:
    async def run(job: Job, note: Note) -> Said:
        return Said(text=note.text * times)

    return replace(agent(run), **more)


def judge(*, accepts: bool) -> AgentSpec[Any, Any]:
    async def run(job: Job, given: Candidates) -> Choice:
        assert (given.task, given.answers) == ({"text": "ab"}, ({"text": "abab"},))
        return Choice(winner=0 if accepts else None, because="I counted the letters")

    return agent(run, name="judge", input=Candidates, output=Choice)  # type: ignore[arg-type]


async def asked(toys: Rig, job_id: JobId) -> str:
    await until(lambda: toys.questions(job_id), seconds=30, what="a question to people")
    job = await toys.job(job_id)
    assert (job.status, job.error_code, job.output) == (JobStatus.WAITING, LowConfidence.code, None)
    return job.error or ""


async def test_a_result_that_holds_its_checks_counts(store: Store) -> None:
    async with rig(store, echo(2, checks=(SHORT, Check(says="somebody else sees to it")))) as toys:
        job = await toys.reach(await toys.submit(text="ab"))
        assert (job.status, job.output) == (JobStatus.SUCCEEDED, {"text": "abab"})


async def test_a_result_that_breaks_a_check_is_put_to_people(store: Store) -> None:
    async with rig(store, echo(3, checks=(SHORT,))) as toys:
        assert "the answer is short" in await asked(toys, await toys.submit(text="ab"))


async def test_another_agent_accepts_a_result_or_does_not(store: Store) -> None:
    async with rig(store, echo(2, judge="judge"), judge(accepts=True)) as toys:
        job = await toys.reach(await toys.submit(text="ab"))
        assert (job.status, job.output) == (JobStatus.SUCCEEDED, {"text": "abab"})


async def test_what_the_judge_refuses_is_put_to_people_with_its_reason(store: Store) -> None:
    async with rig(store, echo(2, judge="judge"), judge(accepts=False)) as toys:
        said = await asked(toys, await toys.submit(text="ab"))
        assert "judge does not accept its result: I counted the letters" in said


def test_an_agent_that_judges_itself_is_refused() -> None:
    alone = replace(agent(echo(1).run), judge="toy")
    failures = [str(failure) for failure in check_gates(alone, policy_for([alone]))]
    assert any("judges its own results" in failure for failure in failures)
