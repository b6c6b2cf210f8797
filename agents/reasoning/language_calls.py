"""One tool call of a model: checked, put through the job, and told back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from agents.core.contract import Access, Record, Tier, Tool, ToolContext
from agents.core.errors import Conflict, Declined, ForbiddenTool, InvalidInput, NotAllowed
from agents.core.job import CallOutcome, CallState, Evidence, Job
from agents.core.models import Answer, mark
from agents.core.redaction import redact

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelRequestPart, ToolCallPart

FINAL = "final_answer"
LONGEST_RESULT = 20_000


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the model is told after a call, or after saying something that was no call (then without `tool`)."""

    text: str
    tool: str = ""
    call: str = ""
    mistake: bool = False

    def part(self) -> "ModelRequestPart":
        """The same in pydantic-ai's words."""
        from pydantic_ai.messages import ToolReturnPart, UserPromptPart

        if self.tool:
            return ToolReturnPart(tool_name=self.tool, content=self.text, tool_call_id=self.call)
        return UserPromptPart(content=self.text)


class _NoTool(Record):
    pass


def final_answer(call: "ToolCallPart", answer: type[Answer]) -> Answer | Reply:
    """The finished answer, or what is wrong with it."""
    try:
        return answer.model_validate(_arguments(call))
    except (ValidationError, InvalidInput) as error:
        return Reply(text=_problem(error), tool=FINAL, call=call.tool_call_id, mistake=True)


async def use_tool(job: Job, tools: Sequence[Tool[Any]], call: "ToolCallPart", *, by: str) -> Reply:
    """Does what the model asked for, as far as the job lets it. Errors that another try of the job may mend are raised."""
    tool = next((tool for tool in tools if tool.name == call.tool_name), None) or _unknown(call.tool_name)
    try:
        # Only the tool's own arguments go on: the model has no say in what a card tells people or in stop conditions.
        args = tool.args.model_validate(_arguments(call)).model_dump(mode="json") if tool.args is not _NoTool else {}
        outcome = await job.call(
            tool,
            because="A language model proposes this.",
            evidence=(Evidence(label="Proposed by", text=by),),
            **args,
        )
    except ForbiddenTool:
        return _told(call, "Refused: this tool is not yours to use.", mistake=True)
    except (ValidationError, InvalidInput) as error:
        return _told(call, _problem(error), mistake=True)
    except (NotAllowed, Declined, Conflict) as error:
        return _told(call, f"Not done: {error}")
    return _told(call, _outcome_text(tool, outcome))


def _outcome_text(tool: Tool[Any], outcome: CallOutcome) -> str:
    match outcome.state:
        case CallState.DONE:
            text = redact(json.dumps(outcome.result, ensure_ascii=False, default=str))
            cut = " (cut)" if len(text) > LONGEST_RESULT else ""
            changed = " A person changed the arguments first." if outcome.edited else ""
            return f"Done.{changed} Result{cut}:\n{mark(text[:LONGEST_RESULT], tool.name)}"
        case CallState.REJECTED:
            return f"Not done: a person decided against it. {mark(redact(outcome.reason), 'reason')}"
        case CallState.TAKEN_OVER:
            return "Not done: a person does this by hand."
        case CallState.EXPIRED:
            return "Not done: nobody decided in time."
        case CallState.SHADOW:
            return "Not done: this agent only proposes for now. Go on as if it had been done."


def _told(call: "ToolCallPart", text: str, *, mistake: bool = False) -> Reply:
    return Reply(text=text, tool=call.tool_name, call=call.tool_call_id, mistake=mistake)


def _arguments(call: "ToolCallPart") -> dict[str, Any]:
    """The arguments as an object. Raises `InvalidInput` for anything else: models write broken JSON."""
    given: Any = call.args
    if isinstance(given, str):
        try:
            given = json.loads(given or "{}")
        except (json.JSONDecodeError, RecursionError) as error:
            raise InvalidInput(f"The arguments are not JSON: {error}.") from error
    if not isinstance(given or {}, dict):
        raise InvalidInput("The arguments must be one JSON object.")
    return given or {}


def _problem(error: ValidationError | InvalidInput) -> str:
    if isinstance(error, InvalidInput):
        return f"This cannot be used: {error}"[:1_000]
    found = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'arguments'}: {one['msg']}" for one in error.errors()[:5])
    return f"This cannot be used: {found}"[:1_000]


def _unknown(name: str) -> Tool[Any]:
    """A stand-in for a tool that does not exist, so that asking for it is refused and written down like any other."""

    async def nothing(_context: ToolContext, _args: Any) -> None:
        raise ForbiddenTool

    return Tool(
        name=name[:80] or "nameless",
        title="A tool that does not exist",
        target="nothing",
        access=Access.IRREVERSIBLE,
        args=_NoTool,
        run=nothing,
        question=lambda _: "Do what no tool does?",
        verb=lambda _: "Nothing",
        tier=Tier.CRITICAL,
    )
