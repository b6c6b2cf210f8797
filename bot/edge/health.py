"""Tells how the edge is: a small page on 127.0.0.1, and a file beside the database that says where it is."""

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from agents.core.clock import Clock
from agents.core.errors import Misconfigured, Transient
from agents.core.status import JobStatus
from storage import envelopes, escalations, jobs, outbox
from storage.store import Tx

if TYPE_CHECKING:
    from bot.edge.edge import Edge

HOST = "127.0.0.1"
STUCK_SECONDS = 60.0
"""A question that is open this long after its time, or a message that waits this long, is stuck."""


class Health:
    """Answers `GET /health`: 200 when all is well, 503 when something needs a person. Never reachable from elsewhere."""

    def __init__(self, *, folder: Path, port: int, clock: Clock) -> None:
        self._file = folder / "health.json"
        self._port = port
        self._clock = clock
        self._runner: web.AppRunner | None = None

    async def start(self, look: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        """Begins to answer with what `look` says. Raises `Misconfigured` when the port is taken."""

        async def answer(_: web.Request) -> web.Response:
            seen = await look()
            return web.json_response(seen, status=200 if seen["ok"] else 503)

        app = web.Application()
        app.router.add_get("/health", answer)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise Misconfigured(f"Port {self._port} is in use; set CALMOPS_PORT to another one, or to 0.") from error
        port = self._runner.addresses[0][1]
        written = {"pid": os.getpid(), "url": f"http://{HOST}:{port}/health", "since": self._clock.now()}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(written), encoding="utf-8")

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._file.unlink(missing_ok=True)


async def look(edge: "Edge") -> dict[str, Any]:
    """How the edge is: `ok`, the `problems` in words, and the numbers behind them."""
    sockets = edge.connections.state
    problems: list[str] = []
    if not sockets.connected:
        problems.append(f"No socket to Slack is open: {sockets.trouble or sockets.last_reason or 'connecting'}.")
    elif sockets.trouble:
        problems.append(f"{sockets.connected} of {sockets.wanted} sockets are open: {sockets.trouble}.")
    if edge.deliverer.state.refused:
        problems.append(f"Slack refuses our bot token ({edge.deliverer.state.refused}); messages are kept.")
    if edge.config.problem:
        problems.append(edge.config.problem)
    try:
        numbers = await edge.deps.store.read(_numbers)
    except Transient as error:
        problems.append(str(error))
        numbers = {}
    if numbers.get("overdue_questions"):
        problems.append(f"{numbers['overdue_questions']} questions should have expired and did not.")
    if numbers.get("dead_jobs"):
        problems.append(f"{numbers['dead_jobs']} jobs are dead letters: `calmops jobs --status dead` lists them.")
    if numbers.get("unhandled"):
        problems.append(f"{numbers['unhandled']} deliveries are stored and not handled.")
    return {
        "ok": not problems,
        "problems": problems,
        "sockets": {"wanted": sockets.wanted, "connected": sockets.connected, "opened": sockets.opened,
                    "last_reason": sockets.last_reason},
        "ingest": {"received": dict(edge.ingest.counts.received), "repeated": edge.ingest.counts.repeated,
                   "unknown": edge.ingest.counts.unknown,
                   "notices": dict(edge.ingest.counts.notices), "failed": edge.ingest.counts.failed},
        "webhooks": dict(edge.webhooks.counts),
        "outbox": {"sent": edge.deliverer.state.sent, "failed": edge.deliverer.state.failed, **numbers.get("outbox", {})},
        "questions": {"open": numbers.get("open_questions"), "overdue": numbers.get("overdue_questions")},
        "jobs": numbers.get("jobs"),
        "directory": edge.directory.trouble,
    }  # fmt: skip


def _numbers(tx: Tx) -> dict[str, Any]:
    counts = jobs.counts(tx, since=tx.now)
    late = [one for one in escalations.overdue(tx) if one.expires_at < tx.now - STUCK_SECONDS]
    waiting = [one for one in envelopes.unhandled(tx) if one.received_at < tx.now - STUCK_SECONDS]
    return {
        "jobs": {str(status): number for status, number in counts.items()},
        "dead_jobs": len(jobs.recent(tx, statuses=[JobStatus.DEAD], limit=100)),
        "open_questions": escalations.count_pending(tx),
        "overdue_questions": len(late),
        "unhandled": len(waiting),
        "outbox": outbox.backlog(tx),
    }
