"""Specimens of digests and of what is said about schedules."""

from collections.abc import Callable
from datetime import date
from zoneinfo import ZoneInfo

from agents.core.errors import ScheduleMoved
from agents.core.numbers import (
    AgentNumbers,
    ApprovalNumbers,
    OpenQuestion,
    QueueNumbers,
    TicketNumbers,
    WeekNumbers,
)
from agents.core.report import Period, Report, ReportKind, Whom
from agents.core.report_parts import agent_performance, approvals, queue_health, support_kpi
from agents.core.report_weekly import weekly
from agents.core.schedule import Change, Schedule
from agents.core.spec import read_spec
from handlers.blocks.report import report_message
from handlers.blocks.schedule_dialogs import Form, digest_dialog, run_dialog
from handlers.blocks.schedules import added_schedule, schedule_list, schedule_preview
from handlers.errors import sentence_for
from handlers.ids import Held
from tests.views.values import ANA, BO, DAY, HOUR, MINUTE, NOW, Specimen

ZONE = ZoneInfo("Europe/Berlin")
HOLIDAYS = {date(2026, 12, 25): "Christmas Day", date(2026, 11, 23): ""}
TODAY = Period(since=NOW - DAY, until=NOW)
WEEK = Period(since=NOW - 7 * DAY, until=NOW)
QUEUE = QueueNumbers(
    open={
        "fast": {"queued": 3, "running": 2, "waiting": 5},
        "normal": {"queued": 1, "waiting": 2},
        "heavy": {"running": 1},
    },
    finished={"succeeded": 41, "failed": 1, "dead": 1},
    stuck=0,
    late=0,
    dead=1,
    oldest_wait=240.0,
)
QUEUE_BEFORE = QueueNumbers(open={}, finished={"succeeded": 35}, stuck=0, late=0, dead=0, oldest_wait=None)
QUESTIONS = (
    OpenQuestion(
        id=17, question="Refund 1,240.00 EUR to customer 77?", asked_at=NOW - 26 * HOUR, expires_at=NOW + HOUR, tier="high",
        waits_for=Whom(users=("U0BO",), groups=("S0BILLING",)),
    ),
    OpenQuestion(
        id=21, question="Assign ticket 482 to Billing and set priority High?", asked_at=NOW - 40 * MINUTE,
        expires_at=NOW + DAY, tier="low", waits_for=Whom(groups=("S0SUPPORT",)),
    ),
    OpenQuestion(
        id=22, question="Send the drafted answer to ticket 479?", asked_at=NOW - 12 * MINUTE, expires_at=NOW + DAY,
        tier="low", waits_for=Whom(),
    ),
)  # fmt: skip
APPROVALS = ApprovalNumbers(
    open=QUESTIONS,
    asked_at=[one.asked_at for one in QUESTIONS],
    verdicts={"approved": 31, "edited": 4, "rejected": 2},
    expired=1,
    seconds=(240.0, 1_900.0, 5_400.0),
)
APPROVALS_BEFORE = ApprovalNumbers(open=(), asked_at=(), verdicts={"approved": 30}, expired=0, seconds=(600.0,))
AGENTS = (
    AgentNumbers(agent="draft", finished={"succeeded": 9, "failed": 1}, escalated=9, approved=6, edited=3, calls=9),
    AgentNumbers(
        agent="triage", finished={"succeeded": 168, "failed": 2, "dead": 1, "expired": 3, "cancelled": 1}, escalated=58,
        approved=52, edited=4, rejected=2, calls=171, failed_calls=2, incidents=1, minutes_each=4,
    ),
)  # fmt: skip
AGENTS_BEFORE = (
    AgentNumbers(agent="triage", finished={"succeeded": 150, "failed": 9}, escalated=80, approved=60, edited=20,
                 calls=159, failed_calls=4, minutes_each=4),
)  # fmt: skip
TICKETS = TicketNumbers(
    opened=212,
    assigned=168,
    closed=190,
    queues={"Billing": 14, "Shipping": 9, "not assigned": 4},
    overdue=2,
    due_soon=3,
)
TICKETS_BEFORE = TicketNumbers(opened=198, assigned=150, closed=201, queues={}, overdue=0, due_soon=0)
DAYS = (
    {"succeeded": 12},
    {"succeeded": 31, "failed": 1},
    {"succeeded": 36, "dead": 1, "expired": 2},
    {"succeeded": 40, "failed": 1},
    {"succeeded": 28, "failed": 1, "expired": 1},
    {"succeeded": 4},
    {"succeeded": 2, "cancelled": 1},
    {"succeeded": 24},
)
WEEK_FINISHED = {"succeeded": 177, "failed": 3, "dead": 1, "expired": 3, "cancelled": 1}


def report() -> Report:
    return queue_health(QUEUE, QUEUE_BEFORE, TODAY)


def week() -> Report:
    queue = QueueNumbers(open=QUEUE.open, finished=WEEK_FINISHED, stuck=0, late=3, dead=1, oldest_wait=240.0)
    before = QueueNumbers(open={}, finished={"succeeded": 150, "failed": 9}, stuck=0, late=0, dead=0, oldest_wait=None)
    now = WeekNumbers(queue=queue, approvals=APPROVALS, agents=AGENTS, tickets=TICKETS, days=DAYS)
    then = WeekNumbers(queue=before, approvals=APPROVALS_BEFORE, agents=AGENTS_BEFORE, tickets=TICKETS_BEFORE)
    return weekly(now, then, WEEK, ZONE)


REPORTS: dict[str, Callable[[], Report]] = {
    "queue-health": report,
    "approvals": lambda: approvals(APPROVALS, APPROVALS_BEFORE, TODAY),
    "agent-performance": lambda: agent_performance(AGENTS, AGENTS_BEFORE, WEEK),
    "support-kpi": lambda: support_kpi(TICKETS, TICKETS_BEFORE, WEEK),
    "weekly": week,
    "quiet": lambda: queue_health(QUIET, QUIET, TODAY),
}
QUIET = QueueNumbers(open={}, finished={}, stuck=0, late=0, dead=0, oldest_wait=None)


def digest(name: str, picture: str | None = None) -> Specimen:
    """One digest; `picture` is the id of its uploaded chart."""
    text, blocks = report_message(REPORTS[name](), picture=picture)
    return Specimen(kind="message", text=text, blocks=blocks)


def schedule(**more: object) -> Schedule:
    values = {
        "id": 3, "kind": "digest", "name": "approvals", "channel": "C0OPS",
        "spec": read_spec("weekdays 09:00 except holidays"), "timezone": "Europe/Berlin", "owner": BO, "enabled": True,
        "created_at": NOW - 9 * DAY, "done_until": NOW - DAY, "last_slot": None, "params": {}, "version": 2,
        "history": (Change(version=2, by=ANA, at=NOW - HOUR, what="times from “daily 09:00” to “weekdays 09:00”"),),
    }  # fmt: skip
    return Schedule(**values | more)  # type: ignore[arg-type]  # the specimen says what it needs


RUN = {
    "id": 4, "kind": "run", "name": "triage", "params": {"text": "the open tickets"}, "version": 1, "history": (),
    "spec": read_spec("every 2 hours from 08:00 to 18:00"),
}  # fmt: skip
AGENTS_TO_RUN = (("triage", "Ticket triage"), ("sla_reminder", "SLA reminder"))


def _form(one: Schedule) -> Form:
    return Form(
        channel="C0OPS", name=one.name, text=str(one.params.get("text", "")), when=str(one.spec), zone=one.timezone
    )


def _overtaken() -> Specimen:
    moved = ScheduleMoved(
        "D3 was changed in the meantime, so yours was not applied.",
        changes=[(str(one.by), one.at, one.what) for one in schedule().history],
        rest="What you entered stands below. Save puts what you changed over theirs, and leaves the rest as it is now.",
    )
    return Specimen(
        kind="view", view=digest_dialog(_form(schedule()), Held(ref="3.2", channel="C0OPS"), above=sentence_for(moved))
    )


def _said(blocks: list[dict[str, object]]) -> Specimen:
    return Specimen(kind="message", text="What is set up.", blocks=blocks)


DIGESTS: dict[str, Callable[[], Specimen]] = {
    **{f"digest/{name}": (lambda name=name: digest(name)) for name in REPORTS},
    "dialog/digest": lambda: Specimen(
        kind="view",
        view=digest_dialog(
            Form(channel="C0OPS", name=ReportKind.QUEUE_HEALTH, zone="Europe/Berlin"), Held(channel="C0OPS")
        ),
    ),
    "dialog/digest-overtaken": _overtaken,
    "dialog/schedule": lambda: Specimen(
        kind="view", view=run_dialog(Form(channel="C0OPS", zone="Europe/Berlin"), AGENTS_TO_RUN, Held(channel="C0OPS"))
    ),
    "dialog/schedule-edit": lambda: Specimen(
        kind="view",
        view=run_dialog(_form(schedule(**RUN)), AGENTS_TO_RUN, Held(ref="4.1", channel="C0OPS", name="triage")),
    ),
    "message/schedule-added": lambda: _said(added_schedule(schedule(), NOW, HOLIDAYS, "Europe/Berlin")),
    "message/schedule-list": lambda: _said(
        schedule_list(
            [schedule(), schedule(id=5, enabled=False), schedule(id=6, timezone="America/New_York", history=())],
            NOW, HOLIDAYS, kind="digest",
        )
    ),
    "message/schedule-list-empty": lambda: _said(schedule_list([], NOW, HOLIDAYS, kind="run")),
    "message/schedule-preview": lambda: _said(
        schedule_preview(schedule(timezone="America/New_York"), NOW, HOLIDAYS, "Europe/Berlin")
    ),
    "message/schedule-preview-run": lambda: _said(
        schedule_preview(schedule(**RUN, enabled=False), NOW, {}, "Europe/Berlin")
    ),
    "message/schedule-no-holidays": lambda: _said(added_schedule(schedule(), NOW, {}, "Europe/Berlin")),
}  # fmt: skip
