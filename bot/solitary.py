"""A worker of its own for jobs that took a worker down: whatever they do then, they do it to nobody else.

It is started when such a job waits, runs these jobs one at a time, and ends when there are none left.
"""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Mapping, Sequence

from bot.settings import environment

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds it may take to stop before it is killed. Its jobs are journaled like any others."""


class Solitary:
    """At most one such process. It has the arguments of this one, and hears of the end of this one by its input."""

    def __init__(self, *, arguments: Sequence[str] | None = None, also: Mapping[str, str] | None = None) -> None:
        self._arguments = list(arguments or ["-m", "bot", *sys.argv[1:]])
        self._environment = {"CALMOPS_LANES": "alone", **(also or {})}
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The number of the latest process; None before the first."""
        return self._process.pid if self._process is not None else None

    @property
    def running(self) -> bool:
        """Whether there is one right now."""
        return self._process is not None and self._process.returncode is None

    async def call(self) -> None:
        """Starts the process unless it runs."""
        if self.running:
            return
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._arguments,
            env=environment(secrets=False, also=self._environment),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        log.info(
            "A job that took a worker down is run alone.", extra={"event": "worker.alone", "pid": self._process.pid}
        )

    async def stop(self) -> None:
        """Ends the process in order, or kills it."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(PATIENCE):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
