"""Who somebody is, as far as a decision about rights needs it."""

from dataclasses import dataclass
from enum import StrEnum

from agents.core.ids import PersonId, person_id, team_of, user_of


class PersonKind(StrEnum):
    """What sort of account it is. Only members may decide, unless policy says otherwise."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"
    BOT = "bot"
    DEACTIVATED = "deactivated"
    OPERATOR = "operator"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class Person:
    """One account, with the user groups it belongs to right now.

    `groups` is None when they could not be looked up: rights that need a group are then refused. `operator` is the
    person at the machine's own command line, who may do what the files of the machine let them do anyway.
    `stands_in_for` are the people who are away and named this person as their delegate, as they are right now.
    """

    id: PersonId
    kind: PersonKind
    name: str = ""
    groups: frozenset[str] | None = frozenset()
    timezone: str = "UTC"
    is_admin: bool = False
    stands_in_for: tuple["Person", ...] = ()

    @property
    def team(self) -> str:
        return team_of(self.id)

    @property
    def user(self) -> str:
        return user_of(self.id)


SYSTEM = PersonId("calmops/system")
"""Who acts when the bot itself does something by rule: an expiry, a sweep."""

OPERATOR_TEAM = "operator"
"""Stands where a Slack team would. Slack's own begin with T or E, so nobody there can be mistaken for an operator."""


WEBHOOK_TEAM = "webhook"
"""Stands where a Slack team would, for a system that starts jobs by web requests."""


def webhook_id(name: str) -> PersonId:
    """Who asked, where another system did: the webhook of that name. It may decide nothing."""
    return person_id(WEBHOOK_TEAM, name)


def operator(name: str) -> Person:
    """The person at this machine's command line, by the name of their account there."""
    return Person(id=person_id(OPERATOR_TEAM, name), kind=PersonKind.OPERATOR, name=name)


def is_operator_id(person: PersonId) -> bool:
    """Whether this key belongs to somebody at the command line, who is not looked up in Slack."""
    return team_of(person) == OPERATOR_TEAM
