"""From what was raised to a class of failure, and to whether a call that raised it may have happened after all.

One table for every library that tools and reasoners may use. It holds names, not classes, so that it needs none of them
installed; a class without an entry gets that of its nearest ancestor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from agents.core.errors import CalmopsError, FailureClass


class Happened(StrEnum):
    """Whether a call that failed reached its target. `maybe` is never retried blindly."""

    NO = "no"
    MAYBE = "maybe"


@dataclass(frozen=True, kw_only=True)
class Failure:
    """What a failure means. `retry_after` is in seconds, when the other side named a time."""

    kind: FailureClass
    happened: Happened
    code: str
    text: str
    retry_after: float | None = None


Meaning = tuple[FailureClass, Happened]

_LATER: Meaning = (FailureClass.TRANSIENT, Happened.NO)
_CUT: Meaning = (FailureClass.TRANSIENT, Happened.MAYBE)
_INPUT: Meaning = (FailureClass.INVALID_INPUT, Happened.NO)
_POLICY: Meaning = (FailureClass.POLICY, Happened.NO)
_CONFLICT: Meaning = (FailureClass.CONFLICT, Happened.NO)
_UNSURE: Meaning = (FailureClass.LOW_CONFIDENCE, Happened.NO)
_BUDGET: Meaning = (FailureClass.BUDGET, Happened.NO)
_BUG: Meaning = (FailureClass.BUG, Happened.MAYBE)

BY_STATUS: Mapping[int, Meaning] = {
    **dict.fromkeys((400, 404, 405, 406, 410, 411, 413, 414, 415, 422, 501), _INPUT),
    **dict.fromkeys((401, 402, 403, 407, 451), _POLICY),
    **dict.fromkeys((409, 412, 428), _CONFLICT),
    **dict.fromkeys((423, 425, 429), _LATER),
    **dict.fromkeys((408, 500, 502, 503, 504, 507, 529), _CUT),
}
"""HTTP status to meaning. A server error may come after the work was done, so it is `maybe`."""

BY_SLACK_ERROR: Mapping[str, Meaning] = {
    **dict.fromkeys(("ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"), _LATER),
    **dict.fromkeys(("internal_error", "fatal_error", "request_timeout", "accesslimited"), _CUT),
    **dict.fromkeys(
        (
            "invalid_auth",
            "not_authed",
            "account_inactive",
            "token_revoked",
            "token_expired",
            "missing_scope",
            "no_permission",
            "ekm_access_denied",
            "restricted_action",
            "not_in_channel",
        ),
        _POLICY,
    ),
}
"""Slack's own error words; any other is our mistake in the call."""

BY_NAME: Mapping[str, Meaning] = {
    "builtins.TimeoutError": _CUT,
    "builtins.ConnectionError": _CUT,
    "builtins.ConnectionRefusedError": _LATER,
    "builtins.MemoryError": _BUG,
    "asyncio.exceptions.IncompleteReadError": _CUT,
    "socket.gaierror": _LATER,
    "ssl.SSLCertVerificationError": _POLICY,
    "pydantic_core._pydantic_core.ValidationError": _INPUT,
    "aiohttp.client_exceptions.ClientError": _CUT,
    "aiohttp.client_exceptions.ClientConnectorError": _LATER,
    "aiohttp.client_exceptions.ConnectionTimeoutError": _LATER,
    "aiohttp.client_exceptions.ClientConnectorCertificateError": _POLICY,
    "aiohttp.client_exceptions.InvalidURL": _INPUT,
    "aiohttp.client_exceptions.TooManyRedirects": _INPUT,
    "httpx.TransportError": _CUT,
    "httpx.ConnectError": _LATER,
    "httpx.ConnectTimeout": _LATER,
    "httpx.PoolTimeout": _LATER,
    "httpx.UnsupportedProtocol": _INPUT,
    "slack_sdk.errors.SlackRequestError": _CUT,
    "slack_sdk.errors.SlackApiError": _INPUT,
    "slack_sdk.errors.SlackTokenRotationError": _POLICY,
    "sqlalchemy.exc.OperationalError": _LATER,
    "sqlalchemy.exc.InterfaceError": _LATER,
    "sqlalchemy.exc.TimeoutError": _LATER,
    "sqlalchemy.exc.IntegrityError": _CONFLICT,
    "openai.APIConnectionError": _CUT,
    "openai.AuthenticationError": _POLICY,
    "pydantic_ai.exceptions.ModelAPIError": _CUT,
    "pydantic_ai.exceptions.UsageLimitExceeded": _BUDGET,
    "pydantic_ai.exceptions.UnexpectedModelBehavior": _UNSURE,
    "pydantic_ai.exceptions.ContentFilterError": _POLICY,
}


def failure_of(error: BaseException) -> Failure:
    """What this error means: our own errors say it themselves, a reply by its status, any other by its class."""
    retry_after = _retry_after(error)
    if isinstance(error, CalmopsError):
        unknown_end = error.failure in (FailureClass.AMBIGUOUS, FailureClass.BUG)
        return Failure(
            kind=error.failure,
            happened=Happened.MAYBE if unknown_end else Happened.NO,
            code=error.code,
            text=str(error),
            retry_after=retry_after,
        )
    kind, happened = _meaning(error)
    name = type(error).__name__
    return Failure(kind=kind, happened=happened, code=name, text=_words(error), retry_after=retry_after)


def _meaning(error: BaseException) -> Meaning:
    slack_word = _slack_word(error)
    if slack_word in BY_SLACK_ERROR:
        return BY_SLACK_ERROR[slack_word]
    status = getattr(error, "status", None) or getattr(error, "status_code", None)
    if isinstance(status, int) and status in BY_STATUS:
        return BY_STATUS[status]
    for ancestor in type(error).__mro__:
        known = BY_NAME.get(f"{ancestor.__module__}.{ancestor.__qualname__}")
        if known is not None:
            return known
    return _BUG


def _slack_word(error: BaseException) -> str:
    response = getattr(error, "response", None)
    data = getattr(response, "data", response)
    return str(data.get("error", "")) if isinstance(data, Mapping) else ""


def _retry_after(error: BaseException) -> float | None:
    """Seconds from the error itself or from its `Retry-After` header; a date in that header is left out."""
    value = getattr(error, "retry_after", None)
    if value is None:
        headers = getattr(error, "headers", None) or getattr(getattr(error, "response", None), "headers", None)
        value = headers.get("Retry-After") if isinstance(headers, Mapping) else None
    try:
        seconds = float(value)  # type: ignore[arg-type]  # what is not a number says nothing
    except (TypeError, ValueError):
        return None
    return seconds if 0 <= seconds < 86_400 else None


def _words(error: BaseException) -> str:
    text = str(error).strip() or type(error).__name__
    return text if len(text) <= 500 else text[:499] + "…"
