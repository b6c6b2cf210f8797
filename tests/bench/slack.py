"""From Slack's socket to the acknowledgement and back, the delivery stored in between: what a person waits for at least."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from bot.emulator import Emulator, start_emulator
from tests.bench.figures import Figure, median

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def _edge(emulator: Emulator, data: Path) -> AsyncIterator[None]:
    """The edge in a process of its own, as `calmops run` has it, connected to the local Slack."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "CALMOPS_"))},
        "SLACK_API_URL": emulator.api_url,
        "SLACK_BOT_TOKEN": emulator.bot_token,
        "SLACK_APP_TOKEN": emulator.app_token,
        "CALMOPS_LOG_LEVEL": "WARNING",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--role", "edge", "--local", "--data", str(data)),
        cwd=ROOT,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        said = await process.stdout.readline()
        assert said.startswith(b"READY"), f"the edge said {said!r} and ended with {process.returncode}"
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def measure(folder: Path, floors: Mapping[str, Figure], *, smoke: bool) -> list[Figure]:
    """Milliseconds from the envelope leaving the local Slack until its acknowledgement came back, one at a time."""
    count = 10 if smoke else 300
    async with start_emulator(manifest=ROOT / "manifest.yml") as emulator, _edge(emulator, folder / "slack"):
        commands = [await _acknowledged(emulator, "help") for _ in range(count)]
        submitting = [await _acknowledged(emulator, "run triage I was charged twice") for _ in range(count)]
    beside = {"target": 5.0, "floor": floors["echo"].median / 1e3, "floor_name": "WebSocket echo"}
    return [
        Figure(name="/ops help, socket to acknowledgement", median=median(commands), unit="ms", **beside),
        Figure(name="/ops run triage, socket to acknowledgement", median=median(submitting), unit="ms", **beside),
    ]


async def _acknowledged(emulator: Emulator, text: str) -> float:
    answer = await emulator.command("ana", "support", f"/ops {text}")
    assert answer["acked"], answer
    return float(answer["ack_ms"])
