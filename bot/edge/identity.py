"""Whose delivery it is: the person, and whether they belong to us. Pure but for the directory it asks.

Bolt's own answer misleads for people of other companies: their modals carry our workspace in its context. So we read the
payload ourselves, and who does not say where they come from is not one of us.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agents.core.ids import PersonId, person_id
from agents.core.people import Person, PersonKind
from bot.edge.deliveries import COMMANDS, EVENTS
from handlers.deps import Directory

NOWHERE = "T0"
"""The team of somebody who does not say where they come from."""


@dataclass(frozen=True, kw_only=True)
class Home:
    """Our own workspace, and the organisation it belongs to when there is one."""

    team_id: str
    enterprise_id: str | None = None

    @property
    def key(self) -> str:
        """The first half of our people's keys."""
        return self.enterprise_id or self.team_id

    def includes(self, team: str | None) -> bool:
        return team is not None and team in (self.team_id, self.enterprise_id)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Who a payload says acted. `team` is None where this kind of payload does not say; `is_bot` when an app acted."""

    user: str | None
    team: str | None
    is_bot: bool = False
    needs_team: bool = True


def claim_of(kind: str, payload: Mapping[str, Any]) -> Claim:
    """Who a delivery says acted."""
    if kind == EVENTS:
        event = payload.get("event") or {}
        message = event.get("message") or {}
        user = event.get("user") or message.get("user") or event.get("user_id")
        if isinstance(user, Mapping):
            user = user.get("id")
        team = (
            event.get("user_team") or event.get("source_team") or message.get("user_team") or message.get("source_team")
        )
        return Claim(user=user, team=team, is_bot=bool(event.get("bot_id")), needs_team=False)
    if kind == COMMANDS:
        return Claim(user=payload.get("user_id"), team=payload.get("enterprise_id") or payload.get("team_id"))
    user = payload.get("user") or {}
    return Claim(user=user.get("id"), team=user.get("team_id"))


async def actor_of(claim: Claim, home: Home, people: Directory) -> Person | None:
    """The person who acted, as Slack's directory knows them; None for a delivery that nobody caused.

    Anyone whose payload names another workspace is external whatever else it says. A click that names none is external
    too; an event that names none is believed only as far as the directory says that the account is ours.
    """
    if claim.user is None:
        return None
    if not home.includes(claim.team) and (claim.needs_team or claim.team is not None):
        return Person(id=person_id(claim.team or NOWHERE, claim.user), kind=PersonKind.EXTERNAL, groups=frozenset())
    if claim.is_bot:
        return Person(id=person_id(home.key, claim.user), kind=PersonKind.BOT, groups=frozenset())
    return await people.person(PersonId(f"{home.key}/{claim.user}"))
