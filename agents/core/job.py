"""What an agent's code sees of its job."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel

from agents.core.contract import Tool
from agents.core.ids import JobId, PersonId

T = TypeVar("T")


class StopReason(StrEnum):
    """Why an agent must not go on alone: the stop conditions that policy knows."""

    MISSING_DATA = "missing_data"
    SOURCES_CONFLICT = "sources_conflict"
    TOOL_FAILED = "tool_failed"
    OUTSIDE_POLICY = "outside_policy"
    LOW_CONFIDENCE = "low_confidence"
    HIGH_VALUE = "high_value"
    REPEATED_FAILURE = "repeated_failure"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One short thing that speaks for (or against) a proposal. `text` is untrusted and shown literally; `url` is its source."""

    label: str
    text: str
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a job came from, so that its answers go back there. `ts` is the message that started it."""

    kind: str = "command"
    channel: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    url: str | None = None


class CallState(StrEnum):
    DONE = "done"
    REJECTED = "rejected"
    EXPIRED = "expired"
    TAKEN_OVER = "taken_over"
    SHADOW = "shadow"


@dataclass(frozen=True, kw_only=True)
class CallOutcome:
    """What became of a call. `args` are the arguments that really ran: an approver may have edited them."""

    state: CallState
    args: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    edited: bool = False
    by: PersonId | None = None
    reason: str = ""

    @property
    def done(self) -> bool:
        """Whether the effect happened."""
        return self.state is CallState.DONE


class Job(Protocol):
    """One run of an agent. Everything an agent does to the world goes through here, so that it can be journaled,
    checked, replayed, stopped and explained."""

    @property
    def id(self) -> JobId: ...

    @property
    def requester(self) -> PersonId: ...

    @property
    def source(self) -> Source: ...

    @property
    def attempt(self) -> int:
        """1 for the first try."""
        ...

    def port(self, kind: type[T]) -> T:
        """A read-only helper of the bot, such as the `Reasoner`. Raises `Misconfigured` when there is none."""
        ...

    async def step(self, name: str, fn: Callable[[], Awaitable[T]], *, of: Any = None) -> T:
        """Runs `fn` once and records its result under `name`; later runs get the recorded result, also a recorded None.

        `of` is the type to read the recorded JSON back into (a pydantic model or any type pydantic can validate).
        Steps are done at least once: a crash in the middle runs `fn` again, so effects belong into `call`.
        """
        ...

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
        """Calls a tool under the contract and the policy. May park the job until people have decided.

        `stop` names a stop condition that the agent met: the call is then always put to people. `because` is the
        sentence that the card shows under "Why you are asked".
        Raises `ForbiddenTool`, `InvalidInput`, and whatever the tool raises.
        """
        ...

    async def ask(
        self, question: str, *, choices: Sequence[str], because: str, evidence: Sequence[Evidence] = ()
    ) -> str:
        """Parks the job until a person picks one of the choices (2 to 5, each 30 characters at most)."""
        ...

    async def reply(self, text: str) -> None:
        """Says something in the job's thread, once. `text` is untrusted plain text."""
        ...

    async def progress(self, text: str) -> None:
        """Tells what the job does now; shown in its one progress message. Begins with a verb."""
        ...

    async def sleep(self, name: str, seconds: float) -> None:
        """Parks the job for that long."""
        ...

    async def wait_for_event(self, name: str, *, seconds: float) -> Any:
        """Parks the job until somebody posts the event `name` to it. Returns its payload, or None after `seconds`."""
        ...

    async def spawn(self, agent: str, input: BaseModel, *, name: str) -> JobId:
        """Starts a child job, once per `name`."""
        ...

    async def gather(self, *children: JobId) -> list[Any]:
        """Parks the job until every child is finished. Returns their outputs; None for one that did not succeed."""
        ...

    async def spend(self, *, tokens: int = 0, cost_usd: float = 0.0) -> None:
        """Counts model use against the budget. Raises `BudgetExceeded`."""
        ...
