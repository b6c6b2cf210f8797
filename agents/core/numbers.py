"""What is counted for digests and metrics, as values: whole numbers from storage, and the rates made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agents.core.report import Whom


@dataclass(frozen=True, kw_only=True)
class QueueNumbers:
    """Jobs as they stand, and what finished in the period. `open` is lane -> status -> number."""

    open: Mapping[str, Mapping[str, int]]
    finished: Mapping[str, int]
    stuck: int
    late: int
    dead: int
    oldest_wait: float | None


@dataclass(frozen=True, kw_only=True)
class OpenQuestion:
    """One open escalation, as a digest lists it."""

    id: int
    question: str
    asked_at: float
    expires_at: float
    tier: str
    waits_for: Whom


@dataclass(frozen=True, kw_only=True)
class ApprovalNumbers:
    """Open questions and how people answered in the period. `open` are the oldest of them, `asked_at` says when each one was
    asked, oldest first; `seconds` are the times from asking to answer."""

    open: Sequence[OpenQuestion]
    asked_at: Sequence[float]
    verdicts: Mapping[str, int]
    expired: int
    seconds: Sequence[float] = ()


@dataclass(frozen=True, kw_only=True)
class AgentNumbers:
    """What one agent did in a period."""

    agent: str
    finished: Mapping[str, int] = field(default_factory=dict)
    escalated: int = 0
    approved: int = 0
    edited: int = 0
    rejected: int = 0
    taken_over: int = 0
    calls: int = 0
    failed_calls: int = 0
    incidents: int = 0
    minutes_each: float | None = None

    @property
    def jobs(self) -> int:
        """Jobs that came to an end."""
        return sum(self.finished.values())

    @property
    def completion(self) -> float | None:
        return _share(self.finished.get("succeeded", 0), self.jobs)

    @property
    def answered(self) -> int:
        return self.approved + self.edited + self.rejected + self.taken_over

    @property
    def approval(self) -> float | None:
        """Share of answered proposals that people took exactly as proposed."""
        return _share(self.approved, self.answered)

    @property
    def correction(self) -> float | None:
        return _share(self.edited, self.answered)

    @property
    def escalation(self) -> float | None:
        """Escalations per finished job; above 1 when jobs ask more than once."""
        return _share(self.escalated, self.jobs)

    @property
    def tool_errors(self) -> float | None:
        return _share(self.failed_calls, self.calls)

    @property
    def minutes_saved(self) -> float | None:
        """Succeeded jobs times the minutes that the owner wrote down for one such job by hand; None when none are."""
        return None if self.minutes_each is None else self.finished.get("succeeded", 0) * self.minutes_each


@dataclass(frozen=True, kw_only=True)
class TicketNumbers:
    """The ticket desk in a period, and as it stands. `queues` is queue -> open tickets."""

    opened: int
    assigned: int
    closed: int
    queues: Mapping[str, int]
    overdue: int
    due_soon: int


@dataclass(frozen=True, kw_only=True)
class WeekNumbers:
    """Everything that the weekly summary counts. `days` are the jobs that finished on each of its days, by status."""

    queue: QueueNumbers
    approvals: ApprovalNumbers
    agents: Sequence[AgentNumbers]
    tickets: TicketNumbers
    days: Sequence[Mapping[str, int]] = ()


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
