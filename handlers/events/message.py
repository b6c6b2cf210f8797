"""Somebody wrote a message: in a watched channel it starts that channel's agents, in a direct message it is a command."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from agents.core.people import Person
from handlers.deps import Delivery, Deps
from handlers.events.direct import answer_direct
from handlers.events.thread import read_thread
from handlers.events.watched import start_watchers
from storage import envelopes

SPOKEN = {None, "file_share", "thread_broadcast"}
"""Kinds of message that a person wrote; edits, deletions and joins are others."""


async def handle_message(
    event: dict[str, Any], client: AsyncWebClient, deps: Deps, actor: Person | None, delivery: Delivery
) -> None:
    """Ignores bots, ourselves above all: two bots that answer each other never stop."""
    text = str(event.get("text") or "")
    if actor is None or event.get("bot_id") or event.get("subtype") not in SPOKEN:
        await deps.store.write(lambda tx: envelopes.handled(tx, delivery.id))
    elif event.get("channel_type") == "im":
        await answer_direct(event, text, client, deps, actor, delivery)
    elif f"<@{deps.bot_user}>" in text:
        await deps.store.write(lambda tx: envelopes.handled(tx, delivery.id))
    elif event.get("thread_ts") not in (None, event.get("ts")):
        await read_thread(event, text, deps, actor, delivery)
    else:
        await start_watchers(event, text, deps, actor, delivery)
