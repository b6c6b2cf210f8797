"""What happens to a job that failed: a function from the failure to a plan."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from agents.core.errors import FailureClass
from agents.core.failures import Failure

MAX_FAILURES = 8
"""Transient failures of one job until it becomes a dead letter; with the waits below about 17 minutes of trying."""

FIRST_WAIT = 2.0
LONGEST_WAIT = 600.0
MAX_CRASHES = 3
"""Times a job may take its worker down with it before it becomes a dead letter."""


class Step(StrEnum):
    """The next step for a failed job."""

    RETRY = "retry"
    FAIL = "fail"
    ASK = "ask"
    BURY = "bury"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The step, and for a retry the seconds to wait first. `counts` is False when the job is not to blame."""

    step: Step
    wait: float = 0.0
    counts: bool = True


def retry_plan(failure: Failure, *, failures: int, seconds_left: float, luck: float) -> Plan:
    """The plan after a failure. `failures` counts this one; `seconds_left` is the time to the job's deadline; `luck` is
    a random number from 0 to 1 that spreads retries."""
    match failure.kind:
        case FailureClass.TRANSIENT:
            wait = backoff(failures, luck)
            if failure.retry_after is not None:
                wait = max(failure.retry_after, 0.0) + luck * FIRST_WAIT
            blameless = failure.code == "breaker_open"
            if (failures >= MAX_FAILURES and not blameless) or wait >= seconds_left:
                return Plan(step=Step.BURY)
            return Plan(step=Step.RETRY, wait=wait, counts=not blameless)
        case FailureClass.INVALID_INPUT | FailureClass.POLICY:
            return Plan(step=Step.FAIL)
        case FailureClass.AMBIGUOUS | FailureClass.CONFLICT | FailureClass.LOW_CONFIDENCE | FailureClass.BUDGET:
            return Plan(step=Step.ASK)
        case FailureClass.BUG:
            return Plan(step=Step.BURY)
        case _:
            assert_never(failure.kind)


def backoff(failures: int, luck: float) -> float:
    """Seconds before the next try: doubled each time up to ten minutes, of which the upper half is left to luck."""
    full = min(FIRST_WAIT * 2.0 ** (max(failures, 1) - 1), LONGEST_WAIT)
    return full * (0.5 + 0.5 * luck)
