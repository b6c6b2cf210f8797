"""Secrets that stand in a ticket, an argument or an error are hidden on every surface before it leaves."""

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from agents.core.redaction import Redactor

if TYPE_CHECKING:
    from handlers.rendering import Rendered

OURS = frozenset({"type", "action_id", "block_id", "value", "callback_id", "private_metadata", "url", "initial_value"})
"""What is not read by people: ids of ours, and what a person is editing, which must come back as it was."""


@lru_cache(maxsize=8)
def redactor(patterns: tuple[str, ...]) -> Redactor:
    """Hides what looks like a secret, and what these patterns of the policy name."""
    return Redactor.of(patterns=patterns)


def without_secrets(rendered: "Rendered", patterns: tuple[str, ...]) -> "Rendered":
    """The same call with every secret in its texts replaced by a mark."""
    hide = redactor(patterns)
    return replace(
        rendered,
        text=hide(rendered.text),
        blocks=_hidden(rendered.blocks, hide),
        view=_hidden(rendered.view, hide),
        chart=replace(rendered.chart, labels=tuple(map(hide, rendered.chart.labels))) if rendered.chart else None,
    )


def _hidden(value: Any, hide: Redactor) -> Any:
    if isinstance(value, str):
        return hide(value)
    if isinstance(value, dict):
        return {name: item if name in OURS else _hidden(item, hide) for name, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item, hide) for item in value]
    return value
