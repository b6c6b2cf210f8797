"""Names for things: numbers that people can type, and keys that machines compare."""

from typing import NewType

JobId = NewType("JobId", int)
EscalationId = NewType("EscalationId", int)
EffectId = NewType("EffectId", int)
EnvelopeId = NewType("EnvelopeId", int)
OutboxId = NewType("OutboxId", int)

PersonId = NewType("PersonId", str)
"""`TEAM/USER`: people are known by workspace (or enterprise) and user id, never by name or e-mail."""


MACHINE = "machine"
"""Stands for the workspace in the keys of people at this machine's own command line."""


def person_id(team: str, user: str) -> PersonId:
    """The key of one person in one workspace."""
    return PersonId(f"{team}/{user}")


def user_of(person: PersonId) -> str:
    """The Slack user id inside a person's key."""
    return person.partition("/")[2]


def team_of(person: PersonId) -> str:
    """The workspace (or enterprise) id inside a person's key."""
    return person.partition("/")[0]
