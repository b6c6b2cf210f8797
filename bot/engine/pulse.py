"""The thread beside the event loop: renews leases while an agent computes, and ends the process when it must not go on.

An agent that blocks the event loop blocks everything in it, the engine too. So what keeps the leases, and what notices
that a job is long over its time, may not depend on the loop; and where even this thread cannot run, because native code
holds the interpreter, the interpreter's own watchdog ends the process.
"""

import faulthandler
import logging
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from agents.core.errors import Transient
from bot.engine.context import World
from bot.engine.limits import Limits
from bot.engine.runner import Runner
from storage import leases

log = logging.getLogger(__name__)

OVERDUE, OUT_OF_MEMORY = 70, 71
"""Exit codes of a worker that ended itself."""

EFFECT_SECONDS = 60.0
"""What a job gets on top while one of its effects is under way: that is cut off last."""


class Pulse:
    """One per engine. `deadly` lets it end the process; without that it only renews leases."""

    def __init__(
        self,
        world: World,
        limits: Limits,
        runner: Runner,
        *,
        owner: str,
        deadly: bool,
        end: Callable[[int], None] = os._exit,
    ) -> None:
        self._world = world
        self._limits = limits
        self._runner = runner
        self._owner = owner
        self._deadly = deadly
        self._end = end
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="calmops-pulse", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ends the thread. Blocks for a moment."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=2 * self._limits.beat + 1)
        if self._deadly:
            faulthandler.cancel_dump_traceback_later()

    def _run(self) -> None:
        due = 0.0
        while not self._stopping.wait(min(self._limits.beat, 1.0)):
            if self._deadly:
                self.watch()
            if monotonic() >= due:
                self.beat()
                due = monotonic() + self._limits.beat

    def beat(self) -> None:
        """Renews the lease of everything that runs here."""
        if not self._runner.runs:
            return
        try:
            self._world.store.write_from_thread(
                lambda tx: leases.renew(tx, self._owner, lease_seconds=self._limits.lease),
                timeout=self._limits.lease,
            )
        except (Transient, TimeoutError, RuntimeError) as error:
            log.warning("Leases could not be renewed: %s", error, extra={"event": "engine.no_beat"})

    def watch(self) -> None:
        """Ends the process for a job that is long over its time, or when memory runs out; sets the last watchdog."""
        now = monotonic()
        latest: list[float] = []
        for job_id, run in list(self._runner.runs.items()):
            if run.must_end_at is None:
                continue
            limit = run.must_end_at + self._limits.grace + (EFFECT_SECONDS if run.effects_open else 0.0)
            latest.append(limit)
            if now >= limit:
                self._give_up(OVERDUE, f"J{job_id} ({run.agent.name}) does not end by itself; its worker is ended.")
        most = self._limits.memory_mb
        if most and (used := resident_mb()) > most:
            running = ", ".join(f"J{job_id}" for job_id in self._runner.runs) or "nothing"
            self._give_up(OUT_OF_MEMORY, f"This worker uses {used} MB of {most}; it is ended. It ran {running}.")
        if latest:
            faulthandler.dump_traceback_later(max(min(latest) - now, 0.0) + self._limits.grace, exit=True)
        else:
            faulthandler.cancel_dump_traceback_later()

    def _give_up(self, code: int, why: str) -> None:
        log.critical("%s", why, extra={"event": "worker.ended", "code": code})
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        self._end(code)


def resident_mb() -> int:
    """The memory that this process really uses, in MB; 0 where that cannot be told."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // (1024 * 1024)
