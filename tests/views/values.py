"""The rows that specimens of views are drawn from."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import Field

from agents.core.contract import Lane, Record, Tier
from agents.core.ids import EscalationId, JobId, PersonId
from agents.core.job import Evidence, Source
from agents.core.policy import People
from agents.core.records import (
    EffectRecord,
    EffectState,
    EscalationKind,
    EscalationRecord,
    EscalationState,
    JobRecord,
    Verdict,
)
from agents.core.status import JobStatus, WaitKind
from handlers.blocks.card import Card
from handlers.blocks.jobs import Sheet
from handlers.blocks.proposal import shown_args

NOW = 1_795_260_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
ANA, BO, CHO, DEE = (PersonId(f"T0LOCAL/U0{name}") for name in ("ANA", "BO", "CHO", "DEE"))


class Assign(Record):
    """Arguments of the specimen tool: something of each kind."""

    ticket: int = Field(title="Ticket")
    queue: str = Field(title="Queue", json_schema_extra={"enum": ["Billing", "Intake", "Shipping"]})
    priority: int = Field(default=3, title="Priority", ge=1, le=5, description="1 is the most urgent.")
    note: str = Field(default="", title="Note")


@dataclass(frozen=True, kw_only=True)
class Specimen:
    """What Slack would get: a message (text and blocks), or a view."""

    kind: Literal["message", "view"]
    text: str = ""
    blocks: list[dict[str, Any]] | None = None
    view: dict[str, Any] | None = None


def job(**more: Any) -> JobRecord:
    base = JobRecord(
        id=JobId(482),
        agent="triage",
        agent_version="1",
        status=JobStatus.WAITING,
        lane=Lane.NORMAL,
        priority=0,
        turn=0.0,
        deadline_at=NOW + 2 * DAY,
        created_at=NOW - 20 * MINUTE,
        updated_at=NOW - MINUTE,
        summary="Charged twice for invoice 1042",
        input={"text": "Charged twice for invoice 1042"},
        requester=CHO,
        source=Source(kind="message", channel="C0SUPPORT", ts="1.1"),
        started_at=NOW - 20 * MINUTE,
        wait_kind=WaitKind.PERSON,
        wait_for="escalation:17",
        attempts=1,
    )
    return replace(base, **more)


def escalation(**more: Any) -> EscalationRecord:
    base = EscalationRecord(
        id=EscalationId(17),
        job_id=JobId(482),
        kind=EscalationKind.APPROVE,
        name="call 1",
        agent="triage",
        case_type="billing/high",
        tool="assign",
        args={"ticket": 482, "queue": "Billing", "priority": 2, "note": ""},
        record="ticket 482",
        record_version="3",
        nonce="n",
        digest="d",
        tier=Tier.LOW,
        question="Assign ticket 482 to Billing and set priority 2?",
        verb="Assign to Billing",
        because="I am 62 % sure, and the policy asks for a person below 80 %.",
        stop_reason="low_confidence",
        choices=(),
        evidence=(
            Evidence(label="Words that decided", text="charged twice, invoice, refund"),
            Evidence(
                label="Ticket 311", text="“Double charge on my card” went to Billing", url="https://desk.example/311"
            ),
            Evidence(label="Ticket 298", text="“Invoice paid twice” went to Billing", url="https://desk.example/298"),
        ),
        confidence=0.62,
        requester=CHO,
        approvers={"users": ["U0ANA"], "groups": ["S0BILLING"]},
        quorum=1,
        state=EscalationState.PENDING,
        version=1,
        created_at=NOW - 18 * MINUTE,
        expires_at=NOW + DAY,
        remind_at=None,
        reminders=0,
        decided_at=None,
        decided_by=None,
        verdict=None,
        answer=None,
        reason=None,
        edits=None,
        outcome=None,
        outcome_at=None,
        replaced_by=None,
        assigned_to=None,
        snoozed_until=None,
        used_at=None,
        channel="C0SUPPORT",
        thread_ts="1.1",
    )
    return replace(base, **more)


def decided(**more: Any) -> EscalationRecord:
    values: dict[str, Any] = {
        "state": EscalationState.DECIDED,
        "verdict": Verdict.APPROVED,
        "decided_by": BO,
        "decided_at": NOW - 5 * MINUTE,
    }
    return escalation(**values | more)


def effect(state: EffectState = EffectState.DONE, **more: Any) -> EffectRecord:
    base = EffectRecord(
        id=1,
        job_id=JobId(482),
        name="call 1",
        key="k",
        tool="assign",
        access="write",
        args={},
        digest="d",
        state=state,
        escalation_id=EscalationId(17),
        result=None,
        error=None,
        attempts=1,
        intended_at=NOW - 4 * MINUTE,
        finished_at=NOW - 4 * MINUTE,
        undo_until=None,
        undone_by=None,
    )
    return replace(base, **more)


def card(asked: EscalationRecord | None = None, **more: Any) -> Card:
    asked = asked or escalation()
    base = Card(
        escalation=asked,
        job=job(),
        now=NOW,
        shown=shown_args(Assign, asked.final_args),
        before=shown_args(Assign, asked.args),
        approvers=People(users=frozenset({"U0ANA"}), groups=frozenset({"S0BILLING"})),
        undoable=True,
        editable=True,
        target="Helpdesk",
        tool="Assign a ticket" if asked.tool else "",
    )
    return replace(base, **more)


def sheet(**more: Any) -> Sheet:
    steps = ("Read the ticket", "Judge the request", "Find similar tickets")
    return Sheet(job=job(**more), title="Ticket triage", now=NOW, steps=steps, tools={"assign": "Assign a ticket"})
