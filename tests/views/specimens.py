"""One specimen of every view in every state: for golden tests, for both validators and for the picture tour."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agents.core.contract import Tier
from agents.core.ids import EscalationId, JobId
from agents.core.policy import People
from agents.core.records import (
    EffectState,
    EscalationKind,
    EscalationRecord,
    EscalationState,
    Verdict,
)
from agents.core.status import JobStatus, WaitKind
from handlers.blocks import asker, dialogs, messages, notices, reminders, work_dialogs
from handlers.blocks import text as t
from handlers.blocks.agents import AgentRecord, agent_dialog
from handlers.blocks.away import away_dialog
from handlers.blocks.bulk import bulk_dialog, bulk_report, bulk_review
from handlers.blocks.card import Vote
from handlers.blocks.card_record import card_message
from handlers.blocks.jobs import job_list, job_sheet
from handlers.blocks.progress import progress_message
from handlers.blocks.shorten import fit_message
from handlers.blocks.welcome import welcome
from handlers.blocks.whole import whole_button, whole_dialog
from handlers.ids import Held
from tests.views import digests, rooms
from tests.views.values import (
    ANA,
    BO,
    CHO,
    HOUR,
    MINUTE,
    NOW,
    Assign,
    Specimen,
    card,
    decided,
    effect,
    escalation,
    job,
    sheet,
)


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


def _shortened() -> tuple[str, list[dict[str, Any]]]:
    """A bug of ours: more text in one block than Slack takes."""
    found = fit_message("The customer writes", [_too_long()], more=whole_button(7))
    return found.text, found.blocks


def _too_long() -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": LONG}}


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
    "replaced": _card(
        escalation(state=EscalationState.REPLACED, replaced_by=EscalationId(18)),
        replacement="https://calm.slack.com/archives/C0SUPPORT/p33",
    ),
}


def _question_open() -> Specimen:
    text, blocks = card_message(replace(card(), asked=(BO, "Which contract is this about?")))
    return Specimen(kind="message", text=text, blocks=blocks)


CARDS["question-open"] = _question_open

PROGRESS: dict[str, Callable[[], Specimen]] = {
    "queued": _message(lambda: progress_message(sheet(status=JobStatus.QUEUED, attempts=0, started_at=None))),
    "running": _message(lambda: progress_message(sheet(status=JobStatus.RUNNING, doing="Look for similar tickets"))),
    "stopping": _message(lambda: progress_message(sheet(status=JobStatus.RUNNING, cancel_asked=True))),
    "waiting": _message(lambda: progress_message(replace(sheet(), open=(escalation(),)))),
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
    "waiting-note": _message(lambda: asker.waiting_note(card(), "https://calm.slack.com/archives/C0SUPPORT/p22")),
    "waiting-note-many": _message(
        lambda: asker.waiting_note(card(approvers=People(users=frozenset({"U0ANA", "U0BO", "U0CHO", "U0DEE"}))))
    ),
    "waiting-note-nobody": _message(lambda: asker.waiting_note(card(approvers=People()))),
    "outcome-rejected": _message(
        lambda: asker.outcome_note(
            card(decided(verdict=Verdict.REJECTED, reason="Wrong target: this is about a parcel")),
            "https://calm.slack.com/archives/C0SUPPORT/p22",
        )
    ),
    "outcome-done": _message(lambda: asker.outcome_note(card(decided(), effect=effect(undo_until=NOW + 10 * MINUTE)))),
    "outcome-expired": _message(
        lambda: asker.outcome_note(card(escalation(state=EscalationState.EXPIRED, expires_at=NOW - MINUTE)))
    ),
    "shortened": _message(_shortened),
    "moved": _message(lambda: reminders.moved("C0SUPPORT", 2)),
    "view-refused": _message(lambda: notices.view_refused("escalation_card", "invalid_blocks", 482)),
    "details-asked": _message(lambda: notices.details_asked(BO, "Which contract?", CHO)),
    "details-given": _message(lambda: notices.details_given("triage", "Contract 77, see ticket 311.")),
}


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
    "run": _view(lambda: work_dialogs.run_dialog("Ticket triage", "Finds the queue.", Assign, {}, Held(name="triage"))),
    "pick": _view(lambda: work_dialogs.pick_dialog(AGENTS, Held())),
    "pick-none": _view(lambda: work_dialogs.pick_dialog([], Held())),
    "bulk": _view(
        lambda: bulk_dialog([escalation(), escalation(id=EscalationId(18))], {job().id: "Charged twice"}, Held(page=2))
    ),
    "bulk-review": _view(lambda: bulk_review([(escalation(), card().shown)], 2, Held())),
    "bulk-report": _view(lambda: bulk_report([17], [(18, "Its risk is high, so it is decided alone.")])),
    "away": _view(lambda: away_dialog(NOW, Held())),
    "job": _view(lambda: work_dialogs.job_dialog(sheet())),
    "job-edit": _view(lambda: work_dialogs.job_edit_dialog(job(error="Cannot read it"), Assign, Held(name="482"))),
    "agent": _view(
        lambda: agent_dialog(
            AgentRecord(name="triage", title="Ticket triage", purpose="Sorts.", standings=[rooms.Standing()])
        )
    ),
    "whole": _view(lambda: whole_dialog("", [_too_long()])),
    "notice": _view(lambda: dialogs.notice(t.mrkdwn("{} approved this at 10:42.", t.at_person(BO)))),
    "loading": _view(lambda: dialogs.loading()),
}

ALL: dict[str, Callable[[], Specimen]] = {
    **{f"card/{name}": make for name, make in CARDS.items()},
    **{f"progress/{name}": make for name, make in PROGRESS.items()},
    **{f"message/{name}": make for name, make in MESSAGES.items()},
    **{f"dialog/{name}": make for name, make in DIALOGS.items()},
    **{f"home/{name}": make for name, make in rooms.HOMES.items()},
    **digests.DIGESTS,
}
