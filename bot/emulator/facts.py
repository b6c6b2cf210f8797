"""Slack's published facts about methods and events: tier, scopes, required arguments, error names.

`facts.json` is written by `tests/emulator/write_facts.py` from the reference data; facts only, no descriptions.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.emulator.wire import PLAIN_ERRORS

FILE = Path(__file__).with_name("facts.json")


@dataclass(frozen=True, kw_only=True)
class MethodFacts:
    """What Slack states about one method. `scopes`: one of them is enough where the kind of channel decides."""

    tier: str
    scopes: tuple[str, ...]
    required: tuple[str, ...]
    errors: frozenset[str]

    def lists(self, error: str) -> bool:
        """Whether Slack's own list, or the list common to all methods, holds this error."""
        return error in self.errors or error in PLAIN_ERRORS


class Facts:
    """The reference data, read once per local Slack."""

    def __init__(self, path: Path = FILE) -> None:
        self._raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    @cached_property
    def methods(self) -> dict[str, MethodFacts]:
        """By method name, for the methods that the local Slack speaks."""
        return {
            name: MethodFacts(
                tier=entry["tier"] or "t5",
                scopes=tuple(entry["scopes"]),
                required=tuple(entry["required"]),
                errors=frozenset(entry["errors"]),
            )
            for name, entry in self._raw["methods"].items()
        }

    @cached_property
    def event_scopes(self) -> dict[str, tuple[str, ...]]:
        """By event name; an empty tuple where no scope is needed."""
        return {name: tuple(scopes) for name, scopes in self._raw["events"].items()}

    @cached_property
    def absent(self) -> frozenset[str]:
        """Methods that Slack has and the local Slack does not."""
        return frozenset(self._raw["absent"])
