"""Rows as values: what storage hands out and what views are made from. Times are seconds since 1970 in UTC."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from agents.core.contract import Lane, Tier
from agents.core.ids import EscalationId, JobId, PersonId
from agents.core.job import Evidence, Source
from agents.core.status import JobStatus, WaitKind


class EscalationKind(StrEnum):
    """`approve` asks for one tool call; `choose` lets people pick; `effect` asks whether an effect with an unknown end
    happened; `shadow` only compares; `promote` asks an owner for more autonomy."""

    APPROVE = "approve"
    CHOOSE = "choose"
    EFFECT = "effect"
    SHADOW = "shadow"
    PROMOTE = "promote"


class EscalationState(StrEnum):
    PENDING = "pending"
    DECIDED = "decided"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


class Verdict(StrEnum):
    """What a person answered."""

    APPROVED = "approved"
    REJECTED = "rejected"
    TAKEN_OVER = "taken_over"
    CHOSEN = "chosen"


@dataclass(frozen=True, kw_only=True)
class JobRecord:
    """One job. `turn` orders jobs of one priority fairly between requesters; `fence` grows with every claim."""

    id: JobId
    agent: str
    agent_version: str
    status: JobStatus
    lane: Lane
    priority: int
    turn: float
    deadline_at: float
    created_at: float
    updated_at: float
    summary: str
    input: dict[str, Any]
    requester: PersonId
    source: Source
    started_at: float | None = None
    finished_at: float | None = None
    output: Any = None
    dedup_key: str | None = None
    parent_id: JobId | None = None
    lineage_of: JobId | None = None
    case_type: str = ""
    wait_kind: WaitKind | None = None
    wait_for: str | None = None
    waiting_since: float | None = None
    wake_at: float | None = None
    lease_owner: str | None = None
    lease_until: float | None = None
    fence: int = 0
    attempts: int = 0
    failures: int = 0
    crashes: int = 0
    crash_mark: int = 0
    """How much its journal held at the latest crash: a job that gets on between two crashes is not to blame for them."""
    replays: int = 0
    cancel_asked: bool = False
    error_code: str | None = None
    error: str | None = None
    doing: str | None = None
    used: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EscalationRecord:
    """One question to people. `version` grows with every change of what is asked: a click on an older picture is refused."""

    id: EscalationId
    job_id: JobId
    kind: EscalationKind
    name: str
    agent: str
    case_type: str
    tool: str | None
    args: dict[str, Any]
    record: str | None
    record_version: str | None
    nonce: str
    digest: str
    tier: Tier
    question: str
    verb: str
    because: str
    stop_reason: str | None
    choices: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    confidence: float | None
    requester: PersonId
    approvers: dict[str, Any]
    quorum: int
    state: EscalationState
    version: int
    created_at: float
    expires_at: float
    remind_at: float | None
    reminders: int
    decided_at: float | None
    decided_by: PersonId | None
    verdict: Verdict | None
    answer: str | None
    reason: str | None
    edits: dict[str, Any] | None
    outcome: str | None
    outcome_at: float | None
    replaced_by: EscalationId | None
    assigned_to: PersonId | None
    snoozed_until: float | None
    used_at: float | None
    channel: str | None
    thread_ts: str | None
    passed_on: int = 0
    """Rungs of the chain that were reached: so many more groups of people are asked."""
    climb_at: float | None = None
    """When the next rung is reached."""
    posted_at: float | None = None
    """When its card was put into the outbox; None while flood control holds it back."""
    done_at: float | None = None
    """When a person who took it over said that it is done."""

    @property
    def final_args(self) -> dict[str, Any]:
        """The arguments that an approval covers: as proposed, or as the approver edited them."""
        return self.edits if self.edits is not None else self.args


@dataclass(frozen=True, kw_only=True)
class DecisionRecord:
    """One person's answer to one version of a question. `digest` is what they answered, `took` the seconds they had it
    in front of them at the most, `on_behalf_of` the person who is away and whose right it was."""

    id: int
    escalation_id: EscalationId
    version: int
    digest: str
    person: PersonId
    verdict: Verdict
    reason: str
    edits: dict[str, Any] | None
    changes: list[dict[str, Any]]
    door: str
    message: str | None
    at: float
    on_behalf_of: PersonId | None = None
    took: float | None = None


@dataclass(frozen=True, kw_only=True)
class DetailsRecord:
    """What somebody wanted to know before they decided, and what they were told. Both texts are untrusted."""

    id: int
    escalation_id: EscalationId
    by: PersonId
    question: str
    asked_at: float
    answer: str | None
    answered_by: str | None
    answered_at: float | None


class EffectState(StrEnum):
    INTENDED = "intended"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    SKIPPED = "skipped"


@dataclass(frozen=True, kw_only=True)
class EffectRecord:
    """One change to the world outside: intended before it is tried, done once its answer is known."""

    id: int
    job_id: JobId
    name: str
    key: str
    tool: str
    access: str
    args: dict[str, Any]
    digest: str
    state: EffectState
    escalation_id: EscalationId | None
    result: Any
    error: str | None
    attempts: int
    intended_at: float
    finished_at: float | None
    undo_until: float | None
    undone_by: PersonId | None
    undo_asked_by: PersonId | None = None
    undo_asked_at: float | None = None


@dataclass(frozen=True, kw_only=True)
class OutboxRecord:
    """One Slack call to make; see `storage.tables.outbox`."""

    id: int
    key: str
    kind: str
    view: str
    params: dict[str, Any]
    channel: str | None
    user: PersonId | None
    thread_ts: str | None
    subject: str
    stream: str
    urgency: int
    state: str
    not_before: float
    attempts: int
    created_at: float
    sent_at: float | None
    answer: Any
    error: str | None
    job_id: JobId | None
