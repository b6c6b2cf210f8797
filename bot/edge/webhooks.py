"""The door for other systems: `POST /webhooks/NAME`, signed. A delivery is answered once its job is stored."""

import asyncio
import logging
from collections import Counter

from aiohttp import web

from agents.core.errors import CalmopsError, InvalidInput, Misconfigured, NotAllowed, NotFound, Transient
from bot.settings import Address, secret
from handlers.deps import Deps
from handlers.webhook import receive

log = logging.getLogger(__name__)

LARGEST_BODY = 1024 * 1024
BODY_SECONDS = 10.0
"""How long a sender may take to send its body."""

RETRY_AFTER = "5"
STATUS: tuple[tuple[type[CalmopsError], int], ...] = (
    (NotFound, 404),
    (NotAllowed, 401),
    (InvalidInput, 422),
    (Transient, 503),
    (Misconfigured, 503),
)


class Webhooks:
    """Listens on `address`, or not at all where none is set. `counts` are for health: accepted, repeated, refused, failed."""

    def __init__(self, *, deps: Deps, address: Address | None) -> None:
        self._deps = deps
        self._address = address
        self._runner: web.AppRunner | None = None
        self.counts: Counter[str] = Counter()
        self.url = ""

    async def start(self) -> None:
        """Begins to listen. Raises `Misconfigured` when the address cannot be had."""
        if self._address is None:
            return
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_post("/webhooks/{name}", self._take)
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=3)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._address.host, self._address.port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise Misconfigured(
                f"CALMOPS_WEBHOOKS: {self._address} cannot be listened on ({error.strerror}); choose another address."
            ) from error
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/webhooks/"
        log.info("Webhooks are taken at %s", self.url, extra={"event": "webhook.listening"})

    async def stop(self) -> None:
        """Finishes the deliveries in hand."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        headers = {key.lower(): value for key, value in request.headers.items()}
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await request.read()
        except TimeoutError:
            return self._refuse(name, 408, "The body did not come within ten seconds.")
        except web.HTTPRequestEntityTooLarge:
            return self._refuse(name, 413, f"The body is larger than {LARGEST_BODY} bytes.")
        try:
            made = await receive(self._deps, name, headers, body, secret=secret)
        except CalmopsError as error:
            return self._answer(name, error)
        self.counts["accepted" if made.is_new else "repeated"] += 1
        return web.json_response(
            {"ok": True, "job": f"J{made.job_id}", "new": made.is_new}, status=202 if made.is_new else 200
        )

    def _answer(self, name: str, error: CalmopsError) -> web.Response:
        status = next((code for kind, code in STATUS if isinstance(error, kind)), 500)
        if status < 500:
            return self._refuse(name, status, str(error))
        self.counts["failed"] += 1
        log.error("A delivery for the webhook %s failed: %s", name, error, extra={"event": "webhook.failed"})
        # Whoever sends is outside: what is wrong on our side stands in our log, not in the answer.
        text = "Not now; send it again." if status == 503 else "Something went wrong here; it is in the log."
        return web.json_response({"ok": False, "error": text}, status=status, headers={"Retry-After": RETRY_AFTER})

    def _refuse(self, name: str, status: int, why: str) -> web.Response:
        self.counts["refused"] += 1
        log.warning("A delivery for the webhook %r was refused: %s", name[:60], why, extra={"event": "webhook.refused"})
        return web.json_response({"ok": False, "error": why}, status=status)
