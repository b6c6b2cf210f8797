"""What an outbox row looks like in Slack, drawn from the rows as they are when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agents.core.contract import Registry
from agents.core.people import Person
from agents.core.policy import Policy
from agents.core.records import OutboxRecord
from handlers.deps import Deps
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One Slack call, filled in.

    Messages (kinds post, update, ephemeral) have `text` and `blocks`; `role` is the name under which the sender remembers
    where the message is (`outbox.remember(subject=row.subject, role=rendered.role)`) and finds it for an update
    (`outbox.places(row.subject, rendered.role)`). A home has `view`. A session has `session`: status, title. `files` are
    pictures to upload first, with their alternative text.
    """

    role: str = "message"
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    view: dict[str, Any] | None = None
    session: dict[str, Any] | None = None
    files: tuple["Picture", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Picture:
    """An image made by us: PNG bytes, a file name, and what it shows in words."""

    name: str
    alt: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class Context:
    """What drawing needs besides the rows. `viewer` is whose App Home it is, looked up before the transaction."""

    registry: Registry
    policy: Policy
    bot_user: str
    team: str
    viewer: Person | None = None


async def context_for(deps: Deps, row: OutboxRecord) -> Context:
    """Looks up in Slack what drawing this row needs."""
    viewer = await deps.people.person(row.user) if row.kind == "home" and row.user else None
    return Context(
        registry=deps.registry, policy=deps.policy(), bot_user=deps.bot_user, team=deps.team, viewer=viewer
    )


Draw = Callable[[Tx, Context, OutboxRecord], Rendered | None]


def render(tx: Tx, context: Context, row: OutboxRecord) -> Rendered | None:
    """The call that `row` asks for, or None when there is nothing to say any more. Raises `KeyError` for an unknown view."""
    return VIEWS[row.view](tx, context, row)


VIEWS: dict[str, Draw] = {}
