"""The `Job` that an agent's code is given."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel

from agents.core.contract import Access, Tool
from agents.core.errors import Misconfigured
from agents.core.failures import failure_of
from agents.core.ids import JobId, PersonId
from agents.core.job import CallOutcome, CallState, Evidence, Source, StopReason
from agents.core.policy import Ruling
from agents.core.records import EffectRecord, EffectState
from bot.engine import asking, children, saying, steps, waiting
from bot.engine.answers import after_answer, after_review
from bot.engine.calls import Wish, ask_people, check_calls, check_contract, propose, read_args, refuse, shadow
from bot.engine.context import Run
from bot.engine.effects import intend, outcome_of, perform, recover
from bot.engine.raising import as_error
from bot.engine.reading import read_tool
from bot.engine.ruling import Ruled, rule
from storage.store import Tx

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
        name = run.name(tool.name)
        given = checked.model_dump(mode="json")
        ruled = await rule(run, tool, name, given, stop=stop, confidence=confidence, case_type=case_type)
        if tool.access is Access.READ:
            if ruled.ruling is Ruling.FORBID:
                await refuse(run, tool, ruled.call.because)
            return await read_tool(run, tool, name, checked, given)
        wish = Wish(
            tool=tool,
            name=name,
            args=checked,
            given=given,
            because=because,
            stop=stop,
            evidence=evidence,
            confidence=confidence,
            case_type=case_type,
        )
        if (known := run.journal.effects.get(name)) is not None:
            return await self._go_on(wish, known)
        if (asked := run.journal.escalations.get(name)) is not None:
            return await after_answer(run, wish, ruled, asked)
        return await self._begin(wish, ruled)

    async def _go_on(self, wish: Wish, known: EffectRecord) -> CallOutcome:
        """A call of which an earlier run has written down at least the intent."""
        run, approval = self._run, self._run.journal.escalations.get(wish.name)
        match known.state:
            case EffectState.DONE | EffectState.UNDONE | EffectState.SKIPPED:
                return outcome_of(known, approval)
            case EffectState.UNKNOWN:
                return await after_review(run, wish, known, approval)
            case EffectState.INTENDED | EffectState.FAILED:
                return await recover(run, wish.tool, known, read_args(wish.tool, known.args), approval)

    async def _begin(self, wish: Wish, ruled: Ruled) -> CallOutcome:
        """A call that was not made before."""
        run, tool = self._run, wish.tool
        if ruled.ruling is Ruling.FORBID:
            await refuse(run, tool, ruled.call.because)
        if ruled.ruling is Ruling.ALLOW:

            def write(tx: Tx) -> EffectRecord:
                propose(tx, run, wish, ruled)
                return intend(tx, run, tool, wish.name, wish.given, approval=None, decider=f"policy {ruled.policy}")

            effect = await run.write(write)
            run.world.faults.point("after_intent")
            run.journal.effects[wish.name] = effect
            return await perform(run, tool, effect, wish.args, None)
        try:
            version = await tool.version(run.context(), wish.args) if tool.version else None
        except Exception as error:
            raise as_error(failure_of(error), tool) from error
        if ruled.ruling is Ruling.SHADOW:
            return await shadow(run, wish, ruled, record_version=version)
        await ask_people(run, wish, ruled, record_version=version)
        return CallOutcome(state=CallState.EXPIRED)

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
