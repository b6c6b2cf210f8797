"""Workers killed while people think, and between a person's answer and what follows from it."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from agents.core.ids import JobId
from agents.core.records import EscalationKind
from agents.core.status import JobStatus
from tests.chaos.accounts import Accounts
from tests.chaos.lives import begin, end, worker
from tests.chaos.target import target
from tests.chaos.victim import Orders, data_url
from tests.until import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

MANY = 20
"""Jobs that one worker takes up at once."""


def in_state(accounts: Accounts, wanted: str, number: int) -> Callable[[], object]:
    async def look() -> bool:
        return (await accounts.statuses())[wanted] == number

    return look


async def killed_while_waiting(accounts: Accounts, orders: Orders, agent: str, number: int) -> list[JobId]:
    """Submits jobs that ask; kills their worker once all of them wait."""
    so_far = (await accounts.statuses())["waiting"]
    some = await accounts.submit(agent, number)
    process = begin(orders)
    try:
        await until(in_state(accounts, "waiting", so_far + number), seconds=60, what=f"{number} questions")
    finally:
        code = await asyncio.to_thread(end, process, signal.SIGKILL)
    assert code == -signal.SIGKILL
    return some


@pytest.mark.parametrize("agent", ["keyed", "keyless"])
async def test_questions_outlive_the_worker_that_asked_them(tmp_path: Path, long_counts: bool, agent: str) -> None:
    """S-B3: a kill for each question; the answer to each works after the restart, and once."""
    kills = 100 if long_counts else 10
    async with target(tmp_path) as served:
        accounts = await Accounts.open(tmp_path, served)
        orders = Orders(url=data_url(tmp_path), target=served.url, review=True)
        try:
            for _ in range(kills):
                await killed_while_waiting(accounts, orders, agent, 1)
            assert served.performed() == {}
            assert len(await accounts.questions(EscalationKind.APPROVE)) == kills
            with worker(orders):
                await accounts.answer_all()
                await until(in_state(accounts, "succeeded", kills), seconds=60, what="every job to succeed")
            assert sum(served.performed().values()) == kills
            assert set((await accounts.written("effect.done")).values()) == {1}
        finally:
            await accounts.store.close()


@pytest.mark.parametrize("agent", ["keyed", "keyless"])
async def test_an_answer_is_followed_once_when_the_worker_dies_before_it_resumes(
    tmp_path: Path, long_counts: bool, agent: str
) -> None:
    """S-B4: the answers are committed, the worker dies when it has claimed them, and each effect happens once."""
    number = 250 if long_counts else 50
    async with target(tmp_path) as served:
        accounts = await Accounts.open(tmp_path, served)
        orders = Orders(url=data_url(tmp_path), target=served.url, review=True, lanes=MANY)
        try:
            some = await killed_while_waiting(accounts, orders, agent, number)
            await accounts.answer_all()
            dies = Orders(**{**orders.__dict__, "faults": "after_claim:1", "suspects": "never"})
            lives = 0
            while any(job.status is JobStatus.QUEUED and not job.crashes for job in await accounts.all_jobs()):
                process = begin(dies)
                await asyncio.to_thread(process.join, 20)
                assert await asyncio.to_thread(end, process, signal.SIGKILL) == -signal.SIGKILL
                lives += 1
            assert lives >= number / MANY, "each answer was claimed by a worker that died of it"
            assert served.performed() == {}
            with worker(orders):
                await until(in_state(accounts, "succeeded", len(some)), seconds=120, what="every job to succeed")
            assert accounts.doubled() == {}
            assert len(served.performed()) == number
        finally:
            await accounts.store.close()


async def test_two_workers_on_one_database_share_its_jobs(tmp_path: Path, long_counts: bool) -> None:
    """S-B11: both of them work, and nothing is done twice at a target that would do it twice."""
    number = 1_000 if long_counts else 120
    async with target(tmp_path) as served:
        accounts = await Accounts.open(tmp_path, served)
        orders = Orders(url=data_url(tmp_path), target=served.url, slow=0.08)  # so that both have the time to take some
        try:
            await accounts.submit("keyless", number)

            async def all_over() -> bool:
                await accounts.answer_all()  # one automatic call in a hundred is put to people
                return not await accounts.open_jobs()

            with worker(orders), worker(orders):
                await until(all_over, seconds=300, what="every job to come to its end")
            assert accounts.doubled() == {}
            assert len(served.performed()) == number
            assert len({job.output["by"] for job in await accounts.all_jobs()}) == 2
        finally:
            await accounts.store.close()
