"""One specimen of every view in every state: for golden tests, for both validators and for the picture tour."""

from collections.abc import Callable
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
from handlers.blocks import dialogs, messages, notices
from handlers.blocks import text as t
from handlers.blocks.card import Card, Vote
from handlers.blocks.card_record import card_message, verdict_line
from handlers.blocks.jobs import Sheet, job_list, job_sheet
from handlers.blocks.progress import progress_message
from handlers.blocks.proposal import shown_args
from handlers.blocks.welcome import welcome
from handlers.ids import Held

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
    )
    return replace(base, **more)


def sheet(**more: Any) -> Sheet:
    steps = ("read the ticket", "judge the request", "find similar tickets")
    return Sheet(job=job(**more), title="Ticket triage", now=NOW, steps=steps)


def _card(asked: EscalationRecord | None = None, **more: Any) -> Callable[[], Specimen]:
    def make() -> Specimen:
        text, blocks = card_message(card(asked, **more))
        return Specimen(kind="message", text=text, blocks=blocks)

    return make


def _message(draw: Callable[[], tuple[str, list[dict[str, Any]]]]) -> Callable[[], Specimen]:
    def make() -> Specimen:
        text, blocks = draw()
        return Specimen(kind="message", text=text, blocks=blocks)

    return make


def _view(draw: Callable[[], dict[str, Any]]) -> Callable[[], Specimen]:
    return lambda: Specimen(kind="view", view=draw())


HELD = Held(ref="17.1", channel="C0SUPPORT", ts="2.2")
LONG = "The customer writes: " + "we were charged twice and nobody answers. " * 120

CARDS: dict[str, Callable[[], Specimen]] = {
    "pending": _card(),
    "pending-high-risk": _card(escalation(tier=Tier.HIGH)),
    "pending-critical": _card(escalation(tier=Tier.CRITICAL), irreversible=True),
    "pending-irreversible": _card(escalation(question="Erase ticket 482 for good?", verb="Erase"), irreversible=True),
    "pending-too-long": _card(escalation(args={"ticket": 482, "queue": "Billing", "priority": 2, "note": LONG})),
    "pending-nobody": _card(approvers=People()),
    "pending-assigned": _card(escalation(assigned_to=ANA)),
    "pending-snoozed": _card(escalation(snoozed_until=NOW + HOUR)),
    "quorum": _card(quorum=2, votes=(Vote(person=ANA, at=NOW - MINUTE),)),
    "quorum-none-yet": _card(quorum=2),
    "shadow": _card(escalation(kind=EscalationKind.SHADOW)),
    "choose": _card(
        escalation(
            kind=EscalationKind.CHOOSE,
            choices=("Refund", "Wait", "Call them"),
            question="What now?",
            args={},
            tool=None,
        )
    ),
    "effect": _card(
        escalation(
            kind=EscalationKind.EFFECT,
            choices=("It happened", "It did not, run it", "Leave it"),
            question="Did this happen? Assign ticket 482 to Billing?",
            because="Assign a ticket was begun and its end is not known: the connection was lost.",
        )
    ),
    "promote": _card(
        escalation(
            kind=EscalationKind.PROMOTE,
            question="Let triage handle “billing/high” in auto mode from now on?",
            verb="Promote",
            because="People agreed with 48 of 49 proposals: at least 91% by the numbers, and the target is 90%.",
            tool=None,
            args={"agent": "triage", "case_type": "billing/high", "mode": "auto", "total": 49},
            evidence=(),
            confidence=None,
        ),
        editable=False,
    ),
    "passed-on": _card(escalation(passed_on=1), asked_next=People(users=frozenset({"U0DEE"}))),
    "agent-paused": _card(paused_by=ANA),
    "running": _card(decided(), effect=effect(EffectState.INTENDED)),
    "running-paused": _card(decided(), paused_by=ANA),
    "done": _card(decided(), effect=effect(undo_until=NOW + 10 * MINUTE)),
    "done-undo-over": _card(decided(), effect=effect(undo_until=NOW - MINUTE)),
    "edited": _card(
        decided(edits={"ticket": 482, "queue": "Shipping", "priority": 4, "note": ""}),
        effect=effect(undo_until=NOW + 600),
    ),
    "self-approved": _card(decided(decided_by=CHO), effect=effect()),
    "rejected": _card(decided(verdict=Verdict.REJECTED, reason="Wrong target: this is about a parcel")),
    "taken-over": _card(decided(verdict=Verdict.TAKEN_OVER)),
    "done-by-hand": _card(decided(verdict=Verdict.TAKEN_OVER, done_at=NOW)),
    "failed": _card(decided(), effect=effect(EffectState.FAILED, error="policy: No permission for queue Billing.")),
    "unknown": _card(decided(), effect=effect(EffectState.UNKNOWN, error="The connection was lost.")),
    "undone": _card(decided(), effect=effect(EffectState.UNDONE, undone_by=BO)),
    "not-run": _card(decided(), job=job(status=JobStatus.CANCELLED)),
    "answered": _card(
        decided(kind=EscalationKind.CHOOSE, verdict=Verdict.CHOSEN, answer="Refund", question="What now?", args={})
    ),
    "shadow-agreed": _card(decided(kind=EscalationKind.SHADOW)),
    "shadow-disagreed": _card(decided(kind=EscalationKind.SHADOW, verdict=Verdict.REJECTED, reason="Wrong queue")),
    "expired": _card(escalation(state=EscalationState.EXPIRED, expires_at=NOW - MINUTE)),
    "withdrawn": _card(escalation(state=EscalationState.WITHDRAWN, outcome=f"withdrawn by {ANA}")),
    "replaced": _card(escalation(state=EscalationState.REPLACED, replaced_by=EscalationId(18))),
}


def _question_open() -> Specimen:
    text, blocks = card_message(replace(card(), asked=(BO, "Which contract is this about?")))
    return Specimen(kind="message", text=text, blocks=blocks)


CARDS["question-open"] = _question_open

PROGRESS: dict[str, Callable[[], Specimen]] = {
    "queued": _message(lambda: progress_message(sheet(status=JobStatus.QUEUED, attempts=0, started_at=None))),
    "running": _message(lambda: progress_message(sheet(status=JobStatus.RUNNING, doing="Look for similar tickets"))),
    "stopping": _message(lambda: progress_message(sheet(status=JobStatus.RUNNING, cancel_asked=True))),
    "waiting": _message(lambda: progress_message(sheet())),
    "retry": _message(
        lambda: progress_message(
            sheet(wait_kind=WaitKind.RETRY, wake_at=NOW + 40, error="Helpdesk did not answer", attempts=2, failures=1)
        )
    ),
    "done": _message(lambda: progress_message(sheet(status=JobStatus.SUCCEEDED, finished_at=NOW - 20 * MINUTE + 12))),
    "stopped": _message(
        lambda: progress_message(sheet(status=JobStatus.CANCELLED, finished_at=NOW, error="asked twice"))
    ),
    "failed": _message(
        lambda: progress_message(
            sheet(status=JobStatus.DEAD, finished_at=NOW, error="Helpdesk refused it: no permission.")
        )
    ),
    "expired": _message(lambda: progress_message(sheet(status=JobStatus.EXPIRED, finished_at=NOW))),
}

MESSAGES: dict[str, Callable[[], Specimen]] = {
    "reply": _message(lambda: messages.reply("Ticket 482 is with *Billing* now. <!channel> & friends")),
    "reply-long": _message(lambda: messages.reply("word " * 8000)),
    "pending-note": _message(lambda: messages.pending_note(escalation(), t.mrkdwn("{} decides", t.at_person(ANA)))),
    "outcome": _message(
        lambda: messages.outcome_note(CHO, _verdict(decided(verdict=Verdict.REJECTED, reason="wrong queue")))
    ),
    "job-list": _message(
        lambda: (
            "Newest jobs",
            job_list([job(), job(id=JobId(481), status=JobStatus.DEAD)], NOW, heading="Newest jobs"),
        )
    ),
    "job-list-empty": _message(lambda: ("Jobs", job_list([], NOW, heading="Jobs waiting"))),
    "job-sheet": _message(lambda: ("J482", job_sheet(replace(sheet(), effects=(effect(),), open=(escalation(),))))),
    "job-sheet-dead": _message(
        lambda: (
            "J482",
            job_sheet(sheet(status=JobStatus.DEAD, finished_at=NOW, error="Helpdesk refused it: no permission.")),
        )
    ),
    "welcome": _message(
        lambda: welcome([("triage", "Ticket triage", "Finds the queue and the priority of a request.")])
    ),
    "owner-paused": _message(
        lambda: notices.owner_notice("triage", "paused", {"by": ANA, "reason": "wrong answers since noon"})
    ),
    "owner-demoted": _message(
        lambda: notices.owner_notice(
            "triage", "demoted", {"case_type": "billing/high", "because": "agreement fell to 40 of 50"}
        )
    ),
    "details-asked": _message(lambda: notices.details_asked(BO, "Which contract?", CHO)),
    "details-given": _message(lambda: notices.details_given("triage", "Contract 77, see ticket 311.")),
}


def _verdict(asked: EscalationRecord) -> t.Mrkdwn:
    from handlers.blocks.card import phase_of

    shown = card(asked)
    return verdict_line(shown, phase_of(shown))


AGENTS = [
    ("triage", "Ticket triage", "Finds the queue and the priority of a request."),
    ("kpi", "Weekly KPI", "Collects the week."),
]
DIALOGS: dict[str, Callable[[], Specimen]] = {
    "reject": _view(lambda: dialogs.reject_dialog(card(), HELD)),
    "edit": _view(lambda: dialogs.edit_dialog(card(), Assign, frozenset({"ticket"}), HELD)),
    "review": _view(lambda: dialogs.review_dialog(card(), HELD)),
    "show-everything": _view(lambda: dialogs.review_dialog(card(), HELD, may_decide=False)),
    "ask": _view(lambda: dialogs.ask_dialog(card(), HELD)),
    "reassign": _view(lambda: dialogs.reassign_dialog(card(), HELD)),
    "snooze": _view(lambda: dialogs.snooze_dialog(card(), HELD)),
    "snooze-too-late": _view(lambda: dialogs.snooze_dialog(card(escalation(expires_at=NOW + 60)), HELD)),
    "run": _view(lambda: dialogs.run_dialog("Ticket triage", "Finds the queue.", Assign, {}, Held(name="triage"))),
    "pick": _view(lambda: dialogs.pick_dialog(AGENTS, Held())),
    "pick-none": _view(lambda: dialogs.pick_dialog([], Held())),
    "notice": _view(lambda: dialogs.notice(t.mrkdwn("{} approved this at 10:42.", t.at_person(BO)))),
    "loading": _view(lambda: dialogs.loading()),
}

ALL: dict[str, Callable[[], Specimen]] = {
    **{f"card/{name}": make for name, make in CARDS.items()},
    **{f"progress/{name}": make for name, make in PROGRESS.items()},
    **{f"message/{name}": make for name, make in MESSAGES.items()},
    **{f"dialog/{name}": make for name, make in DIALOGS.items()},
}
