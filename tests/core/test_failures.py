"""One table from what was raised to what it means."""

import socket
from types import SimpleNamespace

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import IntegrityError, OperationalError

from agents.core.errors import (
    Ambiguous,
    BreakerOpen,
    BudgetExceeded,
    Conflict,
    FailureClass,
    InvalidInput,
    LowConfidence,
    Misconfigured,
    NotAllowed,
    Transient,
)
from agents.core.failures import Happened, failure_of
from agents.core.retry import FIRST_WAIT, LONGEST_WAIT, MAX_FAILURES, Step, backoff, retry_plan

REQUEST = SimpleNamespace(real_url="http://target/")


def http(status: int) -> aiohttp.ClientResponseError:
    return aiohttp.ClientResponseError(REQUEST, (), status=status)  # type: ignore[arg-type]


def slack(word: str) -> SlackApiError:
    return SlackApiError("refused", {"ok": False, "error": word})


T, INPUT, P, C, B = (
    FailureClass.TRANSIENT,
    FailureClass.INVALID_INPUT,
    FailureClass.POLICY,
    FailureClass.CONFLICT,
    FailureClass.BUG,
)
NO, MAYBE = Happened.NO, Happened.MAYBE

CASES: list[tuple[BaseException, FailureClass, Happened]] = [
    (TimeoutError(), T, MAYBE),
    (ConnectionResetError(), T, MAYBE),
    (BrokenPipeError(), T, MAYBE),
    (ConnectionRefusedError(), T, NO),
    (socket.gaierror(), T, NO),
    (aiohttp.ServerDisconnectedError(), T, MAYBE),
    (aiohttp.ServerTimeoutError(), T, MAYBE),
    (aiohttp.ClientPayloadError(), T, MAYBE),
    (aiohttp.ClientConnectorError(SimpleNamespace(ssl=True, host="h", port=1), OSError()), T, NO),  # type: ignore[arg-type]
    (http(400), INPUT, NO),
    (http(404), INPUT, NO),
    (http(401), P, NO),
    (http(403), P, NO),
    (http(409), C, NO),
    (http(412), C, NO),
    (http(429), T, NO),
    (http(500), T, MAYBE),
    (http(503), T, MAYBE),
    (slack("ratelimited"), T, NO),
    (slack("internal_error"), T, MAYBE),
    (slack("missing_scope"), P, NO),
    (slack("channel_not_found"), INPUT, NO),
    (OperationalError("", {}, Exception()), T, NO),
    (IntegrityError("", {}, Exception()), C, NO),
    (ValueError("bug"), B, MAYBE),
    (MemoryError(), B, MAYBE),
    (KeyError("x"), B, MAYBE),
    (Transient(), T, NO),
    (InvalidInput(), INPUT, NO),
    (NotAllowed(), P, NO),
    (Misconfigured(), P, NO),
    (Conflict(), C, NO),
    (Ambiguous(), FailureClass.AMBIGUOUS, MAYBE),
    (LowConfidence(), FailureClass.LOW_CONFIDENCE, NO),
    (BudgetExceeded(), FailureClass.BUDGET, NO),
]


@pytest.mark.parametrize(
    ("error", "kind", "happened"), CASES, ids=[f"{n} {type(c[0]).__name__}" for n, c in enumerate(CASES)]
)
def test_every_failure_has_its_class(error: BaseException, kind: FailureClass, happened: Happened) -> None:
    """S-D3."""
    failure = failure_of(error)
    assert (failure.kind, failure.happened) == (kind, happened)
    assert failure.text


def test_the_time_that_the_other_side_names_is_kept() -> None:
    error = http(429)
    error.headers = {"Retry-After": "17"}  # type: ignore[assignment]
    assert failure_of(error).retry_after == 17
    error.headers = {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}  # type: ignore[assignment]
    assert failure_of(error).retry_after is None


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (Transient(), Step.RETRY),
        (InvalidInput(), Step.FAIL),
        (NotAllowed(), Step.FAIL),
        (Ambiguous(), Step.ASK),
        (Conflict(), Step.ASK),
        (LowConfidence(), Step.ASK),
        (BudgetExceeded(), Step.ASK),
        (ValueError(), Step.BURY),
    ],
)
def test_every_class_has_its_path_and_only_transient_ones_are_retried(error: Exception, step: Step) -> None:
    assert retry_plan(failure_of(error), failures=1, seconds_left=3600, luck=0.5).step is step


def test_retries_end() -> None:
    failure = failure_of(Transient())
    steps = [retry_plan(failure, failures=n, seconds_left=1e9, luck=0.0).step for n in range(1, MAX_FAILURES + 1)]
    assert steps == [Step.RETRY] * (MAX_FAILURES - 1) + [Step.BURY]


def test_a_retry_that_would_come_after_the_deadline_is_not_made() -> None:
    assert retry_plan(failure_of(Transient(retry_after=60)), failures=1, seconds_left=59, luck=0.0).step is Step.BURY


def test_waiting_for_a_target_that_is_down_is_not_counted() -> None:
    plan = retry_plan(failure_of(BreakerOpen(retry_after=30)), failures=MAX_FAILURES, seconds_left=3600, luck=0.0)
    assert (plan.step, plan.counts, plan.wait) == (Step.RETRY, False, 30)


@pytest.mark.parametrize(("failures", "full"), [(1, FIRST_WAIT), (2, 4), (3, 8), (4, 16), (20, LONGEST_WAIT)])
def test_waits_double_up_to_a_limit_and_luck_spreads_them(failures: int, full: float) -> None:
    assert backoff(failures, 0.0) == full / 2
    assert backoff(failures, 1.0) == full
