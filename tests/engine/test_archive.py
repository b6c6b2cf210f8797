"""Finished work is in the archive before it leaves the database, whatever happens in between."""

import asyncio
import multiprocessing
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from agents.core.clock import SystemClock
from agents.core.contract import Mode
from agents.core.errors import Transient
from agents.core.ids import JobId
from agents.core.job import Job
from agents.core.policy import Policy
from agents.core.records import Verdict
from agents.core.redaction import MASKED
from agents.core.status import JobStatus
from handlers.operations.retire import erase_everywhere, retire
from storage.archive import Archive
from storage.dossiers import Dossier
from storage.open import open_store
from storage.store import Store
from storage.tables import jobs
from tests.engine.rig import ANA, BO, Rig, policy_for, rig
from tests.engine.toys import Note, Said, agent, paint


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


async def work(job: Job, note: Note) -> Said:
    async def think() -> str:
        return "a thought"

    await job.step("think", think)
    outcome = await job.call(paint, wall=3, colour="blue")
    return Said(text=f"{note.text}: {outcome.state}")


@asynccontextmanager
async def done(store: Store, number: int = 1) -> AsyncIterator[tuple[Rig, list[JobId]]]:
    """So many finished jobs, each with a step, an approval by Bo and an effect."""
    async with rig(store, agent(work, mode=Mode.REVIEW)) as toys:
        finished = [await toys.submit() for _ in range(number)]
        for job_id in finished:
            await toys.answer(await toys.question(job_id), reason="looks right")
            await toys.reach(job_id, JobStatus.SUCCEEDED)
        yield toys, finished


def newest(archive: Archive) -> dict[int, Dossier]:
    return {dossier["job"]["id"]: dossier for dossier in archive.read()}


async def count(store: Store) -> int:
    return int(await store.read(lambda tx: tx.execute(select(func.count()).select_from(jobs)).scalar_one()))


def tomorrow() -> float:
    return SystemClock().now() + 86_400


async def test_a_job_goes_into_the_archive_whole_and_then_leaves_the_database(
    any_store: Store, archive: Archive
) -> None:
    async with done(any_store) as (toys, (job_id,)):
        counts = await retire(any_store, archive, toys.policy, before=tomorrow(), by=BO)
    assert counts["jobs"] == 1
    assert await count(any_store) == 0
    dossier = newest(archive)[job_id]
    assert dossier["job"]["output"] == {"text": "hello: done"}
    assert [step["result"] for step in dossier["steps"]] == ["a thought"]
    assert [effect["args"] for effect in dossier["effects"]] == [{"wall": 3, "colour": "blue"}]
    (asked,) = dossier["escalations"]
    assert [(one["person"], one["verdict"], one["reason"]) for one in asked["decisions"]] == [
        (BO, Verdict.APPROVED, "looks right")
    ]


async def test_work_that_is_young_or_open_stays_where_it_is(store: Store, archive: Archive) -> None:
    async with done(store) as (toys, _):
        waiting = await toys.submit()
        await toys.question(waiting)
        assert (await retire(store, archive, toys.policy, before=SystemClock().now() - 3_600, by=BO))["jobs"] == 0
        assert await count(store) == 2
        await retire(store, archive, toys.policy, before=tomorrow(), by=BO)
    assert waiting not in newest(archive)
    assert await count(store) == 1


async def test_a_number_is_never_given_again(store: Store) -> None:
    """An old card, or a line of the audit, would speak of somebody else's work."""
    async with done(store, 2) as (toys, finished):
        old = await toys.questions(finished[-1])
        await retire(store, None, toys.policy, before=tomorrow(), by=BO)
        fresh = await toys.submit()
        asked = await toys.question(fresh)
    assert fresh > max(finished)
    assert asked.id > max(one.id for one in old)


async def test_sensitive_fields_are_masked_in_the_archive_too(store: Store, archive: Archive) -> None:
    async with done(store) as (_, (job_id,)):
        policy = Policy.model_validate({**policy_for([]).model_dump(), "sensitive": ["colour"]})
        await retire(store, archive, policy, before=tomorrow(), by=BO)
    assert newest(archive)[job_id]["effects"][0]["args"]["colour"] == MASKED


async def test_without_an_archive_old_work_is_only_purged(store: Store, tmp_path: Path) -> None:
    async with done(store) as (toys, _):
        assert (await retire(store, None, toys.policy, before=tomorrow(), by=BO))["jobs"] == 1
    assert not (tmp_path / "archive").exists()


async def test_nothing_is_purged_that_could_not_be_archived(store: Store, archive: Archive, tmp_path: Path) -> None:
    archive.folder.write_text("a file where the folder should be")
    async with done(store) as (toys, _):
        with pytest.raises(Transient, match="old jobs stay"):
            await retire(store, archive, toys.policy, before=tomorrow(), by=BO)
    assert await count(store) == 1


class Dying(Archive):
    """Ends the process right after the archive was written."""

    def add(self, dossiers: Sequence[Dossier]) -> None:
        super().add(dossiers)
        os._exit(9)


def die_between(url: str, folder: Path) -> None:
    async def life() -> None:
        store = await open_store(url, SystemClock())
        await retire(store, Dying(folder), policy_for([]), before=tomorrow(), by=BO)

    asyncio.run(life())


async def test_a_kill_between_archive_and_purge_loses_nothing_and_a_second_line_does_no_harm(
    store: Store, sqlite_url: str, archive: Archive
) -> None:
    async with done(store, 3) as (toys, finished):
        process = multiprocessing.get_context("forkserver").Process(
            target=die_between, args=(sqlite_url, archive.folder)
        )
        process.start()
        await asyncio.to_thread(process.join, 120)
        assert process.exitcode == 9
        assert await count(store) == 3, "still here"
        assert sorted(newest(archive)) == sorted(finished), "and there"
        await retire(store, archive, toys.policy, before=tomorrow(), by=BO)
    assert await count(store) == 0
    assert len(list(archive.read())) == 6
    assert sorted(newest(archive)) == sorted(finished)


@pytest.mark.parametrize("left", [1, 10, 40])
async def test_a_line_that_was_cut_off_is_removed_before_the_next_is_written(
    store: Store, archive: Archive, left: int
) -> None:
    async with done(store, 2) as (toys, finished):
        await retire(store, archive, toys.policy, before=tomorrow(), by=BO)
        (path,) = archive.folder.glob("*.gz")
        whole = path.read_bytes()
        path.write_bytes(whole + whole[: len(whole) * left // 50])
        again = await toys.submit()
        await toys.answer(await toys.question(again))
        await toys.reach(again, JobStatus.SUCCEEDED)
        await retire(store, Archive(archive.folder), toys.policy, before=tomorrow(), by=BO)
    assert sorted(newest(archive)) == sorted([*finished, again])


async def test_what_somebody_wrote_is_erased_from_the_archive_too(store: Store, archive: Archive) -> None:
    async with done(store, 2) as (toys, (job_id, _)):
        await retire(store, archive, toys.policy, before=tomorrow(), by=BO)
        assert (await erase_everywhere(store, archive, toys.policy, toys.operator, BO))["archived"] == 2
        (asked,) = newest(archive)[job_id]["escalations"]
        assert asked["reason"] is None
        assert [one["reason"] for one in asked["decisions"]] == [""]
        assert newest(archive)[job_id]["job"]["input"] == {"text": "hello"}, "that was Ana's"
        await erase_everywhere(store, archive, toys.policy, toys.operator, ANA)
        assert (await erase_everywhere(store, archive, toys.policy, toys.operator, ANA))["archived"] == 0
    dossier = newest(archive)[job_id]
    assert (dossier["job"]["input"], dossier["job"]["output"], dossier["steps"][0]["result"]) == ({}, None, None)
    assert dossier["job"]["requester"] == ANA
