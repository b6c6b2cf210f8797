"""APScheduler, spoken to in one typed place: it runs claimed jobs in their lane and the sweeps at their times.

It is clock and runner, never memory: whatever it holds is in the database too, so that a crash loses nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.date import DateTrigger

from agents.core.contract import Lane

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Due at once whatever the wall clock does: APScheduler compares with it, and wall clocks jump."""

_SWEEPS = "sweeps"


class Regularly(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """Every so often, and never more than once for the time that was missed.

    APScheduler's own interval lists each missed run one by one, which takes for ever after the wall clock jumped by years.
    """

    def __init__(self, interval: timedelta) -> None:
        self._interval = interval

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        """At once at first; then one interval after the last time, or after now when that is over already."""
        if previous is None:
            return now
        planned = previous + self._interval
        return planned if planned > now else now + self._interval


class Clockwork:
    """One scheduler with an executor for each lane and one for the sweeps."""

    def __init__(self, lanes: Iterable[Lane]) -> None:
        for name in ("apscheduler.scheduler", *(f"apscheduler.executors.{lane}" for lane in [*Lane, _SWEEPS])):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._running: set[asyncio.Task[Any]] = set()
        self._scheduler: Any = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            executors={str(lane): AsyncIOExecutor() for lane in lanes} | {_SWEEPS: AsyncIOExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )

    def start(self) -> None:
        """Starts in the running event loop."""
        self._scheduler.start()

    def run(self, lane: Lane, name: str, fn: Callable[..., Awaitable[None]], *args: object) -> None:
        """Runs `fn(*args)` at once in its lane."""
        self._scheduler.add_job(
            fn, trigger=DateTrigger(_LONG_AGO), args=args, id=name, executor=str(lane), misfire_grace_time=None
        )

    def every(self, seconds: float, name: str, fn: Callable[[], Awaitable[None]]) -> None:
        """Runs `fn` again and again; a run that takes longer than the interval is not joined by another."""

        async def run() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._running.add(task)
            try:
                await fn()
            finally:
                self._running.discard(task)

        self._scheduler.add_job(
            run,
            trigger=Regularly(timedelta(seconds=seconds)),
            id=name,
            name=name,
            executor=_SWEEPS,
            replace_existing=True,
        )

    def set_right(self) -> None:
        """Makes every sweep due now: after the wall clock jumped back they would wait for it to catch up."""
        for job in self._scheduler.get_jobs():
            if isinstance(job.trigger, Regularly):
                job.modify(next_run_time=_LONG_AGO)

    async def drain(self) -> None:
        """Starts nothing more, and waits for the sweeps that run."""
        if self._scheduler.running:
            self._scheduler.pause()
        if self._running:
            await asyncio.wait(self._running)

    def stop(self) -> None:
        """Stops. What still runs is cancelled, so drain first."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
