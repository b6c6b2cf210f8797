"""Starts the processes of the bot, starts those again that end, and stops them in order.

The supervisor itself does next to nothing, so that nothing can bring it down: it imports neither Slack's libraries nor the
database's. Each child says `READY ...` on its standard output, and stops by itself when its standard input closes.
"""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import bot
from bot.config.built_in import give_policy
from bot.logs import start_logging
from bot.settings import CONFIG_NAME, Settings, environment, read_settings

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
STEADY_SECONDS = 60.0
"""A child that lived this long starts its pauses from the shortest again."""

WORKER_SECONDS, EDGE_SECONDS = 25.0, 8.0
"""How long workers, and then the edge, may take to stop before they are killed: 33 s at most, of which the edge needs few."""

ROOT = str(Path(bot.__file__).resolve().parent.parent)

WRONG = 2
"""The exit code of a child that cannot run as configured: starting it again would not help."""


@dataclass(kw_only=True)
class Child:
    """One process that should run. `arguments` follow `python -m bot`."""

    name: str
    arguments: Sequence[str]
    secrets: bool
    grace: float
    variables: dict[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    ready: "asyncio.Future[str]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    starts: int = 0


class Supervisor:
    """Children are stopped in the reverse order of their start: whoever makes work before whoever sends it out."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()
        self._signals = 0
        self.exit_code = 0

    async def start(self, child: Child) -> str:
        """Starts a child and returns what it said after READY. Empty when the bot is to stop instead."""
        self._children.append(child)
        self._tasks.append(asyncio.create_task(self._keep(child), name=child.name))
        stopping: asyncio.Future[Any] = asyncio.ensure_future(self._stopping.wait())
        ready: asyncio.Future[Any] = child.ready
        await asyncio.wait({stopping, ready}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        return child.ready.result() if child.ready.done() else ""

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def listen(self) -> None:
        """Takes SIGTERM and SIGINT: the first stops in order, the second kills."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)

    async def until_stopped(self) -> int:
        """Waits for the end, stops every child in order, and returns the exit code."""
        await self._stopping.wait()
        for child in reversed(self._children):
            await self._stop(child)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return self.exit_code

    def _signalled(self) -> None:
        self._signals += 1
        self._stopping.set()
        if self._signals > 1:
            for child in self._children:
                if child.process is not None and child.process.returncode is None:
                    child.process.kill()
            self.exit_code = 1

    async def _keep(self, child: Child) -> None:
        pause = FIRST_PAUSE
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            code = await self._run(child)
            if self.stopping:
                return
            if code == WRONG:
                self.exit_code = WRONG
                self._stopping.set()
                return
            pause = FIRST_PAUSE if loop.time() - began > STEADY_SECONDS else pause
            log.error("The %s ended (%s); starting it again in %.0f s.", child.name, _why(code), pause,
                      extra={"event": "supervisor.restart", "child": child.name, "code": code})  # fmt: skip
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
            pause = min(LONGEST_PAUSE, pause * 2)

    async def _run(self, child: Child) -> int:
        child.starts += 1
        # Our own folder first, the working directory not at all: another `bot` package lying there must not be taken for us.
        python = {"PYTHONSAFEPATH": "1", "PYTHONUNBUFFERED": "1"}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *child.arguments,
            env=environment(secrets=child.secrets, first=ROOT, also={**python, **child.variables}),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        child.process = process
        if self.stopping:
            process.terminate()
        assert process.stdout is not None
        async for line in process.stdout:
            word, _, rest = line.decode(errors="replace").strip().partition(" ")
            if word == "READY" and not child.ready.done():
                child.ready.set_result(rest)
            elif word == "READY":
                log.warning("The %s runs again.", child.name, extra={"event": "supervisor.back", "child": child.name})
        return await process.wait()

    async def _stop(self, child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(child.grace):
                await process.wait()
        except TimeoutError:
            log.error("The %s did not stop in %.0f s and was killed.", child.name, child.grace,
                      extra={"event": "supervisor.killed", "child": child.name})  # fmt: skip
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _why(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return f"by {signal.Signals(-code).name}"
    return f"by signal {-code}"


def edge_child(data: Path, *, variables: dict[str, str] | None = None) -> Child:
    """The process that speaks with Slack: the only one that is given tokens."""
    arguments = ["run", "--role", "edge", "--data", str(data), "--supervised"]
    return Child(name="edge", arguments=arguments, secrets=True, grace=EDGE_SECONDS, variables=variables or {})


def worker_child(data: Path, number: int, *, lanes: str = "") -> Child:
    """A process that runs agents; of these lanes only, when any are named."""
    arguments = ["run", "--role", "worker", "--data", str(data), "--supervised"]
    variables = {"CALMOPS_LANES": lanes} if lanes else {}
    name = "heavy worker" if lanes == "heavy" else f"worker {number}"
    return Child(name=name, arguments=arguments, secrets=False, grace=WORKER_SECONDS, variables=variables)


def worker_children(data: Path, settings: Settings) -> list[Child]:
    """The workers of a bot. Heavy work has a process of its own, so that it cannot hold up short work; whoever names the
    lanes decides that alone."""
    numbers = range(1, settings.calmops_workers + 1)
    if settings.calmops_lanes:
        return [worker_child(data, number, lanes=settings.calmops_lanes) for number in numbers]
    quick = [worker_child(data, number, lanes="fast,normal") for number in numbers]
    return [*quick, worker_child(data, settings.calmops_workers + 1, lanes="heavy")]


def supervise_run(*, data: Path | None) -> int:
    """Runs edge and workers until stopped. Returns the exit code; raises `Misconfigured` for settings that cannot be read."""
    settings = read_settings(calmops_data=data)
    start_logging(form=settings.calmops_log, level=settings.calmops_log_level, role="bot")

    async def run() -> int:
        supervisor = Supervisor()
        supervisor.listen()
        if await supervisor.start(edge_child(settings.calmops_data)):
            for child in worker_children(settings.calmops_data, settings):
                await supervisor.start(child)
        if not supervisor.stopping:
            print(f"READY {settings.slack_api_url}", flush=True)
        return await supervisor.until_stopped()

    return asyncio.run(run())


def supervise_try(*, port: int, data: Path) -> int:
    """Runs the local Slack, an edge that speaks with it, and a worker. Says `READY http://...` when all of them answer."""
    settings = read_settings(calmops_data=data)
    start_logging(form=settings.calmops_log, level="WARNING", role="try")
    data = settings.calmops_data
    quiet = settings.calmops_log_level if "calmops_log_level" in settings.model_fields_set else "WARNING"
    give_policy(data / CONFIG_NAME)

    async def run() -> int:
        supervisor = Supervisor()
        supervisor.listen()
        slack = ["emulator", "--port", str(port), "--data", str(data / "slack"), "--supervised"]
        address = await supervisor.start(Child(name="local Slack", arguments=slack, secrets=False, grace=5.0))
        if address:
            variables = {
                "SLACK_BOT_TOKEN": "xoxb-local-calmops",
                "SLACK_APP_TOKEN": "xapp-local-calmops",
                "SLACK_API_URL": f"{address}/api/",
                "CALMOPS_LOG_LEVEL": quiet,
            }
            starting = [
                supervisor.start(edge_child(data, variables=variables)),
                supervisor.start(worker_child(data, 1)),
            ]
            await asyncio.gather(*starting)
        if not supervisor.stopping:
            print(f"READY {address}", flush=True)
        return await supervisor.until_stopped()

    return asyncio.run(run())
