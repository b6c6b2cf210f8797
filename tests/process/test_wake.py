"""One process wakes another at once."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

from agents.core.clock import SystemClock
from agents.core.errors import Misconfigured
from bot.lock import only_one
from bot.wake import Wake, bell_folder
from storage.notices import Notices
from storage.open import open_store
from tests.until import until

OTHER = """
import asyncio, sys
from pathlib import Path
from bot.wake import Wake
async def main():
    rung = asyncio.Event()
    wake = Wake(Path(sys.argv[1]))
    wake.on("worker", rung.set)
    wake.start()
    print("ready", flush=True)
    await rung.wait()
    print("rung", flush=True)
    wake.close()
asyncio.run(main())
"""


async def test_a_ring_reaches_another_process_and_this_one(tmp_path: Path) -> None:
    folder = bell_folder(f"sqlite:///{tmp_path}/x.db")
    mine: list[str] = []
    wake = Wake(folder)
    wake.on("edge", lambda: mine.append("edge"))
    wake.start()
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OTHER, str(folder), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert other.stdout is not None
        assert await other.stdout.readline() == b"ready\n"
        wake.ring(["worker", "edge"])
        assert await other.stdout.readline() == b"rung\n"
        assert mine == ["edge"]
        await other.wait()
    finally:
        with contextlib.suppress(ProcessLookupError):
            other.kill()
        await other.wait()
        wake.close()
    assert not folder.exists()


async def test_a_ring_for_a_process_that_died_is_harmless_and_tidies_up(tmp_path: Path) -> None:
    folder = bell_folder(f"sqlite:///{tmp_path}/x.db")
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OTHER, str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert other.stdout is not None
    await other.stdout.readline()
    other.kill()
    await other.wait()
    assert list(folder.glob("worker-*.sock"))
    wake = Wake(folder)
    wake.start()
    wake.ring(["worker"])
    await until(lambda: not list(folder.glob("worker-*.sock")), what="the dead socket to be removed")
    wake.close()


def test_processes_of_one_database_meet_in_a_short_folder_of_their_own(tmp_path: Path) -> None:
    one, two = bell_folder("sqlite:////a.db"), bell_folder("sqlite:////b.db")
    assert one != two
    assert len(str(one / "worker-4194304.sock")) < 100


def test_a_second_edge_on_one_database_is_refused_and_named(tmp_path: Path) -> None:
    """S-B11."""
    url = f"sqlite:///{tmp_path}/x.db"
    with only_one(url, "edge"):
        with pytest.raises(Misconfigured, match=rf"Another edge already runs.*{os.getpid()}"), only_one(url, "edge"):
            raise AssertionError("two edges")
        with only_one(f"sqlite:///{tmp_path}/y.db", "edge"):
            pass
    with only_one(url, "edge"):
        pass


@pytest.mark.postgres
async def test_on_postgres_a_commit_wakes_processes_on_other_machines(postgres_url: str) -> None:
    """Two stores on one database stand for two machines: no socket of the file system joins them."""
    here, there = await open_store(postgres_url, SystemClock()), await open_store(postgres_url, SystemClock())
    heard: list[str] = []
    notices = Notices(postgres_url, heard.extend)
    notices.start()
    try:
        await until(lambda: "edge" in heard and "worker" in heard, what="the look after connecting")
        heard.clear()
        await here.write(lambda tx: tx.wake("worker"))
        await until(lambda: heard == ["worker"], what="the notice")
        await here.write(lambda _: None)
        await there.write(lambda tx: tx.wake("edge"))
        await until(lambda: heard == ["worker", "edge"], what="the second notice")
    finally:
        await notices.stop()
        await here.close()
        await there.close()
