"""`/ops`: the one slash command."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.people import Person
from handlers.commands.call import Call
from handlers.commands.router import answer
from handlers.commands.words import read_words
from handlers.deps import Delivery, Deps


async def handle_ops(
    ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, deps: Deps, actor: Person, delivery: Delivery
) -> None:
    """Answers in the acknowledgement; only the person who typed sees it."""
    call = Call(
        deps=deps,
        actor=actor,
        delivery=delivery,
        client=client,
        words=read_words(command.get("text", "")),
        door="command",
        channel=command.get("channel_id", ""),
        thread_ts=command.get("thread_ts"),
        trigger_id=command.get("trigger_id", ""),
    )
    reply = await answer(call)
    await ack(**reply.payload)
