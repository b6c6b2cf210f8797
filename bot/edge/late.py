"""Answers that missed their acknowledgement: said by message instead, where the delivery left an address."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.edge.deliveries import COMMANDS, Frame

log = logging.getLogger(__name__)


def late_answer(web: AsyncWebClient, session: aiohttp.ClientSession) -> Callable[[Frame, Any], Awaitable[None]]:
    """A function that sends the answer of a delivery that was taken up after a restart."""

    async def send(frame: Frame, answer: Any) -> None:
        if not isinstance(answer, dict) or not (answer.get("text") or answer.get("blocks")):
            return
        payload = frame.payload
        words = {name: answer[name] for name in ("text", "blocks") if answer.get(name)}
        try:
            if frame.kind == COMMANDS and payload.get("response_url"):
                async with session.post(
                    payload["response_url"], json={"response_type": "ephemeral", **words}
                ) as response:
                    if response.status == 200:
                        return
            channel = payload.get("channel_id") or (payload.get("channel") or {}).get("id")
            user = payload.get("user_id") or (payload.get("user") or {}).get("id")
            if channel and user:
                await web.chat_postEphemeral(channel=channel, user=user, **words)
        except (aiohttp.ClientError, OSError, TimeoutError, SlackApiError) as error:
            log.warning("A late answer reached nobody: %s", error, extra={"event": "ingest.late_answer"})

    return send
