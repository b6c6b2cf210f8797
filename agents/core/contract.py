"""The contract of an agent: what it is for, who answers for it, what it may touch, and how it fails.

An `AgentSpec` is a value. It is listed in `agents.library`, checked when it is registered, and shown to people as a sheet.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from agents.core.errors import Misconfigured, NotFound

if TYPE_CHECKING:
    from agents.core.job import Evidence, Job
    from agents.core.records import EscalationRecord

Args = TypeVar("Args", bound=BaseModel)
In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound=BaseModel)
Port = TypeVar("Port")


class Record(BaseModel):
    """Base of every typed input, output and argument set: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Lane(StrEnum):
    """How long the work takes, so that long work never starves short work."""

    FAST = "fast"
    NORMAL = "normal"
    HEAVY = "heavy"


class Access(StrEnum):
    """What a tool does to the world. `irreversible` cannot be taken back by any later call."""

    READ = "read"
    WRITE = "write"
    IRREVERSIBLE = "irreversible"


class Tier(StrEnum):
    """Risk of a call or an agent; `critical` is the top tier."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for low to 3 for critical."""
        return list(Tier).index(self)


class Mode(StrEnum):
    """How much an agent may do alone, per case type."""

    SHADOW = "shadow"
    REVIEW = "review"
    AUTO = "auto"


class Trigger(StrEnum):
    """What may start an agent."""

    COMMAND = "command"
    MESSAGE = "message"
    SHORTCUT = "shortcut"
    SCHEDULE = "schedule"
    WEBHOOK = "webhook"
    JOB = "job"


class Overdue(StrEnum):
    """What becomes of a job that was not done by its deadline: `ask` puts to people whether it is run all the same,
    `expire` ends it. Neither runs it by itself."""

    ASK = "ask"
    EXPIRE = "expire"


class Probe(StrEnum):
    """What a tool found out about a call whose answer was lost."""

    HAPPENED = "happened"
    DID_NOT = "did_not"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True)
class ToolContext:
    """What a tool gets besides its arguments. `effect_key` is the idempotency key of this one effect ("" for reads)."""

    job_id: int
    effect_key: str
    now: float
    ports: Mapping[type, object] = field(default_factory=dict)

    def port(self, kind: type[Port]) -> Port:
        """The system behind the tool, such as the ticket desk. Raises `Misconfigured` when it is not connected."""
        try:
            return self.ports[kind]  # type: ignore[return-value]  # the map is keyed by the type it holds
        except KeyError:
            raise Misconfigured(f"{kind.__name__} is not connected to this bot.") from None


@dataclass(frozen=True, kw_only=True)
class Tool(Generic[Args]):
    """Something an agent may call.

    `question` and `verb` are the words on the card: "Assign ticket 482 to Billing?" and "Assign to Billing" (30 characters
    at most). `record` names the record a call is about ("ticket 482"), `version` reads that record's version so that an
    approval can be refused once the record has moved. A `keyed` tool hands `ToolContext.effect_key` to its target, which
    does a repeated key only once; `probe` asks a target without keys whether a lost call happened. `undo` takes the context,
    the arguments and the result of the call it takes back.
    """

    name: str
    title: str
    target: str
    access: Access
    args: type[Args]
    run: Callable[[ToolContext, Args], Awaitable[Any]]
    question: Callable[[Args], str]
    verb: Callable[[Args], str]
    tier: Tier = Tier.LOW
    record: Callable[[Args], str] | None = None
    version: Callable[[ToolContext, Args], Awaitable[str]] | None = None
    keyed: bool = False
    probe: Callable[[ToolContext, Args], Awaitable[Probe]] | None = None
    undo: Callable[[ToolContext, Args, Any], Awaitable[None]] | None = None
    undo_window: timedelta = timedelta(minutes=15)
    sensitive: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    """Arguments that an approver may not edit: record keys and identity."""
    timeout: timedelta = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The most a job may use; reaching any limit stops it within one step and asks a person."""

    steps: int = 100
    tool_calls: int = 50
    wall: timedelta = timedelta(minutes=10)
    tokens: int = 50_000
    cost_usd: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Check(Generic[In, Out]):
    """One thing that a result fulfils, in words. `holds` is asked with the input and the output before the result counts; where
    it is None, a tool's schema or the agent's own code sees to it."""

    says: str
    holds: Callable[[In, Out], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class AgentSpec(Generic[In, Out]):
    """The contract of one agent.

    `deadline` counts from the moment the job was enqueued: later its result is of no use. `owner` is the role in
    calmops.toml that answers for the agent. `case_types` names the classes of input that autonomy is earned for.
    `version` changes with the code; a waiting job whose agent changed is handled by the engine's stated rule.
    """

    name: str
    title: str
    purpose: str
    version: str
    owner: str
    input: type[In]
    output: type[Out]
    run: Callable[["Job", In], Awaitable[Out]]
    tools: tuple[Tool[Any], ...]
    triggers: frozenset[Trigger] = frozenset({Trigger.COMMAND})
    forbidden: tuple[str, ...] = ()
    lane: Lane = Lane.NORMAL
    tier: Tier = Tier.LOW
    deadline: timedelta = timedelta(hours=1)
    overdue: Overdue = Overdue.ASK
    budget: Budget = Budget()
    mode: Mode = Mode.REVIEW
    evidence: tuple[str, ...] = ()
    checks: tuple[Check[In, Out], ...] = ()
    """What every result fulfils; one that does not is put to people."""
    judge: str | None = None
    """Another agent that must accept each result: it takes `Candidates` and answers with a `Choice`."""
    case_types: tuple[str, ...] = ()
    failure: str = "The owner is told and the job is kept as a dead letter."
    priority: int = 0
    summary: Callable[[In], str] | None = None
    """One short line that tells people which job this is; the agent's title when absent."""
    explain: Callable[["Job", "EscalationRecord", str], Awaitable[Sequence["Evidence"]]] | None = None
    """Answers what somebody asked about an open question, with more evidence. It may read, and it changes nothing."""
    from_text: Callable[[str], In] | None = None
    """Builds the input from what a person typed after `/ops run NAME`."""
    from_message: Callable[[str], In] | None = None
    """Builds the input from the text of a message that a person used a shortcut or a reaction on; `from_text` when absent."""

    def tool(self, name: str) -> Tool[Any]:
        """The tool of that name in this contract. Raises `NotFound`."""
        for tool in self.tools:
            if tool.name == name:
                return tool
        raise NotFound(f"{self.title} has no tool named {name}.")


class Registry:
    """The agents of this bot, by name."""

    def __init__(self, agents: Iterable[AgentSpec[Any, Any]]) -> None:
        self._agents: dict[str, AgentSpec[Any, Any]] = {}
        for agent in agents:
            if agent.name in self._agents:
                raise Misconfigured(f"Two agents are named {agent.name}; give one of them another name.")
            self._agents[agent.name] = agent

    def get(self, name: str) -> AgentSpec[Any, Any]:
        """The agent of that name. Raises `NotFound` that lists the agents there are."""
        try:
            return self._agents[name]
        except KeyError:
            known = ", ".join(sorted(self._agents)) or "none"
            raise NotFound(f"There is no agent named {name}. Agents here: {known}.") from None

    def find(self, name: str) -> AgentSpec[Any, Any] | None:
        """The agent of that name, or None: jobs may outlive their agent."""
        return self._agents.get(name)

    def all(self) -> tuple[AgentSpec[Any, Any], ...]:
        """Every agent, by name."""
        return tuple(self._agents[name] for name in sorted(self._agents))
