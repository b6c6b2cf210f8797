"""One call of `/ops`, whichever way it came in, and the contract of its subcommands."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Literal

from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import InvalidInput
from agents.core.people import Person
from handlers.blocks.text import mrkdwn
from handlers.commands.words import Words
from handlers.deps import Delivery, Deps
from handlers.replies import Reply, whisper
from storage import envelopes
from storage.store import Tx

Door = Literal["command", "mention", "direct"]


@dataclass(frozen=True, kw_only=True)
class Call:
    """`words` are what follows the subcommand. A typed command is answered in its acknowledgement; a mention and a direct
    message by a message. `trigger_id` is empty where no dialog can be opened."""

    deps: Deps
    actor: Person
    delivery: Delivery
    client: AsyncWebClient
    words: Words
    door: Door
    channel: str
    ts: str | None = None
    thread_ts: str | None = None
    trigger_id: str = ""

    def with_words(self, words: Words) -> "Call":
        return replace(self, words=words)

    async def write(self, work: Callable[[Tx], Reply]) -> Reply:
        """Runs an operation in the transaction that also keeps the answer, so that it happens once however often Slack
        delivers it."""

        def all_of_it(tx: Tx) -> Reply:
            reply = work(tx)
            self.answered(tx, reply)
            return reply

        return await self.deps.store.write(all_of_it)

    async def read(self, work: Callable[[Tx], Reply]) -> Reply:
        """Answers from the rows as they are, changing nothing."""
        reply = await self.deps.store.read(work)
        return await self.say(reply)

    async def say(self, reply: Reply) -> Reply:
        """Gives an answer that needed no operation."""
        if self.door == "command":
            return reply
        return await self.write(lambda _: reply)

    def answered(self, tx: Tx, reply: Reply) -> None:
        """Marks the delivery as handled, with its answer."""
        if self.door == "command":
            envelopes.handled(tx, self.delivery.id, reply.payload)
            return
        thread = self.thread_ts or (None if self.door == "direct" else self.ts)
        if self.door == "mention" and not self.thread_ts:
            thread = None
        whisper(tx, reply, self.actor.id, channel=self.channel, thread_ts=thread)
        envelopes.handled(tx, self.delivery.id)

    def needed(self, what: str, example: str) -> InvalidInput:
        """The error for a word that is missing: which one, and an example."""
        return InvalidInput(f"Which {what}? For example: `/ops {example}`")


@dataclass(frozen=True, kw_only=True)
class Subcommand:
    """One word after `/ops`. `usage` is what follows it; `does` one sentence; `examples` whole lines to copy."""

    name: str
    usage: str
    does: str
    examples: tuple[str, ...]
    run: Callable[[Call], Awaitable[Reply]]
    aliases: tuple[str, ...] = ()
    more: str = ""


def says(template: str, /, *values: str) -> Reply:
    """A reply of one sentence of ours, with values put in safely."""
    return Reply(text=mrkdwn(template, *values))
