"""The `Job` that an agent's code is given."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from agents.core.contract import Access, Tool
from agents.core.errors import Misconfigured
from agents.core.ids import JobId, PersonId
from agents.core.job import CallOutcome, Evidence, Source, StopReason
from bot.engine import asking, children, saying, steps, waiting
from bot.engine.answers import after_answer, go_on
from bot.engine.calls import begin, check_contract
from bot.engine.context import Run
from bot.engine.reading import read_tool
from bot.engine.usage import check_calls
from bot.engine.wishes import Wish, read_args

T = TypeVar("T")


class Handle:
    """One run of one job, as its agent sees it; see `agents.core.job.Job`."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @property
    def id(self) -> JobId:
        return self._run.id

    @property
    def requester(self) -> PersonId:
        return self._run.job.requester

    @property
    def source(self) -> Source:
        return self._run.job.source

    @property
    def attempt(self) -> int:
        return self._run.job.failures + self._run.job.crashes + 1

    def port(self, kind: type[T]) -> T:
        try:
            return self._run.world.ports[kind]  # type: ignore[return-value]  # the map is keyed by the type it holds
        except KeyError:
            raise Misconfigured(f"{kind.__name__} is not connected to this bot.") from None

    async def step(self, name: str, fn: Callable[[], Awaitable[T]], *, of: Any = None) -> T:
        value: T = await steps.step(self._run, name, fn, of=of)
        return value

    async def call(
        self,
        tool: Tool[Any],
        /,
        *,
        because: str = "",
        stop: StopReason | None = None,
        evidence: Sequence[Evidence] = (),
        confidence: float | None = None,
        case_type: str = "",
        **args: Any,
    ) -> CallOutcome:
        run = self._run
        run.check()
        await check_contract(run, tool)
        checked = read_args(tool, args)
        check_calls(run)
        wish = Wish(
            tool=tool,
            name=run.name(tool.name),
            args=checked,
            given=checked.model_dump(mode="json"),
            because=because,
            stop=stop,
            evidence=evidence,
            confidence=confidence,
            case_type=case_type,
        )
        if tool.access is Access.READ:
            return await read_tool(run, wish)
        if (known := run.journal.effects.get(wish.name)) is not None:
            return await go_on(run, wish, known)
        if (asked := run.journal.escalations.get(wish.name)) is not None:
            return await after_answer(run, wish, asked)
        return await begin(run, wish)

    async def ask(
        self, question: str, *, choices: Sequence[str], because: str, evidence: Sequence[Evidence] = ()
    ) -> str:
        return await asking.ask(self._run, question, choices=choices, because=because, evidence=evidence)

    async def reply(self, text: str) -> None:
        await saying.reply(self._run, text)

    async def progress(self, text: str) -> None:
        await saying.progress(self._run, text)

    async def sleep(self, name: str, seconds: float) -> None:
        await waiting.sleep(self._run, name, seconds)

    async def wait_for_event(self, name: str, *, seconds: float) -> Any:
        return await waiting.wait_for_event(self._run, name, seconds=seconds)

    async def spawn(self, agent: str, input: BaseModel, *, name: str) -> JobId:
        return await children.spawn(self._run, agent, input, name=name)

    async def gather(self, *children_ids: JobId) -> list[Any]:
        return await children.gather(self._run, children_ids)

    async def spend(self, *, tokens: int = 0, cost_usd: float = 0.0) -> None:
        await steps.spend(self._run, tokens=tokens, cost_usd=cost_usd)
