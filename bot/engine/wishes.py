"""One call as an agent wants it. Nothing of it runs before it was ruled on; where people decide, what they saw runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.core.canonical import call_digest
from agents.core.contract import Tool
from agents.core.errors import InvalidInput
from agents.core.job import Evidence, StopReason


@dataclass(frozen=True, kw_only=True)
class Wish:
    """The call: `name` is its place in the job, the same in every run; `given` are its arguments as JSON."""

    tool: Tool[Any]
    name: str
    args: BaseModel
    given: dict[str, Any]
    because: str = ""
    stop: StopReason | None = None
    evidence: Sequence[Evidence] = ()
    confidence: float | None = None
    case_type: str = ""

    @property
    def digest(self) -> str:
        return call_digest(self.tool.name, self.given)


def read_args(tool: Tool[Any], args: dict[str, Any]) -> BaseModel:
    """The arguments in the tool's own type. Raises `InvalidInput` naming each argument that does not fit."""
    try:
        checked: BaseModel = tool.args.model_validate(args)
        return checked
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors())
        raise InvalidInput(f"{tool.name} cannot be called like this: {problems}.") from error
