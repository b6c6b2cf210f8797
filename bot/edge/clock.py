"""What the edge does by the clock: questions expire and remind, schedules fire, old rows go, lost deliveries are taken up.

APScheduler only calls these functions. What is due stands in the database, so a run that is late, doubled or lost with the
process does no harm.
"""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from agents.core.clock import Clock
from agents.core.contract import Registry
from agents.core.errors import Transient
from agents.core.people import SYSTEM, Person
from agents.core.policy import Policy
from bot.clockwork import Clockwork
from bot.config.file import BotOptions
from handlers import operations
from handlers.operations.audit import post_anchor
from handlers.operations.retire import retire
from storage import envelopes, outbox, schedules
from storage.anchor import AnchorFile
from storage.archive import Archive
from storage.store import Store, Tx

log = logging.getLogger(__name__)

DAY = 86_400.0
QUESTIONS_SECONDS = 2.0
SCHEDULES_SECONDS = 5.0
FLAG_SECONDS = 0.5
REPLAY_SECONDS = 10.0
CONFIG_SECONDS = 2.0
ROSTER_SECONDS = 60.0
ANCHOR_SECONDS = 5.0
RETENTION_SECONDS = 600.0


class EdgeClock:
    """Each method is one sweep and can be called at any time."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        registry: Registry,
        policy: Callable[[], Policy],
        options: Callable[[], BotOptions],
        machine: Person,
        stop_file: Path,
        anchors: AnchorFile,
        archive: Callable[[], Archive | None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._registry = registry
        self._policy = policy
        self._options = options
        self._machine = machine
        self._stop_file = stop_file
        self._anchors = anchors
        self._archive = archive
        self._flag: bool | None = None
        self._works = Clockwork([])
        self.last_sweep = 0.0

    def start(self, also: dict[str, tuple[float, Callable[[], Awaitable[object]]]] | None = None) -> None:
        """Begins to call the sweeps, and `also`: name -> (seconds, function)."""
        self._works.start()
        sweeps = {
            "questions": (QUESTIONS_SECONDS, self.questions),
            "schedules": (SCHEDULES_SECONDS, self.schedules),
            "flag": (FLAG_SECONDS, self.flag),
            "anchor": (ANCHOR_SECONDS, self.anchor),
            "retention": (RETENTION_SECONDS, self.retention),
            **(also or {}),
        }
        for name, (seconds, sweep) in sweeps.items():
            self._works.every(seconds, name, _patient(name, sweep))

    async def stop(self) -> None:
        """Starts no sweep any more and waits for those that run: APScheduler would cut them off."""
        await self._works.drain()
        self._works.stop()

    async def questions(self) -> None:
        """Expires, passes on and reminds of open questions, and shows cards that were held back."""
        policy = self._policy()
        swept = await self._store.write(lambda tx: operations.sweep_questions(tx, policy))
        self.last_sweep = self._clock.now()
        if swept.expired:
            log.info("%d questions expired unanswered.", swept.expired, extra={"event": "clock.expired"})

    async def schedules(self) -> None:
        """Serves the slots that are due."""
        policy = self._policy()
        served = await self._store.write(lambda tx: operations.serve_due(tx, self._registry, policy))
        if served.ran or served.missed:
            log.info(
                "Schedules: %d ran, %d were missed.", served.ran, served.missed, extra={"event": "clock.schedules"}
            )

    async def flag(self) -> None:
        """Stops everything while the stop file is there."""
        there = self._stop_file.exists()
        if there == self._flag:
            return
        policy, machine = self._policy(), self._machine
        await self._store.write(lambda tx: operations.obey_flag(tx, policy, machine, present=there))
        self._flag = there

    async def anchor(self) -> None:
        """Keeps the head of the audit outside the database: what was cut off after it cannot be hidden."""
        await self._anchors.follow(self._store)
        policy = self._policy()
        if policy.anchor_channel is not None:
            await self._store.write(lambda tx: post_anchor(tx, policy))

    async def retention(self) -> None:
        """Forgets deliveries, sent messages and slots that nothing needs any more, and archives old finished jobs."""
        days, jobs_days = self._options().keep_envelopes_days, self._options().keep_jobs_days

        def forget(tx: Tx) -> None:
            envelopes.forget(tx, before=tx.now - days * DAY)
            outbox.forget(tx, before=tx.now - days * DAY)
            schedules.forget_slots(tx, before=tx.now - 400 * DAY)

        await self._store.write(forget)
        self._anchors.thin()
        before = self._clock.now() - jobs_days * DAY
        await retire(self._store, self._archive(), self._policy(), before=before, by=SYSTEM)


def _patient(name: str, sweep: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """A sweep that the database cannot serve now is tried again at its next turn."""

    async def run() -> None:
        try:
            await sweep()
        except Transient as error:
            log.warning("The sweep of %s has to wait: %s", name, error, extra={"event": "clock.waiting"})

    return run
