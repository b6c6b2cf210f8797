"""What Slack's refusals mean for us, in words that say what to do."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

FATAL: Mapping[str, str] = {
    "invalid_auth": "Slack does not know this token",
    "not_authed": "there is no token",
    "not_allowed_token_type": "this is the wrong kind of token",
    "account_inactive": "the app was removed from the workspace, or its account was switched off",
    "token_revoked": "this token was revoked",
    "token_expired": "this token has expired",
    "app_uninstalled": "the app was removed from the workspace",
    "org_login_required": "the workspace is being moved to an organisation",
}
"""No amount of waiting helps against these."""

GONE = frozenset({
    "channel_not_found", "not_in_channel", "is_archived", "restricted_action", "restricted_action_read_only_channel",
    "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel", "cannot_reply_to_message",
    "messages_tab_disabled", "user_not_found", "user_not_in_channel", "user_disabled", "cannot_dm_bot", "not_in_dm",
    "channel_type_not_supported", "thread_not_found",
})  # fmt: skip
"""This place takes no message of ours; another place may."""

STUCK = frozenset({"message_not_found", "cant_update_message", "edit_window_closed", "streaming_state_conflict"})
"""This message cannot be changed any more; a new one can be posted."""

LATER = frozenset({
    "ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "accesslimited", "team_added_to_org", "ekm_access_denied",
})  # fmt: skip
"""The same call may work later."""


def fatal_sentence(error: SlackApiError, token: str = "the app token (SLACK_APP_TOKEN)") -> str | None:
    """What to tell the operator when no retry can help, else None."""
    code = error_code(error)
    if code == "missing_scope":
        return f"Slack refused {token}: it lacks the scope {answer_of(error).get('needed', 'that the call needs')}"
    if code in FATAL:
        return f"Slack refused {token}: {FATAL[code]} ({code})"
    return None


def answer_of(error: SlackApiError) -> Mapping[str, Any]:
    """The body of the refusal; empty when it was not JSON."""
    body = getattr(error.response, "data", error.response)
    return body if isinstance(body, Mapping) else {}


def error_code(error: SlackApiError) -> str:
    """Slack's name for the error, or the HTTP status as `http_503`."""
    named = answer_of(error).get("error")
    return str(named) if named else f"http_{getattr(error.response, 'status_code', 0)}"


def retry_after_of(error: SlackApiError) -> float | None:
    """The seconds that Slack asks us to wait, when it does."""
    headers = getattr(error.response, "headers", None) or {}
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return max(0.0, float(value))
            except ValueError:
                return None
    return None


def never_sent(error: BaseException) -> bool:
    """Whether a failed call certainly did not reach Slack."""
    return isinstance(error, aiohttp.ClientConnectorError)
