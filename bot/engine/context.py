"""What every part of the engine needs, and what one run of a job knows."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol, TypeVar

from agents.core.clock import Clock
from agents.core.contract import AgentSpec, Registry, ToolContext
from agents.core.errors import CalmopsError, Ended, LeftJob
from agents.core.ids import JobId, PersonId
from agents.core.people import Person
from agents.core.policy import Policy
from agents.core.records import JobRecord
from bot.engine.faults import Faults
from storage.journal import Journal
from storage.store import Store, Tx

T = TypeVar("T")


PolicyOf = Callable[[], Policy]
"""The policy in force right now: the file may change while jobs run."""


class People(Protocol):
    """Looks people up, so that an approver can be checked again right before the call that they approved."""

    async def person(self, person: PersonId, *, fresh: bool = False) -> Person: ...


@dataclass(frozen=True, kw_only=True)
class World:
    """The parts of the bot that jobs run with. `policy()` is the policy in force right now; `luck()` is between 0 and 1."""

    store: Store
    registry: Registry
    policy: PolicyOf
    people: People
    clock: Clock
    luck: Callable[[], float]
    ports: Mapping[type, object] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)


@dataclass
class Run:
    """One run of one job: its record as claimed, its journal, and what this run has used up."""

    world: World
    agent: AgentSpec[Any, Any]
    job: JobRecord
    journal: Journal
    left: LeftJob | None = None
    effects_open: int = 0
    refusals: int = 0
    calls: int = 0
    seq: int = 0
    names: Counter[str] = field(default_factory=Counter)
    to_recall: set[str] = field(default_factory=set)
    used: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=monotonic)

    def __post_init__(self) -> None:
        self.seq = len(self.journal.steps)
        self.to_recall = set(self.journal.steps)
        self.used = dict(self.job.used)

    @property
    def replaying(self) -> bool:
        """Whether this run still repeats what an earlier run did."""
        return bool(self.to_recall)

    def recall(self, step: str) -> Any:
        """The recorded result of a step."""
        self.to_recall.discard(step)
        return self.journal.steps[step]

    def next_seq(self) -> int:
        """The place of the next step in the journal."""
        self.to_recall.clear()
        self.seq += 1
        return self.seq - 1

    @property
    def id(self) -> JobId:
        return self.job.id

    def used_now(self) -> dict[str, Any]:
        """What the job has used up, with the time of this run."""
        wall = self.used.get("wall", 0.0) + monotonic() - self.began
        calls = max(self.calls, self.used.get("tool_calls", 0))
        return {**self.used, "wall": round(wall, 3), "steps": self.seq, "tool_calls": calls}

    def name(self, wanted: str) -> str:
        """A name that is used once in a run, the same in every run: the second "fetch" is "fetch#2"."""
        self.names[wanted] += 1
        return wanted if self.names[wanted] == 1 else f"{wanted}#{self.names[wanted]}"

    def context(self, key: str = "") -> ToolContext:
        """What a tool gets besides its arguments."""
        return ToolContext(job_id=self.id, effect_key=key, now=self.world.clock.now(), ports=self.world.ports)

    async def write(self, fn: Callable[[Tx], T]) -> T:
        """One transaction of this run. Once the job has left, nothing more is written for it."""
        if self.left is not None:
            raise self.left
        try:
            return await self.world.store.write(fn)
        except LeftJob as left:
            raise self.leave(left) from None

    def leave(self, left: LeftJob) -> LeftJob:
        """Ends this run; to be raised. Whatever else its code tries afterwards raises the same."""
        self.left = self.left or left
        return self.left

    def end(self, error: CalmopsError) -> LeftJob:
        """Ends this run as failed, whatever its code would like to do about the error; to be raised."""
        return self.leave(Ended(error))

    def check(self) -> None:
        """Raises when this run is over."""
        if self.left is not None:
            raise self.left
