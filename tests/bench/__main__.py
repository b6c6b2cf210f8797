"""`make bench`: measures, prints a table, writes build/bench.json. Exit code 1 when a target is missed.

    python -m tests.bench [--smoke] [--only WORDS] [--output FILE]

Run it on a quiet machine; `--smoke` takes small counts and asks only that everything runs.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.floors import sqlite_commits, thread_hop, websocket_echo


async def measure(folder: Path, *, smoke: bool) -> list[Figure]:
    count = 50 if smoke else 2000
    return [
        await websocket_echo(count),
        await thread_hop(count),
        sqlite_commits(folder, "NORMAL", count),
        sqlite_commits(folder, "FULL", count),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="small counts, no targets")
    parser.add_argument("--output", type=Path, default=Path("build/bench.json"))
    chosen = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}" + (": a busy machine, so upper bounds" if load > 1 else ""))
    with tempfile.TemporaryDirectory(prefix="calmops-bench-") as folder:
        figures = asyncio.run(measure(Path(folder), smoke=chosen.smoke))
    for figure in figures:
        print(figure.as_line())
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    chosen.output.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n")
    missed = [figure.name for figure in figures if not figure.ok]
    if missed and not chosen.smoke:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
