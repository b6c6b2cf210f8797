"""Everything that can go wrong by design, in one tree.

    CalmopsError
    ├── InvalidInput            what came in cannot be used; says what to write instead
    │   ├── InvalidEdit         an approver's arguments do not fit; says for each what is wrong
    │   └── NotFound            the thing named does not exist
    │       └── ScheduleGone    somebody removed the schedule
    ├── NotAllowed              policy says no
    │   ├── ForbiddenTool       an agent asked for a tool outside its contract
    │   └── Stopped             a stop is in force
    ├── Conflict                the world moved on
    │   ├── AlreadyDecided      somebody answered first
    │   ├── IllegalMove         the job is not in a state that allows this
    │   └── RecordMoved         the record changed since it was read
    │       └── ScheduleMoved   somebody else changed the schedule
    ├── Declined                people said no to a call, or nobody answered in time
    ├── Ambiguous               nobody can know whether an effect happened
    ├── LowConfidence           not sure enough to act alone
    ├── Transient               worth trying again by itself, later
    │   └── BreakerOpen         the target is given a rest; the job is not to blame
    ├── BudgetExceeded          a job used up steps, time, calls, tokens or money
    └── Misconfigured           settings or policy are missing or wrong; says what to write

    LeftJob                     the coroutine of a job ends here, and an agent's `except Exception` cannot stop that
    ├── LostLease               another worker owns the job now; this one must stop writing
    ├── Parked                  the job waits; what for is stored
    ├── CancelAsked             somebody cancelled the job
    ├── Halted                  a stop or a pause is in force: the job goes back into the queue
    └── Ended                   the engine ends the job as failed, and its agent has no say in it

A message defaults to the class's docstring, so that docs and message cannot drift apart.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from agents.core.clock import as_utc


class FailureClass(StrEnum):
    """Decides what happens to a job that failed: see `agents.core.retry`."""

    TRANSIENT = "transient"
    INVALID_INPUT = "invalid_input"
    POLICY = "policy"
    AMBIGUOUS = "ambiguous"
    CONFLICT = "conflict"
    LOW_CONFIDENCE = "low_confidence"
    BUDGET = "budget"
    BUG = "bug"


class CalmopsError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    failure: ClassVar[FailureClass] = FailureClass.BUG

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class InvalidInput(CalmopsError):
    """This input cannot be used."""

    code = "invalid_input"
    failure = FailureClass.INVALID_INPUT


class InvalidEdit(InvalidInput):
    """These arguments do not fit. `fields` says for each of them what is wrong."""

    code = "invalid_edit"

    def __init__(self, message: str | None = None, *, fields: dict[str, str]) -> None:
        super().__init__(
            " ".join([message or "These arguments do not fit.", *(f"{k}: {v}" for k, v in fields.items())])
        )
        self.fields = fields


class NotFound(InvalidInput):
    """There is no such thing here."""

    code = "not_found"


class ScheduleGone(NotFound):
    """Somebody removed this schedule."""

    code = "schedule_gone"

    def __init__(self, name: str, *, by: str, at: float) -> None:
        super().__init__(f"{name} was removed by {by} at {as_utc(at):%Y-%m-%d %H:%M} UTC.")
        self.name = name
        self.by = by
        self.at = at


class NotAllowed(CalmopsError):
    """You may not do this."""

    code = "not_allowed"
    failure = FailureClass.POLICY


class ForbiddenTool(NotAllowed):
    """This tool is not in the agent's contract."""

    code = "forbidden_tool"


class Stopped(NotAllowed):
    """A stop is in force: nothing new is done until an operator resumes."""

    code = "stopped"


class Conflict(CalmopsError):
    """Something changed in the meantime."""

    code = "conflict"
    failure = FailureClass.CONFLICT


class AlreadyDecided(Conflict):
    """Somebody decided this before you."""

    code = "already_decided"

    def __init__(self, message: str | None = None, *, by: str = "", at: float = 0.0, verdict: str = "") -> None:
        super().__init__(message)
        self.by = by
        self.at = at
        self.verdict = verdict


class IllegalMove(Conflict):
    """The job is not in a state that allows this."""

    code = "illegal_move"


class RecordMoved(Conflict):
    """The record changed since it was read."""

    code = "record_moved"


class ScheduleMoved(RecordMoved):
    """Somebody else changed this schedule in the meantime. `changes` are who, when, what; `lead` says it first and `rest`
    what to do now; `version` is that of the schedule as it is."""

    code = "schedule_moved"

    def __init__(
        self, lead: str, *, changes: Sequence[tuple[str, float, str]], rest: str = "", version: int = 0
    ) -> None:
        said = "; ".join(f"{by}, {as_utc(at):%Y-%m-%d %H:%M} UTC: {what}" for by, at, what in changes)
        super().__init__(" ".join(part for part in (lead, f"{said}." if said else "", rest) if part))
        self.lead = lead
        self.changes = tuple(changes)
        self.rest = rest
        self.version = version


class Declined(CalmopsError):
    """People said no to this call, or nobody answered in time."""

    code = "declined"
    failure = FailureClass.POLICY

    def __init__(
        self, message: str | None = None, *, verdict: str = "rejected", reason: str = "", by: str = ""
    ) -> None:
        super().__init__(message)
        self.verdict = verdict
        self.reason = reason
        self.by = by


class Ambiguous(CalmopsError):
    """Nobody can know whether this happened."""

    code = "ambiguous"
    failure = FailureClass.AMBIGUOUS


class LowConfidence(CalmopsError):
    """Not sure enough to act alone."""

    code = "low_confidence"
    failure = FailureClass.LOW_CONFIDENCE


class Transient(CalmopsError):
    """This did not work now and may work later."""

    code = "transient"
    failure = FailureClass.TRANSIENT

    def __init__(self, message: str | None = None, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BreakerOpen(Transient):
    """The target has failed several times and is given a rest."""

    code = "breaker_open"


class BudgetExceeded(CalmopsError):
    """The job used up its budget."""

    code = "budget_exceeded"
    failure = FailureClass.BUDGET


class Misconfigured(CalmopsError):
    """The settings do not allow this yet."""

    code = "misconfigured"
    failure = FailureClass.POLICY


class LeftJob(BaseException):
    """The job's coroutine ends here.

    Not an `Exception`, so that an agent's own `except Exception` can neither keep a zombie alive nor swallow a pause.
    """


class LostLease(LeftJob):
    """Another worker owns this job now."""


class Parked(LeftJob):
    """The job waits; its row says what for."""


class CancelAsked(LeftJob):
    """Somebody cancelled this job."""


class Halted(LeftJob):
    """A stop or a pause is in force: the job goes back into the queue until an operator resumes."""


class Ended(LeftJob):
    """The engine ends this job as failed."""

    def __init__(self, error: CalmopsError) -> None:
        super().__init__(str(error))
        self.error = error
