"""SIGKILL at random moments and at every fault point: nothing acknowledged is lost, no effect happens twice.

The truth is the target's own ledger. Each test also runs once with a bug planted, which it must notice.
"""

import asyncio
import random
import signal
from pathlib import Path

import pytest

from agents.core.records import EscalationKind
from tests.chaos.accounts import Accounts
from tests.chaos.lives import FAULT_POINTS, begin, end, next_fault, worker
from tests.chaos.target import Target, target
from tests.chaos.victim import Orders, data_url
from tests.until import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(1_500)]

SEED = 20_261_121
JOBS_PER_KILL = 3


async def slaughter(accounts: Accounts, orders: Orders, kills: int) -> int:
    """Kills worker after worker, every other one at a fault point; returns how many really died of SIGKILL."""
    print(f"seed {SEED}")
    luck = random.Random(SEED)
    died = 0
    for turn in range(kills):
        faults = next_fault(luck, turn // 2) if turn % 2 else ""
        process = begin(Orders(**{**orders.__dict__, "faults": faults}))
        if faults:
            await asyncio.to_thread(process.join, 1.5)
        else:
            await asyncio.sleep(luck.uniform(0.05, 0.5))
        died += await asyncio.to_thread(end, process, signal.SIGKILL) == -signal.SIGKILL
    return died


async def finish(accounts: Accounts, orders: Orders, *, seconds: float = 300) -> None:
    """Lets one worker live until no job is open, working off dead letters and answering review cards truly."""

    async def nothing_open() -> bool:
        await accounts.work_off_dead_letters()
        await accounts.answer_all()
        return not await accounts.open_jobs()

    with worker(orders):
        try:
            await until(nothing_open, seconds=seconds, what="every job to come to an end")
        except AssertionError as error:
            raise AssertionError(
                f"{error}; open: {await accounts.open_jobs()}; their story: {await accounts.stories()}"
            ) from None


async def run_kills(folder: Path, served: Target, agent: str, kills: int, planted: str = "") -> Accounts:
    """Queues jobs, kills, and lets the rest finish with a healthy worker."""
    accounts = await Accounts.open(folder, served)
    orders = Orders(url=data_url(folder), target=served.url, planted=planted)
    await accounts.submit(agent, JOBS_PER_KILL * kills)
    died = await slaughter(accounts, orders, kills)
    assert died == kills, "every worker was to die by SIGKILL"
    if agent == "keyless":
        await check_each_doubt_has_one_card(accounts)
    await finish(accounts, orders)
    return accounts


async def check_each_doubt_has_one_card(accounts: Accounts) -> None:
    """Every job whose effect may have happened is asked about once; none is tried again by itself."""
    asked = [card.job_id for card in await accounts.questions(EscalationKind.EFFECT)]
    assert len(asked) == len(set(asked))
    assert not accounts.doubled()


@pytest.mark.parametrize("agent", ["keyed", "keyless"])
async def test_killed_workers_lose_nothing_and_double_nothing(tmp_path: Path, kills: int, agent: str) -> None:
    """S-B1, S-B2."""
    async with target(tmp_path) as served:
        accounts = await run_kills(tmp_path, served, agent, kills)
        try:
            performed, jobs = served.performed(), await accounts.count()
            print(f"{agent}: {kills} kills, {jobs} jobs, {sum(performed.values())} effects")
            assert await accounts.statuses() == {"succeeded": jobs}
            assert accounts.doubled() == {}
            assert len(performed) == jobs == JOBS_PER_KILL * kills
            assert set((await accounts.written("effect.done")).values()) == {1}
        finally:
            await accounts.store.close()


@pytest.mark.parametrize(("agent", "planted"), [("keyed", "fresh keys"), ("keyless", "blind retry")])
async def test_a_retry_without_its_guard_would_be_noticed(tmp_path: Path, agent: str, planted: str) -> None:
    """S-B1, S-B2."""
    async with target(tmp_path) as served:
        accounts = await Accounts.open(tmp_path, served)
        try:
            orders = Orders(url=data_url(tmp_path), target=served.url, planted=planted)
            await accounts.submit(agent, 3)
            process = begin(Orders(**{**orders.__dict__, "faults": "after_effect:1"}))
            assert await asyncio.to_thread(end_by_itself, process) == -signal.SIGKILL
            await finish(accounts, orders)
            assert accounts.doubled() != {}
        finally:
            await accounts.store.close()


@pytest.mark.parametrize("point", FAULT_POINTS)
@pytest.mark.parametrize("agent", ["keyed", "keyless"])
async def test_each_fault_point_is_really_reached_and_survived(tmp_path: Path, agent: str, point: str) -> None:
    """S-B1, S-B2."""
    async with target(tmp_path) as served:
        accounts = await Accounts.open(tmp_path, served)
        try:
            orders = Orders(url=data_url(tmp_path), target=served.url)
            await accounts.submit(agent, 2)
            process = begin(Orders(**{**orders.__dict__, "faults": f"{point}:1"}))
            assert await asyncio.to_thread(end_by_itself, process) == -signal.SIGKILL
            await finish(accounts, orders)
            assert await accounts.statuses() == {"succeeded": 2}
            assert accounts.doubled() == {}
            assert len(served.performed()) == 2
        finally:
            await accounts.store.close()


def end_by_itself(process: object) -> int | None:
    """Waits for a process that is to die at its fault point."""
    process.join(90)  # type: ignore[attr-defined]  # a process of the fork server
    return end(process, signal.SIGTERM)  # type: ignore[arg-type]
