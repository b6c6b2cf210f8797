"""A shortcut on a message: gives the message to the agent that the shortcut is named for."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from agents.core.contract import AgentSpec, Trigger
from agents.core.errors import CalmopsError, InvalidInput
from agents.core.job import Source
from agents.core.people import Person
from handlers.commands.call import says
from handlers.commands.words import unescaped
from handlers.deps import Delivery, Deps
from handlers.errors import sentence_for
from handlers.ids import SHORTCUT
from handlers.replies import Reply, whisper
from handlers.starting import input_from_message, start
from storage import envelopes
from storage.store import Tx


async def handle_message_shortcut(
    ack: AsyncAck, shortcut: dict[str, Any], deps: Deps, actor: Person, delivery: Delivery
) -> None:
    """Starts the agent once per message, and tells the person in the thread, privately."""
    channel = str((shortcut.get("channel") or {}).get("id", ""))
    message: dict[str, Any] = shortcut.get("message") or {}
    ts = str(message.get("ts") or shortcut.get("message_ts", ""))
    thread_ts = message.get("thread_ts")
    try:
        agent = agent_of(deps, str(shortcut.get("callback_id", "")))
        input = input_from_message(agent, unescaped(str(message.get("text") or "")))

        def work(tx: Tx) -> None:
            source = Source(kind="shortcut", channel=channel, ts=ts, thread_ts=thread_ts)
            made = start(tx, deps, agent, input, actor, source, dedup_key=f"message:{agent.name}:{channel}:{ts}")
            reply = says("{} {}: J{}.", agent.title, "started" if made.is_new else "has this already", str(made.job_id))
            whisper(tx, reply, actor.id, channel=channel, thread_ts=thread_ts)
            envelopes.handled(tx, delivery.id)

        await deps.store.write(work)
    except CalmopsError as error:
        await refuse(error, channel, deps, actor, delivery)
    await ack()


def agent_of(deps: Deps, callback: str) -> AgentSpec[Any, Any]:
    """The agent that a shortcut is for. Raises `InvalidInput` when it does not take messages."""
    agent = deps.registry.get(callback.removeprefix(SHORTCUT))
    if Trigger.SHORTCUT not in agent.triggers:
        raise InvalidInput(f"{agent.title} does not start from a message. `/ops run {agent.name}` starts it.")
    return agent


async def refuse(error: CalmopsError, channel: str, deps: Deps, actor: Person, delivery: Delivery) -> None:
    """Tells the person, and nobody else, why nothing was started."""

    def note(tx: Tx) -> None:
        tx.audit("shortcut.refused", actor=actor.id, channel=channel, code=error.code)
        whisper(tx, Reply(text=sentence_for(error)), actor.id, channel=channel)
        envelopes.handled(tx, delivery.id)

    await deps.store.write(note)
