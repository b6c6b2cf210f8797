"""A message in a channel that agents watch."""

from typing import Any

from agents.core.contract import AgentSpec, Trigger
from agents.core.errors import CalmopsError
from agents.core.job import Source
from agents.core.people import Person
from handlers.commands.words import unescaped
from handlers.deps import Delivery, Deps
from handlers.errors import sentence_for
from handlers.replies import Reply, whisper
from handlers.starting import input_from, start
from storage import envelopes
from storage.store import Tx


async def start_watchers(event: dict[str, Any], text: str, deps: Deps, actor: Person, delivery: Delivery) -> None:
    """Starts every agent that watches the channel, once per message."""
    channel, ts = str(event.get("channel")), str(event.get("ts"))
    agents = watchers(deps, channel) if text.strip() else []

    def work(tx: Tx) -> None:
        for agent in agents:
            source = Source(kind="message", channel=channel, ts=ts)
            key = f"message:{agent.name}:{channel}:{ts}"
            start(tx, deps, agent, input_from(agent, unescaped(text), {}), actor, source, dedup_key=key)
        envelopes.handled(tx, delivery.id)

    try:
        await deps.store.write(work)
    except CalmopsError as error:
        await refuse(error, channel, ts, deps, actor, delivery)


def watchers(deps: Deps, channel: str) -> list[AgentSpec[Any, Any]]:
    """The agents that the policy lets watch this channel."""
    policy = deps.policy()
    return [
        agent
        for agent in deps.registry.all()
        if channel in policy.of(agent.name).channels and Trigger.MESSAGE in agent.triggers
    ]


async def refuse(error: CalmopsError, channel: str, ts: str, deps: Deps, actor: Person, delivery: Delivery) -> None:
    """Tells the writer, and nobody else, why nothing was started."""
    reply = Reply(text=sentence_for(error))

    def note(tx: Tx) -> None:
        tx.audit("message.refused", actor=actor.id, channel=channel, ts=ts, code=error.code)
        whisper(tx, reply, actor.id, channel=channel)
        envelopes.handled(tx, delivery.id)

    await deps.store.write(note)
