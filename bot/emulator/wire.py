"""What travels: JSON objects, timestamps, and the refusals Slack answers with `ok: false`."""

from typing import Any

Json = dict[str, Any]

PLAIN_ERRORS = frozenset({
    # Errors any Web API method may answer. Slack's per-method lists repeat some of them and leave out others.
    "not_authed", "invalid_auth", "account_inactive", "token_revoked", "missing_scope", "not_allowed_token_type",
    "invalid_arguments", "invalid_json", "json_not_object", "invalid_charset", "invalid_form_data", "invalid_post_type",
    "missing_post_type", "ratelimited", "fatal_error", "internal_error", "service_unavailable", "unknown_method",
    "request_timeout", "access_denied", "request_too_large",
})  # fmt: skip


class SlackError(Exception):
    """A refusal in Slack's own words.

    `code` becomes `error`; `extra` joins the answer (`needed`, `provided`, `errors`, `response_metadata` ...);
    `detail` is a plain sentence for the person who reads the Traffic tab, never a part of Slack's contract.
    """

    def __init__(self, code: str, detail: str = "", **extra: Any) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.extra = extra

    def answer(self) -> Json:
        """The body Slack would send."""
        body: Json = {"ok": False, "error": self.code, **self.extra}
        if self.detail:
            body["detail"] = self.detail
        return body


class ActError(Exception):
    """A person (or a test) asked for something that cannot be done: `code` for machines, `detail` for people."""

    def __init__(self, code: str, detail: str, **extra: Any) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.extra = extra

    def answer(self) -> Json:
        """The body of the HTTP 400 the control API sends."""
        return {"ok": False, "error": self.code, "detail": self.detail, **self.extra}


def stamp(micros: int) -> str:
    """Microseconds since the epoch as Slack's `ts`: `"1700000000.000100"`."""
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


def looks_like_stamp(text: object) -> bool:
    """Whether this could be a message's `ts`."""
    if not isinstance(text, str):
        return False
    whole, dot, rest = text.partition(".")
    return whole.isdigit() and (not dot or rest.isdigit())


def invalid_arguments(*messages: str) -> SlackError:
    """Slack's answer to a call whose arguments do not fit, with its bracketed messages."""
    lines = [f"[ERROR] {message}" for message in messages]
    return SlackError("invalid_arguments", response_metadata={"messages": lines})
