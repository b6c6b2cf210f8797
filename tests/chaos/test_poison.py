"""Jobs that take their worker down become dead letters, and no innocent job does for having run beside them."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agents.core.clock import SystemClock
from agents.core.errors import Misconfigured
from agents.core.ids import JobId
from agents.core.job import Source
from agents.core.records import JobRecord
from agents.core.retry import MAX_CRASHES
from agents.core.status import FINISHED, JobStatus
from bot import roles
from bot.engine import Limits
from bot.engine.limits import Suspects
from bot.settings import read_settings
from handlers import operations
from storage import jobs
from storage.open import open_store
from storage.store import Store
from tests.chaos.lives import begin, end
from tests.chaos.poison import Diet, Dose, live, registry
from tests.chaos.victim import data_url
from tests.engine.rig import ANA
from tests.until import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

RESIDENT_MB, ADDRESS_MB = 400, 2048


@pytest.fixture
def innocents(long_counts: bool) -> int:
    """How many jobs run beside the poison."""
    return 300 if long_counts else 8


@dataclass
class Ward:
    """A database whose workers, one for each diet, are begun again whenever they die, as the supervisor does."""

    store: Store
    diets: list[Diet]
    deaths: list[int | None] = field(default_factory=list)

    async def submit(self, agent: str, number: int = 1) -> list[JobId]:
        spec = registry().get(agent)
        source = Source(kind="test")
        return [
            (
                await self.store.write(
                    lambda tx, n=n: operations.submit(tx, spec, Dose(number=n), requester=ANA, source=source)
                )
            ).job_id
            for n in range(number)
        ]

    async def all_jobs(self) -> list[JobRecord]:
        return await self.store.read(lambda tx: jobs.recent(tx, limit=100_000))

    async def all_over(self) -> list[JobRecord]:
        """Every job, once none is open."""
        found = await self.all_jobs()
        return found if all(job.status in FINISHED for job in found) else []

    async def keep_alive(self, diet: Diet) -> None:
        """Begins worker after worker until cancelled."""
        while True:
            process = begin(diet, live)
            try:
                await until(lambda process=process: not process.is_alive(), seconds=600)  # type: ignore[misc]
            finally:
                code = await asyncio.shield(asyncio.to_thread(end, process, signal.SIGKILL))
            self.deaths.append(code)

    async def finish(self, seconds: float = 60, *, deaths: int = 0) -> list[JobRecord]:
        """Lets workers live and die until no job is open; a worker that settles its killer dies a moment after that."""
        keeping = [asyncio.create_task(self.keep_alive(diet)) for diet in self.diets]
        try:
            found = await until(self.all_over, seconds=seconds, what="every job to come to an end")
            await until(lambda: len(self.deaths) >= deaths, what=f"{deaths} deaths")
            return found
        finally:
            for one in keeping:
                one.cancel()
            await asyncio.gather(*keeping, return_exceptions=True)


@asynccontextmanager
async def ward(folder: Path, *suspects: Suspects, **diet: object) -> AsyncIterator[Ward]:
    """A fresh database and what its workers may use; one worker for each word on what to do with suspects."""
    url = data_url(folder)
    store = await open_store(url, SystemClock())
    try:
        yield Ward(store, [Diet(url=url, suspects=word, **diet) for word in suspects or ("here",)])  # type: ignore[arg-type]
    finally:
        await store.close()


def fates(found: list[JobRecord], agent: str) -> Counter[str]:
    return Counter(str(job.status) for job in found if job.agent == agent)


@pytest.mark.parametrize(
    ("poison", "exit_code"),
    [("exits", 1), ("segfaults", -signal.SIGSEGV), ("loops", 70), ("eats", 71)],
)
async def test_a_job_that_kills_its_worker_is_a_dead_letter_after_three_and_no_innocent_is(
    tmp_path: Path, innocents: int, poison: str, exit_code: int
) -> None:
    """S-B12, S-B13."""
    limit = RESIDENT_MB if poison == "eats" else 0
    async with ward(tmp_path, resident_mb=limit) as sick:
        before = await sick.submit("innocent", innocents // 2)
        (poisonous,) = await sick.submit(poison)
        await sick.submit("innocent", innocents - len(before))

        loop = asyncio.get_running_loop()
        began = loop.time()
        found = await sick.finish(deaths=MAX_CRASHES)
        print(f"{poison}: {len(sick.deaths)} deaths, {innocents} innocents, {loop.time() - began:.1f} s")

        dead = next(job for job in found if job.id == poisonous)
        assert (dead.status, dead.error_code, dead.crashes) == (JobStatus.DEAD, "crashed", MAX_CRASHES)
        assert fates(found, "innocent") == {"succeeded": innocents}
        assert [code for code in sick.deaths if code == exit_code] == [exit_code] * MAX_CRASHES
        assert len(sick.deaths) == MAX_CRASHES, "nothing else ended a worker"


async def test_suspects_in_a_process_of_their_own_die_there_and_the_others_go_on(
    tmp_path: Path, innocents: int
) -> None:
    async with ward(tmp_path, "never", "only") as sick:
        (poisonous,) = await sick.submit("exits")
        await sick.submit("innocent", innocents)
        found = await sick.finish(deaths=MAX_CRASHES)
        deaths = [code for code in sick.deaths if code]
        print(f"exits, apart: {len(deaths)} deaths, {innocents} innocents")

        dead = next(job for job in found if job.id == poisonous)
        assert (dead.status, dead.error_code, dead.crashes) == (JobStatus.DEAD, "crashed", MAX_CRASHES)
        assert fates(found, "innocent") == {"succeeded": innocents}
        assert deaths == [1] * MAX_CRASHES


async def test_a_job_that_asks_for_more_than_the_system_gives_fails_alone_and_its_worker_lives(
    tmp_path: Path, innocents: int
) -> None:
    """S-B12."""
    async with ward(tmp_path, address_mb=ADDRESS_MB) as sick:
        await sick.submit("innocent", innocents)
        (poisonous,) = await sick.submit("swallows")
        found = await sick.finish()
        print(f"swallows: {len(sick.deaths)} deaths, {innocents} innocents")

        dead = next(job for job in found if job.id == poisonous)
        assert (dead.status, dead.crashes) == (JobStatus.DEAD, 0)
        assert "MemoryError" in (dead.error or ""), dead.error
        assert fates(found, "innocent") == {"succeeded": innocents}
        assert sick.deaths == []


async def test_poisons_of_several_kinds_at_once_take_nobody_else_with_them(
    tmp_path: Path, innocents: int, long_counts: bool
) -> None:
    kinds = ("exits", "segfaults", "kills", "loops", "eats") if long_counts else ("exits", "loops")
    async with ward(tmp_path, resident_mb=RESIDENT_MB) as sick:
        for kind in kinds:
            await sick.submit(kind)
            await sick.submit("innocent", innocents // len(kinds))
        loop = asyncio.get_running_loop()
        began = loop.time()
        found = await sick.finish(seconds=120)
        print(f"{' and '.join(kinds)}: {len(sick.deaths)} deaths, {innocents} innocents, {loop.time() - began:.1f} s")

        assert fates(found, "innocent") == {"succeeded": innocents // len(kinds) * len(kinds)}
        assert {job.agent for job in found if job.status is JobStatus.DEAD} == set(kinds)
        assert len(sick.deaths) <= MAX_CRASHES * len(kinds)


async def test_innocents_that_are_buried_with_a_poison_would_be_noticed(tmp_path: Path) -> None:
    """S-B12."""
    async with ward(tmp_path, planted="no quarantine") as sick:
        await sick.submit("innocent", 3)
        await sick.submit("exits")
        found = await sick.finish()
        assert fates(found, "innocent")["dead"] > 0


async def test_a_worker_without_its_watchdog_would_be_noticed(tmp_path: Path) -> None:
    """S-B13."""
    async with ward(tmp_path, deadly=False) as sick:
        await sick.submit("loops")
        with pytest.raises(AssertionError, match="every job to come to an end"):
            await sick.finish(seconds=3)
        assert sick.deaths == []


async def test_the_worker_process_of_the_bot_has_the_watchdog_that_is_tested_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Limits] = []

    def stop_there(**parts: object) -> None:
        given.append(parts["limits"])  # type: ignore[arg-type]  # that is what stands there
        raise Misconfigured("far enough")

    monkeypatch.setattr("bot.worker.build_worker", stop_there)
    async with AsyncExitStack() as stack:
        with pytest.raises(Misconfigured, match="far enough"):
            await roles._start("worker", read_settings(calmops_data=tmp_path), True, stack, asyncio.Event())

    assert given[0].deadly
    assert given[0].memory_mb == 4096
