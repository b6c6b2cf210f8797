"""Calls of code that is not the engine's: tools, their probes, what agents explain. Whatever it raises becomes a failure
with a class, so that nothing a tool does takes its own way through the engine."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from agents.core.failures import Failure, failure_of

T = TypeVar("T")


class OutsideFailed(Exception):
    """A call outside failed. What it raised is the cause."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


async def outside(call: Awaitable[T], *, seconds: float) -> T:
    """The answer of a call that may take so long. Raises `OutsideFailed`, and nothing else that the call raised."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except Exception as error:
        raise OutsideFailed(failure_of(error)) from error
