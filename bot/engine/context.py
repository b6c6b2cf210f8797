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
from agents.core.job import Job
from agents.core.people import Person
from agents.core.policy import Policy
from agents.core.records import JobRecord
from bot.engine.faults import Faults
from storage.breakers import Ailing
from storage.journal import Journal, seal
from storage.payloads import Unreadable
from storage.spending import Used
from storage.store import Store, Tx

T = TypeVar("T")


PolicyOf = Callable[[], Policy]
"""The policy in force right now: the file may change while jobs run."""


class People(Protocol):
    """Looks people up, so that an approver can be checked again right before the call that they approved."""

    async def person(self, person: PersonId, *, fresh: bool = False) -> Person: ...


@dataclass(kw_only=True)
class World:
    """The parts of the bot that jobs run with. `luck()` is between 0 and 1; a lease lasts `lease` seconds.

    `ailing` are the targets that failed last, as this worker read them with its latest claim.
    """

    store: Store
    registry: Registry
    policy: PolicyOf
    people: People
    clock: Clock
    luck: Callable[[], float]
    ports: Mapping[type, object] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    lease: float = 15.0
    ailing: Mapping[str, Ailing] = field(default_factory=dict)


@dataclass
class Run:
    """One run of one job: its record as claimed, its journal, and what this run has used up."""

    world: World
    agent: AgentSpec[Any, Any]
    job: JobRecord
    journal: Journal
    handle: Job | None = None
    """What the agent's code is given; for its `explain` too."""
    left: LeftJob | None = None
    cut: bool = False
    """Somebody cancelled it from outside: nothing new is begun."""
    unsealed: bool = False
    """A call failed, and whether the agent goes on without it is not known yet."""
    probes: int = 0
    effects_open: int = 0
    refusals: int = 0
    calls: int = 0
    calls_made: int = 0
    """Calls that reached a tool in this run, replayed ones not counted."""
    seq: int = 0
    first_seq: int = 0
    names: Counter[str] = field(default_factory=Counter)
    to_recall: set[str] = field(default_factory=set)
    used: dict[str, Any] = field(default_factory=dict)
    began: float = field(default_factory=monotonic)
    day: Used | None = None
    """What its agent used today before this run; None when its policy sets no limit for a day."""
    must_end_at: float | None = None
    """When it must have ended, on the monotonic clock; later its worker is ended."""

    def __post_init__(self) -> None:
        self.seq = self.first_seq = len(self.journal.steps)
        self.to_recall = set(self.journal.steps)
        self.used = dict(self.job.used)

    @property
    def replaying(self) -> bool:
        """Whether this run still repeats what an earlier run did."""
        return bool(self.to_recall)

    def recall(self, step: str) -> Any:
        """The recorded result of a step. A damaged one is never taken for another answer."""
        self.to_recall.discard(step)
        result = self.journal.steps[step]
        if isinstance(result, Unreadable):
            raise CalmopsError(f"What step “{step}” recorded is damaged and cannot be read.")
        return result

    def next_seq(self) -> int:
        """The place of the next step in the journal."""
        self.to_recall.clear()
        self.seq += 1
        return self.seq - 1

    @property
    def id(self) -> JobId:
        return self.job.id

    def used_here(self) -> Used:
        """What this run used itself."""
        return Used(
            jobs=1,
            steps=self.seq - self.first_seq,
            tool_calls=self.calls_made,
            tokens=self.used.get("tokens", 0) - self.job.used.get("tokens", 0),
            cost_usd=self.used.get("cost_usd", 0.0) - self.job.used.get("cost_usd", 0.0),
            wall=monotonic() - self.began,
        )

    def used_now(self) -> dict[str, Any]:
        """What the job has used up, with the time of this run."""
        wall = self.used.get("wall", 0.0) + monotonic() - self.began
        calls = max(self.calls, self.used.get("tool_calls", 0))
        return {**self.used, "wall": round(wall, 3), "steps": self.seq, "tool_calls": calls}

    def name(self, wanted: str) -> str:
        """A name that is used once in a run, the same in every run: the second "fetch" is "fetch#2"."""
        self.names[wanted] += 1
        return wanted if self.names[wanted] == 1 else f"{wanted}#{self.names[wanted]}"

    def forget(self) -> None:
        """The recorded steps are gone: the job starts over."""
        self.journal.steps.clear()
        self.to_recall.clear()
        self.seq = self.first_seq = 0

    def context(self, key: str = "") -> ToolContext:
        """What a tool gets besides its arguments."""
        return ToolContext(job_id=self.id, effect_key=key, now=self.world.clock.now(), ports=self.world.ports)

    async def write(self, fn: Callable[[Tx], T]) -> T:
        """One transaction of this run. Once the job has left, nothing more is written for it."""
        if self.left is not None:
            raise self.left
        return await self.write_end(self._sealing(fn) if self.unsealed else fn)

    async def write_end(self, fn: Callable[[Tx], T]) -> T:
        """The same for how something ended that was begun before the job left."""
        try:
            return await self.world.store.write(fn)
        except LeftJob as left:
            raise self.leave(left) from None

    def _sealing(self, fn: Callable[[Tx], T]) -> Callable[[Tx], T]:
        """The agent goes on after a failed call: that failure is then what it was, in every later run too."""
        self.unsealed = False
        self.journal.seal()

        def write(tx: Tx) -> T:
            seal(tx, self.id)
            return fn(tx)

        return write

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
