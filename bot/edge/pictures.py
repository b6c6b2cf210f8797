"""The pictures in digests: drawn and uploaded on the way out. A digest never waits long for its picture, nor is lost for it."""

import asyncio
import logging

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import Transient
from agents.core.report import Chart
from bot.charts import draw

log = logging.getLogger(__name__)

PICTURE_SECONDS = 30.0
"""After that long the digest leaves without its picture."""

SETTLE_SECONDS, SETTLE_TRIES = 2.0, 3
"""Slack may refuse a message with a picture that it has not digested yet: so often the post is tried, that far apart."""

SCOPE = "files:write"
LONGEST_ALT = 1000


class Pictures:
    """`scopes` are those that Slack granted; empty when it did not say."""

    def __init__(self, *, web: AsyncWebClient, session: aiohttp.ClientSession, scopes: frozenset[str]) -> None:
        self._web = web
        self._session = session
        self._allowed = not scopes or SCOPE in scopes

    async def file_of(self, chart: Chart) -> str:
        """The id of the uploaded picture of a chart; "" when there can be none, for whatever reason."""
        if not self._allowed:
            log.info("A digest goes without its picture: the scope %s is missing.", SCOPE,
                     extra={"event": "picture.no_scope"})  # fmt: skip
            return ""
        making = asyncio.ensure_future(self._made(chart))
        try:
            await asyncio.wait({making}, timeout=PICTURE_SECONDS)
            if not making.done():
                log.warning("A digest goes without its picture: it took too long.", extra={"event": "picture.slow"})
                return ""
            error = making.exception()
            if error is not None:
                log.warning("A digest goes without its picture: %s", error, extra={"event": "picture.failed"})
                return ""
            return making.result()
        finally:
            making.cancel()

    async def _made(self, chart: Chart) -> str:
        picture = await asyncio.to_thread(draw, chart)
        asked = await self._web.files_getUploadURLExternal(
            filename="digest.png", length=len(picture), alt_txt=chart.alt[:LONGEST_ALT]
        )
        async with self._session.post(
            str(asked["upload_url"]), data=picture, headers={"Content-Type": "application/octet-stream"}
        ) as answer:
            if answer.status != 200:
                raise Transient(f"Slack took the upload with HTTP {answer.status}.")
        file = str(asked["file_id"])
        await self._web.files_completeUploadExternal(files=[{"id": file, "title": chart.title}])
        return file
