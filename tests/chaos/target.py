"""A fake target in a process of its own. Its ledger is the truth: one line, flushed to the file, for every effect it performed.

`/keyed` performs a key once and answers a repeated key as before. `/keyless` performs whatever it is asked. The header
`lose: reply` makes it perform and then cut the connection, as a target does whose answer is lost on the way.
"""

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web


@dataclass(frozen=True, kw_only=True)
class Target:
    """A running target: where it listens, and where it writes."""

    url: str
    ledger: Path

    def performed(self) -> Counter[str]:
        """How often each thing was done."""
        if not self.ledger.exists():
            return Counter()
        return Counter(json.loads(line)["what"] for line in self.ledger.read_text().splitlines())


async def serve(ledger: Path) -> None:
    """Serves until the process is ended; prints its address once it listens."""
    answers: dict[str, int] = {}
    file = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def perform(what: str) -> int:
        os.write(file, json.dumps({"what": what}).encode() + b"\n")
        return len(answers)

    async def keyed(request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        if asked["key"] not in answers:
            answers[asked["key"]] = perform(asked["what"])
        return answer(request, answers[asked["key"]])

    async def keyless(request: web.Request) -> web.StreamResponse:
        return answer(request, perform((await request.json())["what"]))

    def answer(request: web.Request, number: int) -> web.StreamResponse:
        if request.headers.get("lose") == "reply" and request.transport is not None:
            request.transport.abort()
        return web.json_response({"number": number})

    app = web.Application()
    app.add_routes([web.post("/keyed", keyed), web.post("/keyless", keyless)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    print(f"http://{host}:{port}", flush=True)
    await asyncio.Event().wait()


@asynccontextmanager
async def target(folder: Path) -> AsyncIterator[Target]:
    """A target in its own process, for the length of the block."""
    ledger = folder / "ledger.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos.target", str(ledger), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield Target(url=(await process.stdout.readline()).decode().strip(), ledger=ledger)
    finally:
        process.kill()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
