"""A reaction that the policy names starts an agent with the message it stands on."""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.contract import AgentSpec
from agents.core.errors import CalmopsError
from agents.core.job import Source
from agents.core.people import Person
from handlers.commands.words import unescaped
from handlers.deps import Delivery, Deps
from handlers.events.watched import refuse
from handlers.starting import input_from_message, start
from storage import envelopes
from storage.store import Tx


async def handle_reaction(
    event: dict[str, Any], client: AsyncWebClient, deps: Deps, actor: Person, delivery: Delivery
) -> None:
    """Once per message and agent, whoever reacts and however often."""
    item = event.get("item") or {}
    channel, ts = str(item.get("channel", "")), str(item.get("ts", ""))
    agents = meant(deps, str(event.get("reaction", ""))) if item.get("type") == "message" else []
    text = await text_at(client, channel, ts) if agents else None
    if text is None:
        await deps.store.write(lambda tx: envelopes.handled(tx, delivery.id))
        return

    def work(tx: Tx) -> None:
        for agent in agents:
            source = Source(kind="reaction", channel=channel, ts=ts)
            key = f"message:{agent.name}:{channel}:{ts}"
            start(tx, deps, agent, input_from_message(agent, unescaped(text)), actor, source, dedup_key=key)
        envelopes.handled(tx, delivery.id)

    try:
        await deps.store.write(work)
    except CalmopsError as error:
        await refuse(error, channel, ts, deps, actor, delivery)


def meant(deps: Deps, reaction: str) -> list[AgentSpec[Any, Any]]:
    """The agents that the policy starts with this reaction; a skin tone does not matter."""
    name = reaction.partition("::")[0]
    policy = deps.policy()
    return [agent for agent in deps.registry.all() if name in policy.of(agent.name).reactions]


async def text_at(client: AsyncWebClient, channel: str, ts: str) -> str | None:
    """The message reacted to. Slack does not send it along, so it is read; None where we may not, and for what bots wrote."""
    try:
        answer = await client.conversations_history(channel=channel, latest=ts, oldest=ts, inclusive=True, limit=1)
    except SlackApiError:
        return None
    messages: list[dict[str, Any]] = answer.get("messages") or []
    if not messages or messages[0].get("bot_id") or messages[0].get("ts") != ts:
        return None
    return str(messages[0].get("text") or "")
