"""The store alone: a transaction by itself, and many that arrive together and share one wait for the disk."""

import asyncio
import time
from collections.abc import Awaitable, Mapping
from pathlib import Path

from agents.core.clock import SystemClock
from storage.open import open_store
from storage.store import Tx
from storage.tables import audit
from tests.bench.figures import Figure, median

TOGETHER = 64


def _write_one(tx: Tx) -> None:
    tx.audit("bench", actor="bench", text="x" * 100)


def _read_one(tx: Tx) -> object:
    return tx.execute(audit.select().where(audit.c.seq == 1)).first()


async def measure(folder: Path, floors: Mapping[str, Figure], *, smoke: bool) -> list[Figure]:
    """Each write is one chained audit line: insert, hash, commit. Microseconds a write."""
    count = 20 if smoke else 1000
    full = floors["FULL"]
    beside = {"floor": full.median, "floor_name": "raw commit"}
    store = await open_store(f"sqlite:///{folder / 'database.db'}", SystemClock())
    try:
        alone = [await _timed(store.write(_write_one)) for _ in range(count)]
        together = [
            await _timed(asyncio.gather(*(store.write(_write_one) for _ in range(TOGETHER)))) / TOGETHER
            for _ in range(count // 20)
        ]
        reads = [await _timed(store.read(_read_one)) for _ in range(count)]
    finally:
        await store.close()
    hop = {"floor": floors["hop"].median, "floor_name": "thread hop"}
    return [
        Figure(name="store: a write alone, FULL", median=median(alone) * 1e6, unit="us", **beside),
        Figure(
            name=f"store: a write among {TOGETHER} at once, FULL", median=median(together) * 1e6, unit="us", **beside
        ),
        Figure(name="store: a read", median=median(reads) * 1e6, unit="us", **hop),
    ]


async def _timed(work: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun
