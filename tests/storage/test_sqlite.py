"""The SQLite store: many transactions in one commit, none of them touched by another, and nothing half done."""

import asyncio
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.core.clock import SystemClock
from agents.core.errors import Misconfigured, Transient
from storage import controls, sqlite, trail
from storage.open import open_store
from storage.payloads import Unreadable, loads
from storage.store import Store, Tx
from tests.until import until

ANYBODY = "T0/UANA"


def note(name: str) -> object:
    return lambda tx: controls.put(tx, name, True, by=ANYBODY)


async def names(store: Store) -> set[str]:
    return set(await store.read(controls.all_of))


async def test_one_that_raises_takes_nothing_else_with_it(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, SystemClock())

    def fails(tx: Tx) -> None:
        controls.put(tx, "half", True, by=ANYBODY)
        raise ValueError("no")

    works = [store.write(note(f"n{number}")) for number in range(20)]
    done = await asyncio.gather(*works[:10], store.write(fails), *works[10:], return_exceptions=True)
    assert [type(one) for one in done if one is not None] == [ValueError]
    assert await names(store) == {f"n{number}" for number in range(20)}
    await store.close()


async def test_every_connection_is_durable(sqlite_url: str) -> None:
    """S-B9."""
    store = await open_store(sqlite_url, SystemClock())

    def pragmas(tx: Tx) -> tuple[object, ...]:
        return tuple(
            tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        )

    assert await store.write(pragmas) == ("wal", 2, 1)
    found = await asyncio.gather(*(store.read(pragmas) for _ in range(8)))
    assert set(found) == {("wal", 2, 1)}
    await store.close()


async def test_reading_cannot_write(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, SystemClock())
    with pytest.raises(Transient):
        await store.read(note("sneaky"))
    assert await names(store) == set()
    await store.close()


async def test_a_full_disk_is_said_clearly_and_survived_without_a_restart(sqlite_url: str, long_counts: bool) -> None:
    """S-B7: again and again, in one process."""
    store = await open_store(sqlite_url, SystemClock())

    def limit(pages: int) -> object:
        return lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    for turn in range(20 if long_counts else 3):
        await store.write(note(f"before {turn}"))
        used = await store.read(lambda tx: tx.connection.exec_driver_sql("PRAGMA page_count").scalar())
        await store.write(limit(used + 2))
        with pytest.raises(Transient, match="disk is full"):
            await _fill(store, f"turn {turn} ")
        assert f"before {turn}" in await names(store), "reading goes on"
        stored = await names(store)
        await store.write(limit(1_000_000))
        await store.write(note(f"after {turn}"))
        assert await names(store) == stored | {f"after {turn}"}
        assert await store.damage() == ""
    await store.close()


async def _fill(store: Store, name: str) -> None:
    for number in range(200):
        await store.write(lambda tx, n=number: controls.put(tx, f"{name}{n}", "x" * 20_000, by=ANYBODY))


LOCKER = """import sqlite3, sys, threading
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
threading.Event().wait(float(sys.argv[2]))
"""


@asynccontextmanager
async def locked(path: Path, seconds: float) -> AsyncIterator[None]:
    """Another process holds the database for so long, or until the end of the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", LOCKER, str(path), str(seconds), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"locked\n"
    yield
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_a_lock_of_five_seconds_by_another_process_is_not_noticed(sqlite_path: Path, sqlite_url: str) -> None:
    """S-B8: writes wait for its end, and reads do not wait at all."""
    store = await open_store(sqlite_url, SystemClock())
    await store.write(note("before"))
    async with locked(sqlite_path, 5.0):
        writing = [asyncio.ensure_future(store.write(note(f"n{number}"))) for number in range(20)]
        assert await names(store) == {"before"}
        assert not any(one.done() for one in writing)
        await asyncio.gather(*writing)
    assert await names(store) == {"before", *(f"n{number}" for number in range(20))}
    await store.close()


async def test_it_is_in_as_soon_as_another_process_lets_go_of_the_lock(
    sqlite_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own way of waiting looks so seldom that a process which writes all the time would keep us out."""
    store = await open_store(sqlite_url, SystemClock())
    other = sqlite3.connect(sqlite_path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    looks: list[float] = []

    def look_again(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 10:
            other.execute("COMMIT")

    monkeypatch.setattr(sqlite, "sleep", look_again)
    await store.write(note("in"))
    assert looks == [sqlite.TURN_SECONDS] * 10
    assert sqlite.TURN_SECONDS <= 0.001
    assert await names(store) == {"in"}
    other.close()
    await store.close()


async def test_a_long_lock_is_said_clearly_and_leaves_nothing_half_done(
    sqlite_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, long_counts: bool
) -> None:
    """S-B8: 30 s in the long form; in the short one the store's patience is shortened, not the lock."""
    if not long_counts:
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    store = await open_store(sqlite_url, SystemClock())
    async with locked(sqlite_path, 30.0):
        told = await asyncio.gather(*(store.write(note(f"n{number}")) for number in range(5)), return_exceptions=True)
        assert [str(one) for one in told] == ["The database is busy with something else. Try again in a moment."] * 5
        assert await names(store) == set()
    await store.write(note("again"))
    assert await names(store) == {"again"}
    await store.close()


async def test_a_backup_taken_under_load_is_whole_and_one_moment(sqlite_url: str, tmp_path: Path) -> None:
    """S-I5: twenty backups, each opened as a database of its own."""
    store = await open_store(sqlite_url, SystemClock())
    stop, stored = asyncio.Event(), list[int]()

    async def load() -> None:
        while not stop.is_set():
            await store.write(lambda tx: _pair(tx, len(stored)))
            stored.append(len(stored))

    def _pair(tx: Tx, number: int) -> None:
        tx.audit("test.pair", actor=ANYBODY, number=number)
        controls.put(tx, f"left{number}", number, by=ANYBODY)
        controls.put(tx, f"right{number}", number, by=ANYBODY)

    loading = asyncio.ensure_future(load())
    for number in range(20):
        await until(lambda so_far=len(stored): len(stored) > so_far)  # type: ignore[misc]
        before, target = len(stored), tmp_path / f"backup{number}.db"
        await store.backup(target)
        copy = await open_store(f"sqlite:///{target}", SystemClock(), check=True)
        found = await names(copy)
        lefts = {name.removeprefix("left") for name in found if name.startswith("left")}
        assert lefts == {name.removeprefix("right") for name in found if name.startswith("right")}
        assert len(lefts) >= before, "what was stored before the backup is in it"
        chain = await copy.read(trail.verify)
        assert (chain.problems, chain.lines * 2) == ((), len(found))
        await copy.close()
    stop.set()
    await loading
    await store.close()


async def test_a_backup_that_cannot_be_written_says_where(sqlite_url: str, tmp_path: Path) -> None:
    store = await open_store(sqlite_url, SystemClock())
    with pytest.raises(Transient, match="nowhere"):
        await store.backup(tmp_path / "nowhere" / "backup.db")
    await store.close()


def _damage(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[40_000:60_000] = b"\xff" * 20_000
    path.write_bytes(raw)


async def test_a_damaged_file_is_refused_with_one_clear_line(sqlite_path: Path, sqlite_url: str) -> None:
    store = await open_store(sqlite_url, SystemClock())
    for number in range(50):
        await store.write(lambda tx, n=number: controls.put(tx, f"n{n}", "x" * 3000, by=ANYBODY))
    await store.close()
    _damage(sqlite_path)
    with pytest.raises(Misconfigured, match="damaged"):
        await open_store(sqlite_url, SystemClock(), check=True)


async def test_writing_from_another_thread_works_while_the_loop_is_blocked(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, SystemClock())
    await asyncio.to_thread(store.write_from_thread, note("thread"), timeout=5)
    assert await names(store) == {"thread"}
    await store.close()


async def test_a_closed_store_says_so(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, SystemClock())
    await store.close()
    with pytest.raises(Transient, match="closed"):
        await store.write(note("late"))


@pytest.mark.parametrize("raw", ["{", "", "{'a': 1}", "[1,"])
def test_a_payload_that_is_not_json_is_a_value_of_its_own(raw: str) -> None:
    assert isinstance(loads(raw), Unreadable)
    assert loads(raw) == {}
