"""The `LanguageModel` port: a model that may choose among an agent's tools, and can only propose.

A run belongs to a job: what the model says is journaled as steps, what it wants done goes through `job.call`. So the same
contract, policy, approvals, budget and audit hold for it as for code, and it goes on after a decision or a restart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from agents.core.canonical import sha256
from agents.core.contract import Tool
from agents.core.job import Job

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """Instructions from a versioned file. The version is a hash of the text, so a changed file is another version."""

    name: str
    text: str
    version: str


class LanguageModel(Protocol):
    """Raises `LowConfidence` when no answer in the form asked for comes, `BudgetExceeded`, `Transient`, `Misconfigured`."""

    name: str

    async def run(
        self, job: Job, *, prompt: Prompt, request: str, tools: Sequence[Tool[Any]], answer: type[Answer]
    ) -> Answer: ...


def mark(text: str, source: str) -> str:
    """Text of others between marks that it cannot forge: they carry a hash of the text itself."""
    seal = sha256(text)[:12]
    label = "".join(char for char in source if char.isalnum() or char in " #:-")[:80]
    return f'<data source="{label}" seal="{seal}">\n{text}\n</data seal="{seal}">'
