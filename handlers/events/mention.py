"""Somebody mentioned the bot in a channel."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from agents.core.people import Person
from handlers.commands.call import Call
from handlers.commands.words import read_words
from handlers.deps import Delivery, Deps
from handlers.events.spoken import answer_spoken
from storage import envelopes


async def handle_mention(
    event: dict[str, Any], client: AsyncWebClient, deps: Deps, actor: Person, delivery: Delivery
) -> None:
    """What follows the mention is read like what follows `/ops`."""
    if event.get("bot_id") or not event.get("user"):
        await deps.store.write(lambda tx: envelopes.handled(tx, delivery.id))
        return
    text = str(event.get("text") or "").replace(f"<@{deps.bot_user}>", " ").strip()
    await answer_spoken(
        Call(
            deps=deps,
            actor=actor,
            delivery=delivery,
            client=client,
            words=read_words(text),
            door="mention",
            channel=str(event.get("channel")),
            ts=event.get("ts"),
            thread_ts=event.get("thread_ts"),
        )
    )
