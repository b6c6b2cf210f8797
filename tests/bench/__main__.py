"""`make bench`: measures, prints a table, writes build/bench.json, and names the targets that were missed.

    python -m tests.bench [--smoke] [--strict] [--only NAME] [--output FILE]

Run it on a quiet machine; `--smoke` takes small counts and asks only that everything runs; with `--strict` the
exit code is 1 when a target is missed.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from tests.bench import approvals, database, engine, load, scale, slack
from tests.bench.figures import Figure
from tests.bench.floors import sqlite_commits, thread_hop, websocket_echo

BENCHES: dict[str, Callable[..., Awaitable[list[Figure]]]] = {
    "slack": slack.measure,
    "database": database.measure,
    "engine": engine.measure,
    "approvals": approvals.measure,
    "load": load.measure,
    "scale": scale.measure,
}


async def measure(folder: Path, names: list[str], *, smoke: bool) -> AsyncIterator[Figure]:
    """The floors first: every other figure stands beside one of them."""
    count = 50 if smoke else 2000
    floors = {
        "echo": await websocket_echo(count),
        "hop": await thread_hop(count),
        "NORMAL": sqlite_commits(folder, "NORMAL", count),
        "FULL": sqlite_commits(folder, "FULL", count),
    }
    for floor in floors.values():
        yield floor
    for name in names:
        for figure in await BENCHES[name](folder, floors, smoke=smoke):
            yield figure


async def printed(folder: Path, names: list[str], *, smoke: bool) -> list[Figure]:
    figures = []
    async for figure in measure(folder, names, smoke=smoke):
        print(figure.as_line(), flush=True)
        figures.append(figure)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small counts, no targets")
    parser.add_argument("--strict", action="store_true", help="exit code 1 when a target is missed")
    parser.add_argument("--only", action="append", choices=BENCHES, help="this bench (may be given more than once)")
    parser.add_argument("--output", type=Path, default=Path("build/bench.json"))
    chosen = parser.parse_args()
    logging.disable(logging.ERROR)  # a bench ends while jobs run, and those say that they were cut short
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}" + (": a busy machine, so upper bounds" if load > 1 else ""))
    with tempfile.TemporaryDirectory(prefix="calmops-bench-") as folder:
        figures = asyncio.run(printed(Path(folder), chosen.only or list(BENCHES), smoke=chosen.smoke))
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")
    missed = [figure.name for figure in figures if not figure.ok]
    if missed and not chosen.smoke:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed and chosen.strict else 0


if __name__ == "__main__":
    sys.exit(main())
