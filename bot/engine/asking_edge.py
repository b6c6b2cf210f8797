"""Asking the edge, which alone may speak with Slack: a question is an outbox row, the answer comes back in it."""

import asyncio
import secrets
from typing import Any

from agents.core.errors import Transient
from agents.core.ids import OutboxId, PersonId
from agents.core.people import Person, PersonKind
from storage import outbox
from storage.outbox import Urgency
from storage.store import Store

PATIENCE = 10.0
"""Seconds to wait for the edge; it may be starting."""

LOOK = 0.25
"""Seconds between looks while no ring comes."""


class EdgeDesk:
    """Puts questions to the edge. `rung` is to be called whenever workers are woken."""

    def __init__(self, store: Store, *, patience: float = PATIENCE) -> None:
        self._store = store
        self._patience = patience
        self._bell = asyncio.Event()

    def rung(self) -> None:
        """An answer may have come."""
        self._bell.set()

    async def ask(self, view: str, **params: Any) -> Any:
        """The edge's answer. Raises `Transient` when none comes in time."""
        stream = f"read:{secrets.token_hex(8)}"
        row_id = await self._store.write(
            lambda tx: outbox.put(tx, "read", view, stream=stream, urgency=Urgency.CRITICAL, **params)
        )
        loop = asyncio.get_running_loop()
        until = loop.time() + self._patience
        while loop.time() < until:
            self._bell.clear()
            found = await self._store.read(lambda tx: outbox.answer_of(tx, OutboxId(row_id)))
            if found.answered:
                return found.answer
            try:
                async with asyncio.timeout(LOOK):
                    await self._bell.wait()
            except TimeoutError:
                continue
        await self._store.write(lambda tx: outbox.mark(tx, [row_id], state="merged", error="nobody waits any more"))
        raise Transient("Slack could not be asked just now.", retry_after=5)


class EdgePeople:
    """The people of the workspace, as the edge knows them."""

    def __init__(self, desk: EdgeDesk) -> None:
        self._desk = desk

    async def person(self, person: PersonId, *, fresh: bool = False) -> Person:
        """The account behind a key; of kind `unknown` when the edge cannot say."""
        try:
            answer = await self._desk.ask("person", person=person, fresh=fresh)
        except Transient:
            answer = None
        if not isinstance(answer, dict) or "kind" not in answer:
            return Person(id=person, kind=PersonKind.UNKNOWN, groups=None)
        groups = answer.get("groups")
        return Person(
            id=person,
            kind=PersonKind(answer["kind"]),
            name=str(answer.get("name", "")),
            groups=None if groups is None else frozenset(groups),
            timezone=str(answer.get("timezone", "UTC")),
            is_admin=bool(answer.get("is_admin")),
        )
