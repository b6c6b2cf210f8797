"""The bot as people run it: real processes, started by its command, killed by signals."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 100.0


@dataclass(kw_only=True)
class BotProcess:
    """A supervisor and its children. `log` is what all of them said on standard error."""

    process: asyncio.subprocess.Process
    said: list[str]
    log: Path
    reader: asyncio.Task[None]

    async def ready(self, seconds: float = READY_SECONDS) -> str:
        """What stands after READY. Raises AssertionError with the log when it does not come."""
        try:
            async with asyncio.timeout(seconds):
                while not any(line.startswith("READY") for line in self.said):
                    if self.process.returncode is not None:
                        break
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pass
        for line in self.said:
            if line.startswith("READY"):
                return line.partition(" ")[2]
        raise AssertionError(f"not ready after {seconds} s:\n{self.log.read_text(encoding='utf-8')[-4000:]}")

    def pids(self) -> list[int]:
        """The supervisor and every process below it, children first."""
        return [*reversed(descendants(self.process.pid)), self.process.pid]

    async def kill_all(self) -> None:
        """SIGKILL to every process at once, as a power cut would."""
        for pid in [self.process.pid, *descendants(self.process.pid)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await self.process.wait()

    async def stop(self, number: int = signal.SIGTERM, *, seconds: float = 40.0) -> int:
        """Asks it to stop and returns its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(seconds):
            return await self.process.wait()


def descendants(pid: int) -> list[int]:
    """Every process below this one, parents before children."""
    found: list[int] = []
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *descendants(int(child))]
    return found


@asynccontextmanager
async def calmops(
    *arguments: str, log: Path, variables: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> AsyncIterator[BotProcess]:
    """`calmops ...` until the end of the block; whatever is left then is killed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("CALMOPS_", "SLACK_"))}
    with log.open("ab") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=cwd,
            env={**clean, "PYTHONPATH": str(ROOT), **(variables or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=file,
        )
    said: list[str] = []

    async def read() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            said.append(line.decode().rstrip())  # noqa: PERF401  others read the list meanwhile

    reader = asyncio.create_task(read())
    running = BotProcess(process=process, said=said, log=log, reader=reader)
    try:
        yield running
    finally:
        await running.kill_all()
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


def tokens_for(emu: Emulator) -> dict[str, str]:
    """The environment of a bot on this local Slack."""
    return {"SLACK_BOT_TOKEN": emu.bot_token, "SLACK_APP_TOKEN": emu.app_token, "SLACK_API_URL": emu.api_url}
