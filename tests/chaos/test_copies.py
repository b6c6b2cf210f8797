"""Several processes on one database, and copies of its files taken in the middle of their work."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agents.core.clock import SystemClock
from storage import trail
from storage.open import open_store
from tests.chaos.victim import data_url
from tests.until import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

SEED = 20_261_121


@dataclass
class Writer:
    """A process that writes. `stored` is how many pairs it was told are stored."""

    process: asyncio.subprocess.Process
    stored: int = 0
    reader: asyncio.Task[None] = field(init=False)

    def __post_init__(self) -> None:
        self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.stored = int(line)

    async def ended(self) -> int:
        """Waits until it has written all it was to write."""
        await self.reader
        return await self.process.wait()


@asynccontextmanager
async def writer(url: str, name: str = "w", number: int = 0, *planted: str) -> AsyncIterator[Writer]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos.writing", url, name, str(number), *planted),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    running = Writer(process)
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await asyncio.gather(running.reader, return_exceptions=True)


def look_into(copy: Path) -> tuple[str, int, int, list[int]]:
    """What SQLite says of a copy, its left and right rows, and the places of its audit lines."""
    with closing(sqlite3.connect(copy)) as database:
        (state,) = database.execute("PRAGMA integrity_check").fetchone()
        (lefts,) = database.execute("SELECT count(*) FROM controls WHERE name LIKE 'left %'").fetchone()
        (rights,) = database.execute("SELECT count(*) FROM controls WHERE name LIKE 'right %'").fetchone()
        places = [row[0] for row in database.execute("SELECT seq FROM audit ORDER BY seq")]
    return state, lefts, rights, places


async def copies_of(folder: Path, number: int, *planted: str) -> list[str]:
    """Copies database and log of a process that is held still at random moments; returns what is wrong with them."""
    path, copy, luck = folder / "calmops.db", folder / "copy.db", random.Random(SEED)
    problems, seen = [], 0
    async with writer(data_url(folder), "w", 0, *planted) as busy:
        for _ in range(number):
            await until(lambda: busy.stored > seen, what="more to be written")  # noqa: B023  awaited at once
            await asyncio.sleep(luck.uniform(0, 0.01))  # any moment of its work will do
            seen = busy.stored
            os.kill(busy.process.pid, signal.SIGSTOP)
            try:
                for end in ("", "-wal"):
                    shutil.copy(f"{path}{end}", f"{copy}{end}")
            finally:
                os.kill(busy.process.pid, signal.SIGCONT)
            state, lefts, rights, places = await asyncio.to_thread(look_into, copy)
            whole = lefts == rights == len(places) and places == list(range(1, len(places) + 1))
            if state != "ok" or not whole or lefts < seen:
                problems.append(f"{state}: {lefts} left, {rights} right, {len(places)} lines, {seen} told as stored")
    print(f"seed {SEED}: {number} copies, {seen} pairs")
    return problems


async def test_files_copied_in_the_middle_of_work_open_well(tmp_path: Path, long_counts: bool) -> None:
    """S-B9: nothing half done in any copy, and everything in it that was told as stored."""
    assert await copies_of(tmp_path, 500 if long_counts else 50) == []


async def test_half_of_a_pair_in_a_copy_would_be_noticed(tmp_path: Path) -> None:
    """S-B9."""
    assert await copies_of(tmp_path, 25, "torn") != []


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


async def test_writers_in_several_processes_leave_no_gap_and_no_fork_in_the_audit(
    any_url: str, long_counts: bool
) -> None:
    """S-H4: four processes."""
    each = 2_000 if long_counts else 30
    store = await open_store(any_url, SystemClock())
    async with AsyncExitStack() as stack:
        busy = [await stack.enter_async_context(writer(any_url, name, each)) for name in "abcd"]
        assert [await one.ended() for one in busy] == [0] * 4
    found = await store.read(trail.verify)
    await store.close()
    assert (found.lines, found.problems) == (4 * each, ())
