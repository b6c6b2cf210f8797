"""Listeners that write down what reached them, for tests of what stands in front of them."""

import asyncio
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from handlers.deps import Delivery, Deps
from storage import controls, envelopes


@dataclass
class Ledger:
    """What the listeners saw. `fail` holds kinds that raise; `hold` keeps listeners waiting until it is set."""

    seen: list[tuple[str, str]] = field(default_factory=list)
    actors: list[Any] = field(default_factory=list)
    fail: set[str] = field(default_factory=set)
    hold: asyncio.Event | None = None

    @property
    def counts(self) -> Counter[tuple[str, str]]:
        return Counter(self.seen)

    def of(self, kind: str) -> list[str]:
        return [what for seen, what in self.seen if seen == kind]

    async def note(self, kind: str, what: str) -> None:
        if self.hold is not None:
            await self.hold.wait()
        if kind in self.fail:
            raise RuntimeError(f"the listener for {kind} is broken")
        self.seen.append((kind, what))

    def register(self, app: AsyncApp) -> None:
        """Wires a listener for messages, one for /ops, one for buttons and one for dialogs."""

        async def message(event: dict[str, Any], deps: Deps, actor: Any, delivery: Delivery) -> None:
            self.actors.append(actor)
            await self.note("message", event.get("text", ""))
            await deps.store.write(lambda tx: envelopes.handled(tx, delivery.id))

        async def command(ack: Any, command: dict[str, Any], deps: Deps, actor: Any, delivery: Delivery) -> None:
            self.actors.append(actor)
            await self.note("command", command.get("text", ""))
            answer = {"text": f"number {len(self.of('command'))}"}

            def work(tx: Any) -> None:
                controls.put(tx, f"did:{command.get('text')}", True, by=deps.bot_user)  # type: ignore[arg-type]
                envelopes.handled(tx, delivery.id, answer)

            await deps.store.write(work)
            await ack(**answer)

        async def action(ack: Any, action: dict[str, Any], actor: Any) -> None:
            self.actors.append(actor)
            await self.note("action", action.get("value", ""))
            await ack()

        async def view(ack: Any, actor: Any) -> None:
            self.actors.append(actor)
            await self.note("view", "")
            await ack()

        async def options(ack: Any) -> None:
            await self.note("options", "")
            await ack(options=[{"text": {"type": "plain_text", "text": "One"}, "value": "1"}])

        app.event("message")(message)
        app.command("/ops")(command)
        app.action(re.compile("^known"))(action)
        app.view("known_view")(view)
        app.options("pick")(options)
