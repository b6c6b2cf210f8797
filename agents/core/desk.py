"""The `TicketDesk` port: support tickets as the agents see them, whoever keeps them.

A desk that honours idempotency keys does a repeated write only once and answers it as it did the first time. `version`
changes with every write; a write that names an old version is refused with `RecordMoved`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from agents.core.contract import Probe

QUEUE_NAME = r"^\w[\w /&.-]*$"
"""What a queue may be called."""


class TicketStatus(StrEnum):
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for low to 3 for urgent."""
        return list(Priority).index(self)


RESPONSE_WITHIN: Mapping[Priority, timedelta] = MappingProxyType(
    {
        Priority.URGENT: timedelta(hours=1),
        Priority.HIGH: timedelta(hours=4),
        Priority.NORMAL: timedelta(hours=24),
        Priority.LOW: timedelta(hours=72),
    }
)
"""How soon a ticket of a priority is due, counted from the moment it was opened."""


@dataclass(frozen=True, kw_only=True)
class Customer:
    """What is known about a customer. A ticket belongs to the customer whose `people` hold its requester, or else whose
    name or alias stands in its text."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    vip: bool = False
    queue: str | None = None


class EntryKind(StrEnum):
    """What a line in a ticket's history is."""

    CREATED = "created"
    CHANGED = "changed"
    NOTE = "note"
    REPLY = "reply"
    DRAFT = "draft"


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """One ticket. Times are seconds since 1970 in UTC. `queue` and `priority` are None until somebody has set them.

    `customer` is the customer's key; `vip` and `customer_queue` come from that customer's record (`customer_queue` is
    the queue it names). `body`, `subject` and `requester` are untrusted text.
    """

    id: int
    subject: str
    body: str
    requester: str
    customer: str | None = None
    vip: bool = False
    customer_queue: str | None = None
    queue: str | None = None
    priority: Priority | None = None
    status: TicketStatus = TicketStatus.OPEN
    version: int = 1
    channel: str | None = None
    thread_ts: str | None = None
    url: str | None = None
    created_at: float = 0.0
    updated_at: float = 0.0
    due_at: float | None = None

    @property
    def text(self) -> str:
        """Subject and body as one text."""
        return self.body if self.body.startswith(self.subject) else f"{self.subject}\n{self.body}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line in a ticket's history. `by` is a person's key or the name of an agent."""

    ticket: int
    kind: EntryKind
    text: str
    by: str
    at: float


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    """A ticket to be opened. `origin` is the message it came from, so that the same message opens one ticket only."""

    subject: str
    body: str
    requester: str
    origin: str
    channel: str | None = None
    thread_ts: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """What to change on a ticket; None leaves a field as it is. `expect` is the version the change was decided on.

    `clear` names fields to empty, "queue" or "priority": taking back a first assignment needs that.
    """

    queue: str | None = None
    priority: Priority | None = None
    status: TicketStatus | None = None
    expect: int | None = None
    clear: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What a write did: the ticket before and after."""

    before: Ticket
    after: Ticket


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which tickets to list, oldest first; None means any. `limit` is at most 200, of the `newest` when asked so."""

    queue: str | None = None
    status: TicketStatus | None = None
    priority: Priority | None = None
    text: str | None = None
    due_before: float | None = None
    since: float | None = None
    limit: int = 50
    newest: bool = False


class TicketDesk(Protocol):
    """Raises `NotFound` for an unknown ticket and `RecordMoved` when `Change.expect` is no longer the version."""

    async def read(self, ticket: int) -> Ticket: ...

    async def find(self, search: Search) -> Sequence[Ticket]: ...

    async def history(self, ticket: int, *, limit: int = 50) -> Sequence[Entry]: ...

    async def open(self, new: NewTicket) -> Ticket:
        """Opens a ticket, or answers with the one that the same origin opened before."""
        ...

    async def change(self, ticket: int, change: Change, *, key: str, by: str) -> Changed: ...

    async def write_entry(self, ticket: int, kind: EntryKind, text: str, *, key: str, by: str) -> Entry: ...

    async def happened(self, key: str) -> Probe:
        """Whether the write with this key was done."""
        ...
