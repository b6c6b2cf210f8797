"""Who somebody is, as far as a decision about rights needs it."""

from dataclasses import dataclass
from enum import StrEnum

from agents.core.ids import PersonId, team_of, user_of


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

    `groups` is None when they could not be looked up: rights that need a group are then refused. `operator` is the person at
    the machine's own command line, who may do what the files of the machine let them do anyway.
    """

    id: PersonId
    kind: PersonKind
    name: str = ""
    groups: frozenset[str] | None = frozenset()
    timezone: str = "UTC"
    is_admin: bool = False

    @property
    def team(self) -> str:
        return team_of(self.id)

    @property
    def user(self) -> str:
        return user_of(self.id)


SYSTEM = PersonId("calmops/system")
"""Who acts when the bot itself does something by rule: an expiry, a sweep."""
