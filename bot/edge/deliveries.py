"""What a Socket Mode frame is, and the key under which a repetition of it is recognised. Pure."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EVENTS, COMMANDS, INTERACTIVE = "events_api", "slash_commands", "interactive"
KINDS = frozenset({EVENTS, COMMANDS, INTERACTIVE})


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One delivery. `what` says which event, command or interaction it is, for logs and counts."""

    kind: str
    envelope_id: str
    payload: dict[str, Any]
    retry_attempt: int | None = None
    retry_reason: str | None = None

    @property
    def what(self) -> str:
        match self.kind:
            case "events_api":
                event = self.payload.get("event") or {}
                return str(event.get("type") or self.payload.get("type") or "event")
            case "slash_commands":
                return str(self.payload.get("command") or "command")
            case _:
                return str(self.payload.get("type") or "interaction")

    @property
    def is_notice(self) -> bool:
        """Slack tells something about the deliveries themselves, `app_rate_limited` for one: there is no event in it."""
        return self.kind == EVENTS and not isinstance(self.payload.get("event"), dict)

    @property
    def is_read(self) -> bool:
        """A question for menu options changes nothing, so it is answered and not stored."""
        return self.payload.get("type") == "block_suggestion"


def read_frame(frame: Mapping[str, Any]) -> Frame | None:
    """The delivery in a raw frame, or None for one that we do not know."""
    kind, envelope_id, payload = frame.get("type"), frame.get("envelope_id"), frame.get("payload")
    if kind not in KINDS or not isinstance(envelope_id, str) or not isinstance(payload, dict):
        return None
    attempt, reason = frame.get("retry_attempt"), frame.get("retry_reason")
    return Frame(
        kind=str(kind),
        envelope_id=envelope_id,
        payload=payload,
        retry_attempt=attempt if isinstance(attempt, int) else None,
        retry_reason=str(reason) if reason else None,
    )


def key_of(frame: Frame) -> str:
    """Equal for repetitions of one delivery, different for everything else.

    Events carry a unique `event_id` through all their attempts. A command or a click carries a `trigger_id`; where it is
    missing, who did what on which picture at which moment stands in.
    """
    payload = frame.payload
    if frame.kind == EVENTS:
        if payload.get("event_id"):
            return f"event:{payload['event_id']}"
        return f"envelope:{frame.envelope_id}"
    if payload.get("trigger_id"):
        return f"trigger:{payload['trigger_id']}"
    view = payload.get("view") or {}
    actions = payload.get("actions") or [{}]
    parts = [
        payload.get("type"),
        (payload.get("user") or {}).get("id") or payload.get("user_id"),
        payload.get("action_ts") or actions[0].get("action_ts"),
        actions[0].get("action_id"),
        view.get("id"),
        view.get("hash"),
    ]
    if not any(parts[2:]):
        return f"envelope:{frame.envelope_id}"
    return "digest:" + hashlib.sha256(json.dumps(parts).encode()).hexdigest()
