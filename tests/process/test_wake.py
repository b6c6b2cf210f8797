"""One process wakes another at once."""

import asyncio
import contextlib
import os
import sys
from pathlib import Path

import pytest

from agents.core.errors import Misconfigured
from bot.lock import only_one
from bot.wake import Wake, bell_folder
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
