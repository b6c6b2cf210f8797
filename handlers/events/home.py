"""Somebody opened the app."""

from typing import Any

from agents.core.people import Person
from handlers.deps import Delivery, Deps
from handlers.replies import repaint_home
from storage import controls, envelopes
from storage.outbox import Urgency, put
from storage.store import Tx


async def handle_home(event: dict[str, Any], deps: Deps, actor: Person, delivery: Delivery) -> None:
    """Paints their Home; the first time ever also says welcome in the Messages tab."""

    def work(tx: Tx) -> None:
        if event.get("tab") == "home":
            repaint_home(tx, actor)
        if not controls.all_of(tx, f"welcomed:{actor.id}") and event.get("channel"):
            controls.put(tx, f"welcomed:{actor.id}", True, by=actor.id)
            put(
                tx,
                "post",
                "welcome",
                channel=event["channel"],
                stream=f"person:{actor.id}",
                urgency=Urgency.RESULT,
                subject=f"person:{actor.id}",
            )
        envelopes.handled(tx, delivery.id)

    await deps.store.write(work)
