"""The audit as a trace that an outsider can check: one event a line, in order, each with everything needed to judge it.

Format (JSON Lines, `schema_version` 1). Every line has all the fields of `FIELDS`; those that do not apply are null.

    proposal           an agent wants to call a tool
    approval_request   people are asked; again with every change of what is asked, and with more time
    decision           an answer: approved, vote (an approval that is not enough alone), rejected, taken_over, chosen,
                       expired, withdrawn, replaced. Where policy alone allowed a call, `approver` is `policy:VERSION`
    execution          the call begins; it names the approval that it spends
    retry              the same effect is tried again under the same idempotency key
    result             how the call ended: done, failed, unknown, undone, skipped
    refusal            something that was not allowed
    stop               a stop, a pause or a cancellation
    job_end            a job is finished
    note               anything else

`effect_id` is `JOB/CALL` and is the same from proposal to result; `args_digest` is SHA-256 over the canonical form
(RFC 8785) of `{"args": ..., "tool": ...}`. `audit_seq` and `hash` name the line of the audit chain that says it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from agents.core.status import FINISHED

SCHEMA_VERSION = 1

FIELDS = (
    *("schema_version", "seq", "time", "job_id", "event", "name", "actor", "effect_id", "tool", "access"),
    *("args_digest", "approval_id", "expires_at", "approver", "outcome", "policy", "detail", "audit_seq", "hash"),
)

_STOPS = frozenset({"stop.set", "agent.paused", "job.cancel_asked"})
_ENDS = frozenset(f"job.{status}" for status in FINISHED)
_CLOSED = {"escalation.expired": "expired", "escalation.withdrawn": "withdrawn", "escalation.replaced": "replaced"}
_RESULTS = frozenset({"done", "failed", "unknown", "undone", "skipped"})
_HIDDEN = frozenset({"digest", "args_digest", "tool", "access", "expires_at", "policy", "escalation_id", "effect_id"})


@dataclass(frozen=True, kw_only=True)
class AuditRow:
    """One line of the audit chain as stored. `texts` are the personal texts that were not erased, by field."""

    seq: int
    at: float
    event: str
    job_id: int | None
    actor: str
    data: Mapping[str, Any]
    prev: str
    hash: str
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Tracer:
    """Turns rows, in order, into lines. It remembers what later rows do not repeat, such as a tool's access class."""

    seq: int = 0
    _access: dict[str, str] = field(default_factory=dict)
    _calls: dict[int, str] = field(default_factory=dict)

    def lines(self, row: AuditRow) -> Iterator[dict[str, Any]]:
        """The line of a row; two for a call that policy alone allowed, since that is a decision as well, and for an
        approver who changed the arguments, since what they approved is a question of its own."""
        data = row.data
        effect = self._effect_id(row)
        if effect and data.get("access"):
            self._access[effect] = str(data["access"])
        if row.event == "effect.intended" and data.get("escalation_id") is None and data.get("attempt", 1) == 1:
            yield self._line(row, "decision", effect, outcome="approved", **_by_policy(row))
            yield self._line(row, "execution", effect, outcome="started", **_by_policy(row))
            return
        event, outcome = _event(row)
        if event == "decision" and outcome == "approved" and data.get("edited"):
            yield self._line(row, "approval_request", effect, outcome="edited")
        yield self._line(row, event, effect, outcome=outcome)

    def end(self, at: float) -> dict[str, Any]:
        """The last line of an export: without it the file was cut short."""
        row = AuditRow(
            seq=0,
            at=at,
            event="export.end",
            job_id=None,
            actor="calmops/system",
            data={"lines": self.seq},
            prev="",
            hash="",
        )
        return self._line(row, "note", None, outcome=None)

    def _effect_id(self, row: AuditRow) -> str | None:
        number = row.data.get("escalation_id")
        call = row.data.get("call") or (self._calls.get(number) if number is not None else None)
        if call is None or row.job_id is None:
            return None
        if number is not None:
            self._calls[number] = str(call)
        return f"{row.job_id}/{call}"

    def _line(
        self, row: AuditRow, event: str, effect: str | None, *, outcome: str | None, **more: Any
    ) -> dict[str, Any]:
        self.seq += 1
        data = row.data
        number = data.get("escalation_id")
        line: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "seq": self.seq,
            "time": as_time(row.at),
            "job_id": row.job_id,
            "event": event,
            "name": row.event,
            "actor": row.actor,
            "effect_id": effect,
            "tool": data.get("tool"),
            "access": self._access.get(effect or "") or data.get("access"),
            "args_digest": data.get("args_digest"),
            "approval_id": f"E{number}" if number is not None else None,
            "expires_at": as_time(data["expires_at"]) if data.get("expires_at") is not None else None,
            "approver": _approver(row, event),
            "outcome": outcome,
            "policy": data.get("policy"),
            "detail": _detail(row),
            "audit_seq": row.seq or None,
            "hash": row.hash or None,
        }
        return line | more


def as_time(moment: float) -> str:
    """A stored time in UTC, to the microsecond."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")


def _event(row: AuditRow) -> tuple[str, str | None]:
    """Which event of the trace a row is, and its outcome."""
    data, name = row.data, row.event
    if name == "call.proposed":
        return "proposal", str(data.get("ruling"))
    if name in ("escalation.opened", "escalation.edited", "escalation.extended"):
        return "approval_request", name.partition(".")[2]
    if name == "escalation.answered":
        verdict = str(data.get("verdict"))
        return "decision", verdict if data.get("complete") or verdict != "approved" else "vote"
    if name in _CLOSED:
        return "decision", _CLOSED[name]
    if name == "effect.intended":
        return ("execution", "started") if data.get("attempt", 1) == 1 else ("retry", "started")
    if name.startswith("effect.") and name.partition(".")[2] in _RESULTS:
        return "result", name.partition(".")[2]
    if name.endswith(".refused"):
        return "refusal", str(data.get("code") or "refused")
    if name in _STOPS:
        return "stop", name.partition(".")[2]
    if name in _ENDS:
        return "job_end", name.partition(".")[2]
    return "note", None


def _by_policy(row: AuditRow) -> dict[str, Any]:
    """What stands in for an approval where policy alone allowed a call: good for this one call."""
    decider = str(row.data.get("decider") or "")
    who = decider if ":" in decider else f"policy:{decider}"
    return {"approval_id": f"{who}@{row.seq}", "approver": who, "policy": row.data.get("policy") or decider}


def _approver(row: AuditRow, event: str) -> str | None:
    if event == "decision":
        return row.actor
    if event in ("execution", "retry"):
        return str(row.data.get("decider") or "") or None
    return None


def _detail(row: AuditRow) -> dict[str, Any]:
    """What else the row says, with its texts where they were not erased."""
    rest = {name: value for name, value in row.data.items() if name not in _HIDDEN and value is not None}
    return rest | {name: text for name, text in row.texts.items() if name in rest}
