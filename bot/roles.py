"""The life of one process: start its parts, say READY, wait for a signal or a failure, stop in order."""

import asyncio
import errno
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from agents.core.errors import Misconfigured
from bot.logs import start_logging
from bot.settings import CONFIG_NAME, Settings, hide_tokens, read_settings

if TYPE_CHECKING:
    from bot.app import Bot

ORPHAN_SECONDS = 5.0
"""How long a process whose supervisor died may take to stop by itself."""


def run_role(role: str, *, data: Path | None, supervised: bool, local: bool) -> NoReturn:
    """Runs one role, or all of them, until told to stop, and ends the process. Raises `Misconfigured` before it starts."""
    settings = read_settings(calmops_data=data)
    hide_tokens()
    start_logging(form=settings.calmops_log, level=settings.calmops_log_level, role=role)
    if role == "worker" and settings.calmops_worker_memory_mb:
        limit_memory(settings.calmops_worker_memory_mb)
    code = asyncio.Runner().run(
        _until_stopped(lambda stack, stop: _start(role, settings, local, stack, stop), supervised)
    )
    leave(code)


def run_emulator(*, port: int, data: Path | None, manifest: Path | None, supervised: bool) -> int:
    """Runs the local Slack until told to stop."""
    start_logging(role="slack", level="WARNING" if supervised else "INFO")

    async def start(stack: AsyncExitStack, _stop: asyncio.Event) -> str:
        from bot.emulator import start_emulator

        try:
            emulator = await stack.enter_async_context(start_emulator(port=port, data=data, manifest=manifest))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise Misconfigured(f"Port {port} is in use. End what uses it, or choose another with --port.") from error
        return emulator.base_url

    return asyncio.run(_until_stopped(start, supervised))


def leave(code: int) -> NoReturn:
    """Ends the process now that its parts are stopped. Threads that still compute, for a model that nobody waits for any
    more, would hold it up for as long as they take."""
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)


async def _start(role: str, settings: Settings, local: bool, stack: AsyncExitStack, stop: asyncio.Event) -> str:
    from bot.app import build

    if role != "worker":
        from bot.edge.preflight import check_token_forms

        check_token_forms(settings)
    if local:
        from bot.config.built_in import give_policy

        give_policy(settings.calmops_data / CONFIG_NAME)
    bot = await build(settings)
    stack.push_async_callback(bot.close)
    if role in ("worker", "all"):
        await _start_worker(bot, stack, stop, deadly=role == "worker")
    if role in ("edge", "all"):
        await _start_edge(bot, stack, stop)
    bot.listen()
    return role


async def _start_edge(bot: "Bot", stack: AsyncExitStack, stop: asyncio.Event) -> None:
    from bot.app import build_edge
    from bot.lock import only_one

    stack.enter_context(only_one(bot.settings.database_url, "edge"))
    edge = await build_edge(bot)
    stack.push_async_callback(edge.stop)
    await edge.start()
    _watch(edge.failed(), stack, stop)


async def _start_worker(bot: "Bot", stack: AsyncExitStack, stop: asyncio.Event, *, deadly: bool) -> None:
    from bot.app import build_worker

    worker = build_worker(bot, deadly=deadly)
    stack.push_async_callback(worker.stop)
    await worker.start()
    _watch(worker.failed(), stack, stop)


def _watch(work: Awaitable[None], stack: AsyncExitStack, stop: asyncio.Event) -> None:
    """Ends the process when a part of it fails: the supervisor starts a fresh one."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(lambda _: stop.set())

    async def result() -> None:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error

    stack.push_async_callback(result)


async def _until_stopped(start: Callable[[AsyncExitStack, asyncio.Event], Awaitable[str]], supervised: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _asked_to_stop, stop)
    if supervised:
        watch_supervisor()
    async with AsyncExitStack() as stack:
        starting = asyncio.ensure_future(start(stack, stop))
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
            return 0
        print(f"READY {starting.result()}", flush=True)
        await stopping
    return 0


def _asked_to_stop(stop: asyncio.Event) -> None:
    """The first signal stops in order, the second at once."""
    if stop.is_set():
        os._exit(1)
    stop.set()


def watch_supervisor() -> None:
    """Ends this process when its supervisor is gone, even when agent code holds the event loop."""

    def wait() -> None:
        while os.read(0, 1024):  # not sys.stdin: its lock would be held while the interpreter ends
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(ORPHAN_SECONDS)
        os._exit(1)

    threading.Thread(target=wait, name="calmops-supervisor-watch", daemon=True).start()


def limit_memory(megabytes: int) -> None:
    """Bounds this process's address space, so that a job that eats memory fails alone."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
