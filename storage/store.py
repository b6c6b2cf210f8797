"""One transaction per thing that happened.

A transaction is a plain function of a `Tx`: `await store.write(lambda tx: ...)`. Being synchronous it cannot wait for the
network while it holds the database, and it may be run together with others in one commit: the caller hears of it only
when it is durable. Raising inside the function undoes exactly that function's writes.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, CursorResult, Executable

from agents.core.clock import Clock

T = TypeVar("T")
Role = Literal["edge", "worker"]


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One line for the audit chain, before it has its place in it."""

    event: str
    job_id: int | None
    actor: str
    data: dict[str, Any]
    at: float


@dataclass
class Tx:
    """One open transaction. `now` is the time it began; all its rows carry that time."""

    connection: Connection
    now: float
    dialect: str
    wakes: set[Role] = field(default_factory=set)
    audits: list[AuditEntry] = field(default_factory=list)

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Runs one SQLAlchemy Core statement."""
        return self.connection.execute(statement, parameters)

    def wake(self, role: Role) -> None:
        """Rings the other processes of that role once this transaction is durable."""
        self.wakes.add(role)

    def audit(self, event: str, *, actor: str, job_id: int | None = None, **data: Any) -> None:
        """Adds a line to the audit chain; it is written with this transaction or not at all."""
        self.audits.append(AuditEntry(event=event, job_id=job_id, actor=actor, data=data, at=self.now))


class Store(ABC):
    """The database. `ring` is called with the roles to wake after a commit, in the event loop."""

    dialect: str
    clock: Clock

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._bells: list[Callable[[Iterable[Role]], None]] = []

    def on_wake(self, ring: Callable[[Iterable[Role]], None]) -> None:
        """Calls `ring` with the roles that a committed transaction wants awake."""
        self._bells.append(ring)

    def ring(self, roles: set[Role]) -> None:
        """Tells everyone who listens which roles have something to do."""
        if roles:
            for bell in self._bells:
                bell(roles)

    @abstractmethod
    async def write(self, fn: Callable[[Tx], T]) -> T:
        """Runs `fn` in a transaction and returns its result once that is durable.

        Raises what `fn` raises, with its writes undone; `agents.core.errors.Transient` when the database is locked or full.
        """

    @abstractmethod
    async def read(self, fn: Callable[[Tx], T]) -> T:
        """Runs `fn` against a consistent snapshot; writing there is an error."""

    @abstractmethod
    async def close(self) -> None:
        """Finishes what was begun and closes every connection."""
