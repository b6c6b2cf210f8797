"""The same acts on a local Slack that runs in another process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from bot.emulator.acts import Acts
from bot.emulator.wire import ActError, Json


class RemoteEmulator(Acts):
    """Speaks the control API over HTTP; raises ActError as the local Slack itself does."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self.base_url = base_url.rstrip("/")
        self._session = session

    async def act(self, name: str, /, **wanted: Any) -> Json:
        async with self._session.post(f"{self.base_url}/_control/{name}", json=wanted) as response:
            answer: Json = await response.json()
        if not answer.get("ok"):
            known = {key: value for key, value in answer.items() if key not in ("ok", "error", "detail")}
            raise ActError(str(answer.get("error")), str(answer.get("detail", "")), **known)
        return answer


@asynccontextmanager
async def connect_emulator(base_url: str) -> AsyncIterator[RemoteEmulator]:
    """Act on the local Slack at this address for the length of a `with` block."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session:
        yield RemoteEmulator(base_url, session)
