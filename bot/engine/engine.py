"""Claims ready jobs, hands them to their lane, and looks after those that wait or were left behind."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from time import monotonic

from agents.core.contract import Lane
from agents.core.errors import CancelAsked, Transient
from agents.core.records import JobRecord
from bot.clockwork import Clockwork
from bot.engine.claims import take
from bot.engine.context import World
from bot.engine.limits import Limits
from bot.engine.owner import worker_name
from bot.engine.pulse import Pulse
from bot.engine.reaper import Reaper
from bot.engine.runner import Runner
from bot.engine.undoing import start_undos
from storage import queue, undo
from storage.journal import Journal
from storage.store import Role

log = logging.getLogger(__name__)

JUMP_SECONDS = 5.0
"""A difference between the wall clock and the steady one that is called a jump."""

BREATH = 0.05
"""Seconds until the other lanes are looked at again while the fast lane is full."""

IDLE_SECONDS = 10.0
"""After so long without a suspect a worker that runs only those ends."""


class Engine:
    """One worker's engine. It runs in the event loop that calls `start`.

    `on_suspects` is called when a job waits to be run alone and this engine does not do that.
    """

    def __init__(
        self, world: World, limits: Limits | None = None, *, on_suspects: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self.world = world
        self.limits = limits or Limits()
        self.world.lease = self.limits.lease
        self.name = worker_name()
        self.runner = Runner(world)
        self.reaper = Reaper(world, self.limits, own=self.name)
        self._pulse = Pulse(world, self.limits, self.runner, owner=self.name, deadly=self.limits.deadly)
        self._clockwork = Clockwork(self.limits.lanes)
        self._on_suspects = on_suspects
        self._bell = asyncio.Event()
        self._busy: Counter[Lane] = Counter()
        self._more: set[Lane] = set(self.limits.lanes)  # a lane that is empty is not asked again until somebody rings
        self._breathing = False
        self._solo = False
        self._claiming = True
        self._idle = asyncio.Event()
        self._idle.set()
        self._idle_since = monotonic()
        self._offset = 0.0
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begins to claim and to sweep. Jobs that a dead worker of this machine left behind are taken up at once."""
        self._offset = self.world.clock.now() - monotonic()
        self.world.store.on_wake(self._rung)
        self._clockwork.start()
        self._clockwork.every(self.limits.sweep, "sweep", self._sweep)
        self._pulse.start()
        await self._sweep()
        self._loop = asyncio.create_task(self._dispatch(), name="calmops-dispatch")
        self.wake()

    def wake(self) -> None:
        """There may be something to claim."""
        self._more.update(self.limits.lanes)
        self._bell.set()

    @property
    def running(self) -> int:
        """How many jobs run here right now."""
        return self._busy.total()

    async def failed(self) -> None:
        """Returns when an engine that only runs suspects has none left; raises what ended the loop that claims."""
        if self._loop is not None:
            await asyncio.shield(self._loop)

    async def drain(self, seconds: float) -> bool:
        """Claims nothing more and waits for what runs; returns whether all of it ended. What did not is interrupted and
        put back into the queue: its steps are journaled, so it goes on where it was."""
        self._claiming = False
        if await self._wait_idle(seconds):
            return True
        for task in list(self.runner.tasks.values()):
            task.cancel()
        return await self._wait_idle(self.limits.grace)

    async def stop(self) -> None:
        """Ends the engine; call `drain` first."""
        self._claiming = False
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.wait({self._loop})
        await self._clockwork.drain()
        self._clockwork.stop()
        await asyncio.to_thread(self._pulse.stop)

    async def _wait_idle(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            return False
        return True

    def _rung(self, roles: Iterable[Role]) -> None:
        if "worker" in roles:
            self.wake()

    async def _dispatch(self) -> None:
        while not self._done():
            try:
                async with asyncio.timeout(self.limits.poll):
                    await self._bell.wait()
            except TimeoutError:
                self._more.update(self.limits.lanes)
            self._bell.clear()
            self._watch_the_clock()
            if self._claiming:
                await self._patiently(self._claim)

    def _done(self) -> bool:
        idle = not self.running and monotonic() - self._idle_since > IDLE_SECONDS
        return self.limits.suspects == "only" and idle

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """A database that is busy or full is met with patience: the next ring or sweep tries again."""
        try:
            await work()
        except Transient as error:
            log.warning("The database is away just now: %s", error, extra={"event": "engine.waiting"})
            await asyncio.sleep(min(error.retry_after or 1.0, 5.0))
            self._bell.set()

    async def _claim(self) -> None:
        """Claims for every free slot, in one transaction, and starts what was claimed."""
        free = self._free()
        if not free:
            return
        alone = self.limits.suspects == "only" or (self.limits.suspects == "here" and not self.running)
        claimed = await self.world.store.write(
            lambda tx: take(
                tx,
                self.world,
                free,
                worker=self.name,
                lease=self.limits.lease,
                suspects=alone,
                others=self.limits.suspects != "only",
                running=bool(self.running),
                rush=Lane.FAST in self._more and Lane.FAST not in free,
            )
        )
        self._more -= claimed.emptied
        if claimed.rush and not self._breathing:
            self._breathing = True
            asyncio.get_running_loop().call_later(BREATH, self._breathe)
        self.world.faults.point("after_claim")
        self._solo = claimed.solo
        for job, known in claimed.jobs:
            self._busy[job.lane] += 1
            self._idle.clear()
            self._clockwork.run(job.lane, f"J{job.id}.{job.fence}", self._run, job, known)
        for job_id in claimed.cancelled:
            self.runner.interrupt(job_id, CancelAsked(f"J{job_id} was cancelled."))

    def _breathe(self) -> None:
        self._breathing = False
        self._bell.set()

    def _free(self) -> dict[Lane, int]:
        if self._solo and self.running:
            return {}
        if self.limits.suspects == "only":
            return {} if self.running else dict.fromkeys(self.limits.lanes, 1)
        return {
            lane: most - self._busy[lane]
            for lane, most in self.limits.lanes.items()
            if lane in self._more and most > self._busy[lane]
        }

    async def _run(self, job: JobRecord, known: Journal) -> None:
        try:
            await self.runner.run(job, known)
        finally:
            self._busy[job.lane] -= 1
            if not self.running:
                self._idle.set()
                self._idle_since = monotonic()
            if self._solo or job.lane in self._more or self.limits.suspects == "only":
                self._more.add(job.lane)
                self._bell.set()

    async def _sweep(self) -> None:
        await self._patiently(self.sweep)

    async def sweep(self) -> None:
        """Wakes jobs whose time has come, takes back those whose worker is gone, starts what is to be undone, and calls
        for help with jobs that must run alone."""
        store = self.world.store
        due = await store.read(queue.next_wake)
        if due is not None and due <= self.world.clock.now():
            await store.write(queue.wake_due)
        await self.reaper.look()
        if await store.read(undo.asked):
            await store.write(start_undos)
        await self._look_for_suspects()

    async def _look_for_suspects(self) -> None:
        """Jobs that must run alone: somebody else is called for them, or claiming pauses until nothing runs here."""
        if self.limits.suspects == "only":
            return
        waiting = await self.world.store.read(lambda tx: queue.has_suspects(tx, self.limits.lanes))
        self._solo = self._solo or (waiting and self.limits.suspects == "here")
        if waiting and self._on_suspects is not None:
            await self._on_suspects()
        if waiting:
            self._bell.set()

    def _watch_the_clock(self) -> None:
        """After a jump of the wall clock the sweeps are due at once: they would wait for it to catch up."""
        offset = self.world.clock.now() - monotonic()
        if abs(offset - self._offset) > JUMP_SECONDS:
            log.warning("The clock jumped by %.0f s.", offset - self._offset, extra={"event": "clock.jumped"})
            self._clockwork.set_right()
        self._offset = offset
