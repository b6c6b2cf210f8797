"""One Socket Mode connection: one ticket, one WebSocket, one life. Whoever wants another makes another.

The SDK's client reconnects by itself, but it offers a spent ticket again for ever, closes the old socket before the new
one is open, and hides why Slack hung up. So this subclass never reconnects: it says when and why it ended, and
`bot.edge.connections` replaces it.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

log = logging.getLogger(__name__)

HANDSHAKE_SECONDS = 5.0
HEARTBEAT_SECONDS = 5.0
"""A silent socket is pinged this often; without an answer it is gone half as long later."""

Frame = dict[str, Any]


class Connection(SocketModeClient):
    """`ended` is set once, to Slack's reason or to ours: `closed`, `lost`. `hello` is the first frame."""

    def __init__(
        self, *, app_token: str, web_client: AsyncWebClient, on_frame: Callable[["Connection", Frame], None]
    ) -> None:
        super().__init__(
            app_token=app_token,
            web_client=web_client,
            auto_reconnect_enabled=False,
            ping_interval=HEARTBEAT_SECONDS,
            logger=logging.getLogger("slack_sdk.socket_mode"),
        )
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.hello: Frame | None = None
        self.greeted = asyncio.Event()
        self._on_frame = on_frame

    async def open(self, url: str) -> None:
        """Shakes hands and waits for Slack's hello. The ticket is spent whatever happens.

        Raises `aiohttp.ClientError`, `TimeoutError` or `OSError`.
        """
        self.wss_uri = url
        async with asyncio.timeout(HANDSHAKE_SECONDS):
            self.current_session = await self.aiohttp_client_session.ws_connect(
                url,
                heartbeat=HEARTBEAT_SECONDS,
                proxy=self.proxy,
                ssl=self.web_client.ssl if self.web_client.ssl is not None else True,
            )
            self.message_receiver = asyncio.ensure_future(self.receive_messages())
            greeted: asyncio.Future[Any] = asyncio.ensure_future(self.greeted.wait())
            ended: asyncio.Future[Any] = self.ended
            await asyncio.wait({greeted, ended}, return_when=asyncio.FIRST_COMPLETED)
            greeted.cancel()
        if self.hello is None:
            raise ConnectionResetError(f"Slack ended the connection at once: {self.ended.result()}")

    async def receive_messages(self) -> None:
        """Reads frames until the socket ends. Replaces the SDK's, which notices a reset only at its next ping, queues each
        frame twice and keeps the reasons of `disconnect` to itself."""
        session = self.current_session
        if session is None:
            return
        try:
            async for message in session:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(message.data)
        except (aiohttp.ClientError, OSError) as error:
            log.info("A socket broke: %s", error, extra={"event": "socket.broke"})
        self._end("closed" if session.close_code == aiohttp.WSCloseCode.OK else "lost")

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        """The SDK's way to reconnect. Not ours: whoever made this connection makes the next."""

    async def acknowledge(self, envelope_id: str, payload: Any = None) -> bool:
        """Sends an acknowledgement. Returns whether the socket took it."""
        answer: Frame = {"envelope_id": envelope_id}
        if payload is not None:
            answer["payload"] = payload
        session = self.current_session
        if session is None or session.closed:
            return False
        try:
            await session.send_str(json.dumps(answer, separators=(",", ":")))
        except (ConnectionError, aiohttp.ClientError, RuntimeError):
            return False
        return True

    async def hang_up(self) -> None:
        """Closes the socket and everything that the SDK started for it."""
        self._end("closed")
        tasks = [task for task in (self.message_processor, self.message_receiver) if task is not None]
        with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
            async with asyncio.timeout(2):
                await self.close()  # type: ignore[no-untyped-call]  # the SDK's
        await asyncio.gather(*tasks, return_exceptions=True)

    def _take(self, text: str) -> None:
        try:
            frame = json.loads(text)
        except ValueError:
            log.warning("Slack sent a frame that is not JSON; it was skipped.", extra={"event": "socket.bad_frame"})
            return
        match frame.get("type") if isinstance(frame, dict) else None:
            case "hello":
                self.hello = frame
                self.greeted.set()
            case "disconnect":
                self._end(str(frame.get("reason") or "refresh_requested"))
            case _ if isinstance(frame, dict):
                self._on_frame(self, frame)
            case _:
                log.warning(
                    "Slack sent a frame that is no object; it was skipped.", extra={"event": "socket.bad_frame"}
                )

    def _end(self, reason: str) -> None:
        if not self.ended.done():
            self.ended.set_result(reason)
