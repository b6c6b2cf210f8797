"""What calmops.toml says about one other system that starts jobs by web requests."""

import re
from typing import Any

from pydantic import field_validator

from agents.core.policy.sections import Section
from agents.core.webhooks import Scheme

_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")
_SECRET = re.compile(r"^(env:CALMOPS_SECRET_[A-Z0-9_]+|file:.+)$")
_PATH = re.compile(r"^[^.\s]+(\.[^.\s]+)*$")


class WebhookPolicy(Section):
    """A `[webhooks.NAME]` section."""

    agent: str
    """The agent that a delivery starts."""
    secret: tuple[str, ...]
    """Where the shared secret stands: `env:CALMOPS_SECRET_...` or `file:PATH`, never the secret itself. Two while it is
    being exchanged."""
    scheme: Scheme = Scheme.STANDARD
    channel: str | None = None
    """The channel in which the job speaks; without one only its questions and failures are seen."""
    input: dict[str, str] = {}
    """The agent's field -> where its value stands in the JSON body: `text = "ticket.body"`. Empty: the body is the input."""

    @field_validator("secret", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("secret")
    @classmethod
    def _by_reference(cls, references: tuple[str, ...]) -> tuple[str, ...]:
        if not 1 <= len(references) <= 2 or not all(_SECRET.match(one) for one in references):
            raise ValueError(
                'write where the secret stands, not the secret: "env:CALMOPS_SECRET_SHOP" or "file:/run/secrets/shop"'
            )
        return references

    @field_validator("input")
    @classmethod
    def _paths(cls, paths: dict[str, str]) -> dict[str, str]:
        for field, path in paths.items():
            if not _PATH.match(path):
                raise ValueError(f"{field} must say where in the body its value stands, such as ticket.body")
        return paths


def check_names(webhooks: dict[str, WebhookPolicy]) -> dict[str, WebhookPolicy]:
    """The same, with names that fit into an address. Raises `ValueError`."""
    for name in webhooks:
        if not _NAME.match(name):
            raise ValueError(f"{name!r} cannot stand in an address; use small letters, digits, - and _")
    return webhooks
