"""The bot was invited to a channel."""

from typing import Any

from agents.core.ids import person_id
from handlers.blocks import text as t
from handlers.deps import Delivery, Deps
from handlers.events.watched import watchers
from handlers.replies import Reply, whisper
from storage import envelopes
from storage.store import Tx


async def handle_joined(event: dict[str, Any], deps: Deps, delivery: Delivery) -> None:
    """Tells whoever invited it what it does there; nobody else is disturbed."""
    channel, inviter = str(event.get("channel")), event.get("inviter")

    def work(tx: Tx) -> None:
        if event.get("user") == deps.bot_user and inviter:
            whisper(tx, Reply(text=hello(deps, channel)), person_id(deps.team, str(inviter)), channel=channel)
        envelopes.handled(tx, delivery.id)

    await deps.store.write(work)


def hello(deps: Deps, channel: str) -> t.Mrkdwn:
    """What happens in this channel from now on."""
    agents = [agent.title for agent in watchers(deps, channel)]
    if agents:
        return t.mrkdwn(
            "Thank you. Here {} reads each new message. Questions and results come as answers in threads.",
            ", ".join(agents),
        )
    return t.mrkdwn(
        "Thank you. No agent watches this channel: an operator names it in calmops.toml for that. "
        "`/ops run` and “Triage this” on a message work here already."
    )
