"""A Socket Mode client without an SDK: it sees every frame and answers only when told to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.emulator import Emulator


class Socket:
    """One raw connection."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def frame(self, kind: str | None = None, seconds: float = 5.0) -> dict[str, Any]:
        """The next frame, or the next of one type."""
        async with asyncio.timeout(seconds):
            while True:
                frame: dict[str, Any] = await self.socket.receive_json()
                if kind in (None, frame["type"]):
                    return frame

    async def ack(self, frame: dict[str, Any], payload: dict[str, Any] | None = None) -> None:
        """Acknowledge an envelope."""
        answer: dict[str, Any] = {"envelope_id": frame["envelope_id"]}
        await self.socket.send_json(answer if payload is None else answer | {"payload": payload})


async def address(http: aiohttp.ClientSession, emu: Emulator) -> str:
    """A fresh WebSocket address."""
    headers = {"Authorization": f"Bearer {emu.app_token}"}
    async with http.post(f"{emu.api_url}apps.connections.open", headers=headers) as response:
        answer = await response.json()
        assert answer["ok"], answer
        return str(answer["url"])


@asynccontextmanager
async def connected(emu: Emulator, count: int = 1) -> AsyncIterator[list[Socket]]:
    """Some raw connections, each past its hello."""
    async with aiohttp.ClientSession() as http:
        sockets = []
        for _ in range(count):
            socket = Socket(await http.ws_connect(await address(http, emu)))
            hello = await socket.frame()
            assert hello["type"] == "hello"
            sockets.append(socket)
        yield sockets
