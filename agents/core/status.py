"""The states of a job, and every legal move between them."""

from enum import StrEnum

from agents.core.errors import IllegalMove


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DEAD = "dead"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class WaitKind(StrEnum):
    """What a waiting job waits for."""

    PERSON = "person"
    TIMER = "timer"
    RETRY = "retry"
    CHILD = "child"
    EVENT = "event"


LEGAL_MOVES: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.CANCELLED, JobStatus.EXPIRED, JobStatus.DEAD}),
    JobStatus.RUNNING: frozenset(
        {
            JobStatus.QUEUED,
            JobStatus.WAITING,
            JobStatus.SUCCEEDED,
            JobStatus.FAILED,
            JobStatus.DEAD,
            JobStatus.CANCELLED,
            JobStatus.EXPIRED,
        }
    ),
    JobStatus.WAITING: frozenset({JobStatus.QUEUED, JobStatus.CANCELLED, JobStatus.EXPIRED, JobStatus.DEAD}),
    JobStatus.SUCCEEDED: frozenset(),
    JobStatus.FAILED: frozenset({JobStatus.QUEUED, JobStatus.CANCELLED}),
    JobStatus.DEAD: frozenset({JobStatus.QUEUED, JobStatus.CANCELLED}),
    JobStatus.CANCELLED: frozenset(),
    JobStatus.EXPIRED: frozenset({JobStatus.QUEUED}),
}

FINISHED = frozenset({JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.DEAD, JobStatus.CANCELLED, JobStatus.EXPIRED})
"""States in which nothing more happens unless a person asks for it."""


def check_move(before: JobStatus, after: JobStatus) -> None:
    """Raises `IllegalMove` unless a job may go from `before` to `after`."""
    if after not in LEGAL_MOVES[before]:
        raise IllegalMove(f"A job that is {before} cannot become {after}.")
