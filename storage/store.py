"""One transaction per thing that happened.

A transaction is a plain function of a `Tx`: `await store.write(lambda tx: ...)`. Being synchronous it cannot wait for the
network while it holds the database, and it may be run together with others in one commit: the caller hears of it only
when it is durable. Raising inside the function undoes exactly that function's writes.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, CursorResult, Executable

from agents.core.audit import SealedText, seal
from agents.core.clock import Clock
from agents.core.redaction import redact

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
    texts: tuple[SealedText, ...] = ()
    anyway: bool = False


@dataclass
class Tx:
    """One open transaction. `now` is the time it began; all its rows carry that time."""

    connection: Connection
    now: float
    dialect: str
    wakes: set[Role] = field(default_factory=set)
    audits: list[AuditEntry] = field(default_factory=list)
    redact: Callable[[str], str] = redact

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Runs one SQLAlchemy Core statement."""
        return self.connection.execute(statement, parameters)

    def wake(self, role: Role) -> None:
        """Rings the other processes of that role once this transaction is durable."""
        self.wakes.add(role)

    def audit(self, event: str, *, actor: str, job_id: int | None = None, anyway: bool = False, **data: Any) -> None:
        """Adds a line to the audit chain; it is written with this transaction or not at all.

        With `anyway` it is written also when the transaction is undone by raising: that is for refusals. What people
        wrote goes in as `agents.core.audit.Personal`. Raises `InvalidInput` for what JSON cannot hold.
        """
        plain, texts = seal(data, self.redact)
        self.audits.append(
            AuditEntry(event=event, job_id=job_id, actor=actor, data=plain, at=self.now, texts=texts, anyway=anyway)
        )

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A part that may fail alone: when it raises, its own writes are undone, and what was before it stays."""
        audits, wakes = len(self.audits), set(self.wakes)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.audits[audits:] = [entry for entry in self.audits[audits:] if entry.anyway]
            self.wakes = wakes
            raise


class Store(ABC):
    """The database. `ring` is called with the roles to wake after a commit, in the event loop."""

    dialect: str
    clock: Clock
    redact: Callable[[str], str]
    """Hides secrets in whatever goes into the audit; the bot sets one that knows its own tokens."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.redact = redact
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
    def write_from_thread(self, fn: Callable[[Tx], T], *, timeout: float) -> T:
        """The same for a thread that is not the event loop's, which it blocks; it works also while the loop is blocked.
        Raises `TimeoutError` after `timeout` seconds; the transaction may still be done then."""

    @abstractmethod
    async def backup(self, target: Path) -> None:
        """Writes a whole and consistent copy to a file while work goes on. Raises `Transient` when that fails, and
        `Misconfigured` where the database's own tools are to be used."""

    async def damage(self) -> str:
        """What is wrong with the database itself; "" when it is whole or when its server looks after that."""
        return ""

    @abstractmethod
    async def close(self) -> None:
        """Finishes what was begun and closes every connection."""
