"""Somebody wrote to the bot directly."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from agents.core.people import Person
from handlers.commands.call import Call
from handlers.commands.words import read_words
from handlers.deps import Delivery, Deps
from handlers.events.spoken import answer_spoken


async def answer_direct(
    event: dict[str, Any], text: str, client: AsyncWebClient, deps: Deps, actor: Person, delivery: Delivery
) -> None:
    """A direct message is read like what follows `/ops`; the answer stays in the conversation."""
    await answer_spoken(
        Call(
            deps=deps,
            actor=actor,
            delivery=delivery,
            client=client,
            words=read_words(text),
            door="direct",
            channel=str(event.get("channel")),
            ts=event.get("ts"),
            thread_ts=event.get("thread_ts"),
        )
    )
