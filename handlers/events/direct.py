"""Somebody wrote to the bot directly."""

from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from agents.core.people import Person
from handlers.commands.call import Call
from handlers.commands.help import find
from handlers.commands.table import SUBCOMMANDS
from handlers.commands.words import read_words
from handlers.deps import Delivery, Deps
from handlers.events.spoken import answer_spoken
from handlers.events.stopping import is_stop
from handlers.events.thread import take_answer
from storage import envelopes
from storage.store import Tx


async def answer_direct(
    event: dict[str, Any], text: str, client: AsyncWebClient, deps: Deps, actor: Person, delivery: Delivery
) -> None:
    """A direct message is read like what follows `/ops`; the answer stays in the conversation. In a thread it may be the
    answer to a question about a job."""
    thread_ts, words = event.get("thread_ts"), read_words(text)
    is_command = is_stop(text) or find(SUBCOMMANDS, words.first.lower())
    if thread_ts and not is_command and await deps.store.write(partial(_answered, event, text, actor, delivery)):
        return
    await answer_spoken(
        Call(
            deps=deps,
            actor=actor,
            delivery=delivery,
            client=client,
            words=words,
            door="direct",
            channel=str(event.get("channel")),
            ts=event.get("ts"),
            thread_ts=thread_ts,
        )
    )


def _answered(event: dict[str, Any], text: str, actor: Person, delivery: Delivery, tx: Tx) -> bool:
    channel, thread_ts = str(event.get("channel")), str(event.get("thread_ts"))
    taken = take_answer(tx, actor, text, channel=channel, thread_ts=thread_ts)
    if taken:
        envelopes.handled(tx, delivery.id)
    return taken
