"""The bot was removed from a channel, or the channel was archived."""

from typing import Any

from handlers import operations
from handlers.deps import Delivery, Deps
from storage import envelopes
from storage.store import Tx


async def handle_left(event: dict[str, Any], deps: Deps, delivery: Delivery) -> None:
    """What waits there for an answer would be seen by nobody: it is brought to those who may answer."""
    channel = event.get("channel")
    where = str(channel.get("id")) if isinstance(channel, dict) else str(channel or "")

    def work(tx: Tx) -> None:
        if where:
            operations.move_cards(tx, deps.policy(), where, team=deps.team)
        envelopes.handled(tx, delivery.id)

    await deps.store.write(work)
