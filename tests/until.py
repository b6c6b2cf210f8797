"""Waiting in tests: never for a time, always for something."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], T | Awaitable[T]], *, seconds: float = 20.0, what: str = "") -> T:
    """The first truthy result of `condition` (a function or a coroutine function), asked anew every few milliseconds.

    Raises AssertionError with `what` and the last result when `seconds` of real time have passed.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        result = condition()
        if inspect.isawaitable(result):
            result = await result
        if result:
            return result
        if asyncio.get_running_loop().time() > deadline:
            name = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"waited {seconds} s for {name}; the last answer was {result!r}")
        await asyncio.sleep(0.005)
