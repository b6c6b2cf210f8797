"""Claims ready jobs, hands them to their lane, and looks after those that wait or were left behind."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Iterable

from agents.core.contract import Lane
from agents.core.errors import CancelAsked, Transient
from agents.core.ids import JobId
from agents.core.records import JobRecord
from bot.clockwork import Clockwork
from bot.engine.context import World
from bot.engine.limits import Limits
from bot.engine.owner import worker_name
from bot.engine.reaper import Reaper
from bot.engine.runner import Runner
from storage import controls, journal, leases, queue
from storage.journal import Journal
from storage.store import Role, Tx

log = logging.getLogger(__name__)


class Engine:
    """One worker's engine. It runs in the event loop that calls `start`."""

    def __init__(self, world: World, limits: Limits | None = None) -> None:
        self.world = world
        self.limits = limits or Limits()
        self.name = worker_name()
        self.runner = Runner(world)
        self.reaper = Reaper(world, self.limits, own=self.name)
        self._clockwork = Clockwork(self.limits.lanes)
        self._bell = asyncio.Event()
        self._busy: Counter[Lane] = Counter()
        self._more: set[Lane] = set(self.limits.lanes)
        self._claiming = True
        self._loop: asyncio.Task[None] | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self) -> None:
        """Begins to claim and to sweep. Jobs that a dead worker of this machine left behind are taken up at once."""
        self.world.store.on_wake(self._rung)
        self._clockwork.start()
        self._clockwork.every(self.limits.sweep, "sweep", self.sweep)
        self._clockwork.every(self.limits.beat, "beat", self.beat)
        await self._guarded(self.sweep())
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
        """Returns never; raises what ended the loop that claims."""
        if self._loop is not None:
            await asyncio.shield(self._loop)

    async def drain(self, seconds: float) -> bool:
        """Claims nothing more and waits for what runs; returns whether all of it ended. What did not is interrupted and
        put back into the queue: its steps are journaled, so it goes on where it was."""
        self._claiming = False
        self._bell.set()
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
        self._clockwork.stop()
        # The scheduler ends in a callback of its own.
        await asyncio.sleep(0)

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
        while True:
            try:
                async with asyncio.timeout(self.limits.poll):
                    await self._bell.wait()
            except TimeoutError:
                self._more.update(self.limits.lanes)
            self._bell.clear()
            if self._claiming:
                await self._guarded(self._claim())

    async def _guarded(self, work: Awaitable[None]) -> None:
        """A database that is busy or full is met with patience: the next ring or sweep tries again."""
        try:
            await work
        except Transient as error:
            log.warning("The queue cannot be read just now: %s", error, extra={"event": "engine.waiting"})
            await asyncio.sleep(min(error.retry_after or 1.0, 5.0))
            self._bell.set()

    async def _claim(self) -> None:
        """Claims for every free slot, in one transaction, and starts what was claimed."""
        free = {
            lane: most - self._busy[lane]
            for lane, most in self.limits.lanes.items()
            if lane in self._more and most > self._busy[lane]
        }
        if not free:
            return
        claimed, cancelled = await self.world.store.write(lambda tx: self._take(tx, free))
        for lane, wanted in free.items():
            if sum(job.lane is lane for job, _ in claimed) < wanted:
                self._more.discard(lane)
        self.world.faults.point("after_claim")
        for job, known in claimed:
            self._busy[job.lane] += 1
            self._idle.clear()
            self._clockwork.run(job.lane, f"J{job.id}.{job.fence}", self._run, job, known)
        for job_id in cancelled:
            self.runner.interrupt(job_id, CancelAsked(f"J{job_id} was cancelled."))

    def _take(self, tx: Tx, free: dict[Lane, int]) -> tuple[list[tuple[JobRecord, Journal]], list[JobId]]:
        halts = controls.halts(tx)
        taken: list[JobRecord] = []
        if not halts.stopped:
            for lane, number in free.items():
                taken += queue.claim(
                    tx,
                    lane,
                    worker=self.name,
                    lease_seconds=self.limits.lease,
                    limit=number,
                    paused=halts.paused,
                )
        known = journal.read(tx, [job.id for job in taken if job.attempts > 1])
        cancelled = leases.cancelled(tx, self.name) if self.running else []
        return [(job, known.get(job.id, Journal())) for job in taken], cancelled

    async def _run(self, job: JobRecord, known: Journal) -> None:
        try:
            await self.runner.run(job, known)
        finally:
            self._busy[job.lane] -= 1
            if not self.running:
                self._idle.set()
            if job.lane in self._more:
                self._bell.set()

    async def sweep(self) -> None:
        """Wakes jobs whose time has come and takes back those whose worker is gone."""
        now = self.world.clock.now()
        due = await self.world.store.read(queue.next_wake)
        if due is not None and due <= now:
            await self.world.store.write(queue.wake_due)
        await self.reaper.look()

    async def beat(self) -> None:
        """Renews the leases of what runs here."""
        if self.running:
            await self.world.store.write(lambda tx: leases.renew(tx, self.name, lease_seconds=self.limits.lease))
