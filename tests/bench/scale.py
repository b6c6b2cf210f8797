"""What a long past and a long wait cost: claims beside a million finished jobs, memory beside waiting ones.

The rows are put in by plain SQL: making a million jobs the honest way would take half an hour.
"""

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from agents.core.clock import SystemClock
from agents.core.contract import Lane
from storage import queue
from storage.open import open_store
from storage.store import Store, Tx
from tests.bench.figures import Figure, median
from tests.chaos.burden import Burden, live
from tests.chaos.lives import worker
from tests.chaos.loads import memory_kb, opened, statuses, submit
from tests.chaos.victim import data_url
from tests.until import until

FINISHED, WAITING = 1_000_000, 100_000
CLAIMS, ROUNDS = 200, 4
DAY = 86400.0

_FILL = """
    INSERT INTO jobs (agent, agent_version, status, lane, priority, turn, deadline_at, created_at, started_at, finished_at,
                      updated_at, summary, input, output, requester, source, wait_kind, wait_for, waiting_since, wake_at)
    VALUES ('fast', '1', :status, :lane, 50, :n, :now + 86400, :at, :at, :ended, :at, 'A job of the past',
            '{"seconds":0.0}', '{}', 'T0/U' || (:n % 200), '{"kind":"bench"}', :kind, :waits, :since, :wake)
"""


def fill(path: Path, number: int, status: str) -> None:
    """Puts in jobs that are over, or that wait: half of them for a person, half for a time that comes tomorrow."""
    now = time.time()
    over = status == "succeeded"

    def row(n: int) -> dict[str, object]:
        at = now - DAY * 30 * (1 - n / number)
        timed = not over and n % 2 == 0
        return {
            "status": status,
            "lane": ("fast", "normal", "heavy")[n % 3],
            "n": n,
            "now": now,
            "at": at,
            "ended": at + 1 if over else None,
            "kind": None if over else "timer" if timed else "person",
            "waits": None if over else "sleep" if timed else f"escalation:{n}",
            "since": None if over else at,
            "wake": now + DAY if timed else None,
        }

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        connection.executemany(_FILL, map(row, range(number)))
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def claims(folder: Path, finished: int, number: int) -> Figure:
    """One claim of one job, the statements alone: in an empty database and beside finished jobs, in turns. The first turn
    warms both up."""
    paths = [folder / "claims-empty.db", folder / "claims-full.db"]
    stores = [await open_store(f"sqlite:///{path}", SystemClock()) for path in paths]
    try:
        fill(paths[1], finished, "succeeded")
        for store in stores:
            await store.write(lambda tx: [submit(tx, "fast") for _ in range(ROUNDS * number)])
        _, *rounds = [[await _claims(store, number) for store in stores] for _ in range(ROUNDS)]
        empty, full = (median(took) for took in zip(*rounds, strict=True))
    finally:
        for store in stores:
            await store.close()
        for path in paths:
            path.unlink()
    return Figure(
        name=f"claim beside {finished:,} finished jobs",
        median=full * 1e6,
        unit="us",
        target=empty * 1.2e6,
        floor=empty * 1e6,
        floor_name="in an empty database",
    )


async def _claims(store: Store, number: int) -> float:
    took = []

    def claim(tx: Tx) -> None:
        for _ in range(number):
            begun = time.perf_counter()
            assert Lane.FAST in queue.waiting(tx).ready
            assert queue.claim(tx, Lane.FAST, worker="bench", lease_seconds=60, limit=1)
            took.append(time.perf_counter() - begun)

    await store.write(claim)
    return median(took)


async def memory(folder: Path, waiting: int) -> Figure:
    """What a worker process uses while so many jobs wait, beside one that has none, after both worked for a while."""
    used = []
    for number in (0, waiting):
        place = folder / f"waiting-{number}"
        place.mkdir()
        async with opened(place) as store:
            if number:
                fill(place / "calmops.db", number, "waiting")
            used.append(await _worker_memory(store, place))
    return Figure(
        name=f"memory of a worker beside {waiting:,} waiting jobs",
        median=used[1] / 1024,
        unit="MiB",
        target=used[0] / 1024 + 10,
        floor=used[0] / 1024,
        floor_name="with none",
    )


async def _worker_memory(store: Store, place: Path) -> int:
    """In KiB, after a few hundred jobs in several batches."""

    async def done(number: int) -> bool:
        return (await statuses(store))["succeeded"] == number

    with worker(Burden(url=data_url(place)), live) as running:
        for batch in range(1, 6):
            await store.write(lambda tx: [submit(tx, "fast") for _ in range(50)])
            await until(lambda number=50 * batch: done(number), seconds=60, what="the worker to work")
        return memory_kb(running.pid or 0)


async def measure(folder: Path, floors: Mapping[str, Figure], *, smoke: bool) -> list[Figure]:
    finished, waiting, number = (1_000, 1_000, 10) if smoke else (FINISHED, WAITING, CLAIMS)
    return [await claims(folder, finished, number), await memory(folder, waiting)]
