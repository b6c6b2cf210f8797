"""A worker process under load: many jobs at once, heavy work beside quick work, a start on a long queue."""

from collections.abc import Mapping
from pathlib import Path

from tests.bench.figures import Figure, median
from tests.chaos.loads import beside_heavy, first_of_a_long_queue, flood, p95

MANY = 10_000


async def measure(folder: Path, floors: Mapping[str, Figure], *, smoke: bool) -> list[Figure]:
    many, jobs_each, rounds, heavy_seconds = (100, 2, 1, 1.0) if smoke else (MANY, 25, 3, 8.0)
    for name in ("flood", "beside", "restart"):
        (folder / name).mkdir()
    flooded = await flood(folder / "flood", many, heavy_seconds=0.05)
    beside = await beside_heavy(folder / "beside", jobs_each=jobs_each, rounds=rounds, heavy_seconds=heavy_seconds)
    first = await first_of_a_long_queue(folder / "restart", many)
    idle, loaded = p95(beside.idle), p95(beside.loaded)
    return [
        Figure(name=f"{many:,} jobs enqueued while a worker runs", median=flooded.enqueued, unit="s", target=30.0),
        Figure(name="fast lane beside that backlog, p95 to start", median=flooded.fast_p95, unit="s", target=2.0),
        Figure(name="most memory of that worker", median=float(flooded.memory), unit="MiB", target=500.0),
        Figure(
            name="a fast job beside 8 heavy ones, p95",
            median=loaded * 1e3,
            unit="ms",
            target=idle * 1.2e3,
            floor=idle * 1e3,
            floor_name="with none",
        ),
        Figure(
            name="a fast job beside 8 heavy ones, median",
            median=median(beside.loaded) * 1e3,
            unit="ms",
            floor=median(beside.idle) * 1e3,
            floor_name="with none",
        ),
        Figure(name=f"a worker starts on {many:,} queued, first done", median=first, unit="s", target=2.0),
    ]
