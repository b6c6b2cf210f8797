"""What listeners need besides what Bolt gives them: put into Bolt's context as `deps` by a middleware."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.core.clock import Clock
from agents.core.contract import Registry
from agents.core.ids import EnvelopeId, PersonId
from agents.core.people import Person
from agents.core.policy import Policy
from handlers.blocks.checkup import Finding
from storage.store import Store


class Directory(Protocol):
    """Looks people up in Slack; keeps what it found for at most 60 seconds."""

    async def person(self, person: PersonId, *, fresh: bool = False) -> Person:
        """The account behind a key. Never raises: an account that cannot be looked up is of kind `unknown`, and groups
        that cannot be looked up are None. `fresh` asks Slack again."""
        ...

    async def channel_name(self, channel: str) -> str:
        """The name of a channel with its `#`, or its id when it cannot be looked up."""
        ...


async def nothing_to_say() -> Sequence[Finding]:
    """The check-up of a bot that cannot look at itself."""
    return []


@dataclass(frozen=True, kw_only=True)
class Deps:
    """The bot's parts that the edge works with. `policy()` is the policy in force right now; `workspace_url` is where links
    to messages begin, "" when Slack did not say; `examine` is the check-up of the edge itself."""

    store: Store
    registry: Registry
    policy: Callable[[], Policy]
    people: Directory
    clock: Clock
    app_id: str
    bot_user: str
    team: str
    workspace_url: str = ""
    examine: Callable[[], Awaitable[Sequence[Finding]]] = nothing_to_say


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """The stored envelope that a listener answers. A listener that writes marks it handled in that same transaction
    (`storage.envelopes.handled(tx, delivery.id, answer)`); the ingest does it for listeners that only read."""

    id: EnvelopeId
    kind: str
