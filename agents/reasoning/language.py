"""The `LanguageModel` behind `calmops[llm]`: any model that pydantic-ai speaks to, OpenAI-compatible addresses included.

pydantic-ai makes the requests; the loop is ours, because each turn has to be a step of the job and each tool call a
`job.call`. Answers of the model are journaled as they came, so a restarted job neither asks nor pays twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from agents.core.contract import Tool
from agents.core.errors import BudgetExceeded, LowConfidence, Misconfigured
from agents.core.job import Job
from agents.core.models import Answer, Prompt
from agents.reasoning.language_calls import FINAL, Reply, final_answer, use_tool
from agents.reasoning.language_errors import translated

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters

INSTALL = "A language model needs an extra: pip install 'calmops[llm]'"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`turns` and `mistakes` bound one run; `seconds` and `answer_tokens` one request. Prices are USD a million tokens."""

    turns: int = 16
    mistakes: int = 3
    seconds: float = 60.0
    answer_tokens: int = 2_000
    input_price: float = 0.0
    output_price: float = 0.0


class PydanticModel:
    """One configured model."""

    def __init__(self, model: "Model", *, limits: Limits | None = None) -> None:
        self._model = model
        self._limits = limits or Limits()
        self.name = f"{model.system}:{model.model_name}"

    async def run(
        self, job: Job, *, prompt: Prompt, request: str, tools: Sequence[Tool[Any]], answer: type[Answer]
    ) -> Answer:
        """Asks, does what is asked for through the job, and asks again, until `final_answer` is called rightly."""
        from pydantic_ai.messages import ModelRequest, SystemPromptPart, UserPromptPart

        # Recorded with its text: a job keeps the instructions that it began with, whatever becomes of the file.
        kept = await job.step("read the instructions", partial(_same, prompt), of=Prompt)
        offered = _offered(tools, answer)
        history: list[ModelMessage] = [
            ModelRequest(parts=[SystemPromptPart(content=kept.text), UserPromptPart(content=request)])
        ]
        mistakes = 0
        for turn in range(1, self._limits.turns + 1):
            said = await job.step(f"ask the model, turn {turn}", partial(self._ask, job, tuple(history), offered))
            response = _read(said)
            history.append(response)
            replies: list[Reply] = []
            for call in response.tool_calls:
                if call.tool_name == FINAL:
                    done = final_answer(call, answer)
                    if not isinstance(done, Reply):
                        return done
                    replies.append(done)
                else:
                    replies.append(await use_tool(job, tools, call, by=f"{self.name}, {kept.name} {kept.version}"))
            if not replies:
                replies = [Reply(text=f"Answer by calling {FINAL}.", mistake=True)]
            mistakes += sum(reply.mistake for reply in replies)
            if mistakes >= self._limits.mistakes:
                raise LowConfidence(f"{self.name} gave no answer in the form asked for ({mistakes} mistakes).")
            history.append(ModelRequest(parts=[reply.part() for reply in replies]))
        raise BudgetExceeded(f"{self.name} has had its {self._limits.turns} turns and has not finished.")

    async def close(self) -> None:
        """Closes the connections to the provider."""
        client = getattr(self._model, "client", None)
        if client is not None and hasattr(client, "close"):
            await client.close()

    async def _ask(self, job: Job, history: Sequence["ModelMessage"], offered: "ModelRequestParameters") -> Any:
        """One request. Its cost is counted before its answer is recorded: what was paid for is never forgotten."""
        from pydantic_ai.direct import model_request
        from pydantic_ai.exceptions import AgentRunError
        from pydantic_ai.messages import ModelMessagesTypeAdapter

        limits = self._limits
        try:
            response = await model_request(
                self._model,
                list(history),
                model_settings={"timeout": limits.seconds, "max_tokens": limits.answer_tokens},
                model_request_parameters=offered,
            )
        except AgentRunError as error:
            failed = translated(error, self.name)
            if isinstance(failed, LowConfidence):
                return {
                    "failed": str(failed)
                }  # recorded, so that a restarted job does not ask again and hear otherwise
            raise failed from error
        used = response.usage
        cost = (used.input_tokens * limits.input_price + used.output_tokens * limits.output_price) / 1_000_000
        await job.spend(tokens=used.input_tokens + used.output_tokens, cost_usd=cost)
        return ModelMessagesTypeAdapter.dump_python([response], mode="json")


async def _same(prompt: Prompt) -> Prompt:
    return prompt


def _read(said: Any) -> "ModelResponse":
    """What was recorded of one turn. Raises `LowConfidence` when that was a failure."""
    from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse

    if isinstance(said, dict):
        raise LowConfidence(str(said["failed"]))
    [message] = ModelMessagesTypeAdapter.validate_python(said)
    if not isinstance(message, ModelResponse):
        raise LowConfidence("What was recorded of the model is no answer.")
    return message


def _offered(tools: Sequence[Tool[Any]], answer: type[Answer]) -> "ModelRequestParameters":
    """The tools as the model sees them, and the form of the answer as one more tool."""
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.tools import ToolDefinition

    functions = [
        ToolDefinition(
            name=tool.name,
            description=f"{tool.title}. Access: {tool.access}.",
            parameters_json_schema=tool.args.model_json_schema(),
        )
        for tool in tools
    ]
    final = ToolDefinition(
        name=FINAL, description="Gives the finished answer.", parameters_json_schema=answer.model_json_schema()
    )
    return ModelRequestParameters(function_tools=[*functions, final], allow_text_output=True)


def build_language_model(
    name: str, *, address: str | None = None, key: str | None = None, limits: Limits | None = None
) -> PydanticModel:
    """The model of that name: `provider:model` as pydantic-ai knows them, or any name with the `address` of a server that
    speaks OpenAI's chat API. Raises `Misconfigured`."""
    try:
        from pydantic_ai.exceptions import UserError
        from pydantic_ai.models import infer_model
    except ImportError as error:
        raise Misconfigured(INSTALL) from error
    try:
        model = _at(address, name, key) if address else infer_model(name)
    except (UserError, ImportError, ValueError) as error:
        raise Misconfigured(f"The model {name!r} cannot be used: {error}") from error
    return PydanticModel(model, limits=limits)


def _at(address: str, name: str, key: str | None) -> "Model":
    from openai import AsyncOpenAI
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    # Tries are the engine's business: it knows the job's deadline and says what it does.
    client = AsyncOpenAI(base_url=address, api_key=key or "none", max_retries=0)
    return OpenAIChatModel(name.rpartition(":")[2], provider=OpenAIProvider(openai_client=client))
