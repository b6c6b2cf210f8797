"""A job for tests of agents: it does what the engine promises to an agent, and people answer by script."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_jsonable_python

from agents.core.contract import Access, Tool, ToolContext
from agents.core.errors import Misconfigured
from agents.core.ids import JobId, PersonId
from agents.core.job import CallOutcome, CallState, Evidence, Source, StopReason

T = TypeVar("T")

BO = PersonId("T0LOCAL/U0BO")
CHO = PersonId("T0LOCAL/U0CHO")
JOB = JobId(7)
IN_SUPPORT = Source(kind="message", channel="C0SUPPORT", ts="1767225600.000100", url="https://slack.test/p1")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call that was put to people, or ran alone."""

    tool: str
    args: dict[str, Any]
    because: str
    stop: StopReason | None
    evidence: tuple[Evidence, ...]
    confidence: float | None
    case_type: str


@dataclass(kw_only=True)
class ScriptedJob:
    """`decide` says what people make of a call that changes something; by default they approve as it is.

    Steps are replayed from `journal`, as JSON, so that a second run of an agent sees what a restarted one would.
    """

    ports: Mapping[type, object] = field(default_factory=dict)
    decide: Callable[[Asked], CallOutcome] = lambda asked: CallOutcome(state=CallState.DONE, args=asked.args, by=BO)
    choose: Callable[[str, Sequence[str]], str] = lambda question, choices: choices[0]
    id: JobId = JOB
    requester: PersonId = CHO
    source: Source = IN_SUPPORT
    attempt: int = 1
    journal: dict[str, Any] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    doing: list[str] = field(default_factory=list)
    spawned: list[tuple[str, BaseModel]] = field(default_factory=list)
    spent: int = 0
    budget: int | None = None
    clock: Callable[[], float] = lambda: 1_767_225_600.0

    def port(self, kind: type[T]) -> T:
        if kind not in self.ports:
            raise Misconfigured(f"{kind.__name__} is not connected.")
        return self.ports[kind]  # type: ignore[return-value]

    async def step(self, name: str, fn: Callable[[], Awaitable[T]], *, of: Any = None) -> T:
        if name not in self.journal:
            self.journal[name] = to_jsonable_python(await fn())
        recorded = self.journal[name]
        result: T = TypeAdapter(of).validate_python(recorded) if of is not None else recorded
        return result

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
        checked = tool.args.model_validate(args)
        given = checked.model_dump(mode="json")
        assert len(tool.verb(checked)) <= 30
        assert tool.question(checked)
        if tool.access is Access.READ:
            self.read.append(tool.name)
            return CallOutcome(state=CallState.DONE, args=given, result=await tool.run(self.context(), checked))
        asked = Asked(
            tool=tool.name,
            args=given,
            because=because,
            stop=stop,
            evidence=tuple(evidence),
            confidence=confidence,
            case_type=case_type,
        )
        self.asked.append(asked)
        outcome = self.decide(asked)
        if outcome.done:
            final = tool.args.model_validate(outcome.args)
            result = await tool.run(self.context(f"J{self.id}:{tool.name}:{len(self.asked)}"), final)
            outcome = replace(outcome, result=to_jsonable_python(result), edited=outcome.args != given)
        return outcome

    async def ask(
        self, question: str, *, choices: Sequence[str], because: str, evidence: Sequence[Evidence] = ()
    ) -> str:
        assert 2 <= len(choices) <= 5
        assert all(len(choice) <= 30 for choice in choices)
        assert because
        return self.choose(question, choices)

    async def reply(self, text: str) -> None:
        self.replies.append(text)

    async def progress(self, text: str) -> None:
        self.doing.append(text)

    async def sleep(self, name: str, seconds: float) -> None:
        self.journal.setdefault(f"sleep {name}", seconds)

    async def wait_for_event(self, name: str, *, seconds: float) -> Any:
        return self.journal.get(f"event {name}")

    async def spawn(self, agent: str, input: BaseModel, *, name: str) -> JobId:
        self.spawned.append((agent, input))
        return JobId(1000 + len(self.spawned))

    async def gather(self, *children: JobId) -> list[Any]:
        return [None for _ in children]

    async def spend(self, *, tokens: int = 0, cost_usd: float = 0.0) -> None:
        self.spent += tokens

    def context(self, key: str = "") -> ToolContext:
        return ToolContext(job_id=self.id, effect_key=key, now=self.clock(), ports=self.ports)
