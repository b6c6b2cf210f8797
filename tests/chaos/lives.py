"""Lives of a worker process: begun from a server that has everything imported, and ended by real signals."""

import multiprocessing
import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from typing import Any

from tests.chaos.victim import live

FAULT_POINTS = ("after_claim", "after_intent", "after_effect", "after_result", "before_settle", "after_settle")
"""Where the engine may be cut: between every two of its writes."""


def _server() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.victim"])
    return context


def begin(orders: Any, life: Callable[[Any], None] = live) -> BaseProcess:
    """Starts a worker process that lives by its orders, with a `life` of its own if given; the caller ends it."""
    process = _server().Process(target=life, args=(orders,), daemon=True)
    process.start()
    return process


@contextmanager
def worker(orders: Any, life: Callable[[Any], None] = live) -> Iterator[BaseProcess]:
    """A worker for the length of the block; killed at its end if it still lives."""
    process = begin(orders, life)
    try:
        yield process
    finally:
        end(process, signal.SIGKILL)


def end(process: BaseProcess, number: int) -> int | None:
    """Sends a signal and waits; returns the exit code, negative for a signal."""
    if process.is_alive() and process.pid:
        os.kill(process.pid, number)
    process.join(40)
    code = process.exitcode
    if code is not None:
        process.close()
    return code


def next_fault(luck: random.Random, turn: int) -> str:
    """Every fault point in turn, at its first few visits, so that the jobs of one life die at different times."""
    return f"{FAULT_POINTS[turn % len(FAULT_POINTS)]}:{luck.randint(1, 3)}"
