"""Specimens of App Home, from the values of `tests.views.specimens`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agents.core.autonomy import Record as Answers
from agents.core.contract import Mode, Tier
from agents.core.ids import EscalationId, JobId
from agents.core.status import JobStatus
from handlers.blocks.agents import AgentRecord
from handlers.blocks.control_room import Delegated, Permission, Planned
from handlers.blocks.home import Group, Room, Waiting, home_view
from tests.views.values import ANA, CHO, DAY, HOUR, MINUTE, NOW, Specimen, escalation, job


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One case type's record."""

    case_type: str = ""
    mode: Mode = Mode.REVIEW
    ceiling: Mode = Mode.AUTO
    by: str = "the policy"
    reason: str = ""
    since: float | None = None
    in_mode: Answers = field(default_factory=lambda: Answers(agreed=41, total=44))
    target: float = 0.9
    missing: int = 12


QUESTIONS = (
    ("Refund 1,240.00 EUR to customer 77?", "Refund", "Refund for order 9981", Tier.HIGH, 50 * MINUTE, HOUR),
    ("Assign ticket 482 to Billing, priority High?", "Assign to Billing", "Charged twice for bill 1042", Tier.LOW, 900.0, DAY),
    ("Send the drafted answer to ticket 479?", "Send the answer", "Cannot log in since this morning", Tier.LOW, 2 * HOUR, DAY),
)  # fmt: skip


def waiting() -> list[Waiting]:
    found = []
    for place, (question, verb, about, tier, age, left) in enumerate(QUESTIONS):
        asked = escalation(
            id=EscalationId(17 + place),
            question=question,
            verb=verb,
            tier=tier,
            created_at=NOW - age,
            expires_at=NOW + left,
        )
        link = f"https://calm.slack.com/archives/C0SUPPORT/p{place}"
        found.append(Waiting(escalation=asked, link=link, quick=tier is Tier.LOW, about=about))
    return found


def page_of(total: int) -> list[Waiting]:
    """The first page of that many questions."""
    return [
        Waiting(
            escalation=escalation(
                id=EscalationId(1000 + place),
                question=f"Assign ticket {480 + place} to Billing?",
                created_at=NOW - (50 - place) * MINUTE,
                expires_at=NOW + (2 + place) * HOUR,
            ),
            link=f"https://calm.slack.com/archives/C0SUPPORT/p{place}",
            quick=True,
            about=f"Charged twice for invoice {1042 + place}",
        )
        for place in range(min(total, 10))
    ]


def room(**more: Any) -> Room:
    dead = job(id=JobId(455), status=JobStatus.DEAD, error="Helpdesk refused it: no permission.", attempts=3)
    running = job(
        id=JobId(490), status=JobStatus.RUNNING, doing="Look for similar tickets", summary="My parcel is lost"
    )
    values: dict[str, Any] = {
        "now": NOW,
        "waiting": waiting(),
        "total": 3,
        "choices": [("triage", "Ticket triage"), ("draft", "Reply draft")],
        "groups": [Group(words="Assign a ticket, billing/high", number=4, ref="17.1")],
        "running": [running],
        "running_total": 1,
        "dead": [dead],
        "dead_total": 1,
        "agents": [
            AgentRecord(name="triage", title="Ticket triage", purpose="", standings=[Standing()]),
            AgentRecord(
                name="draft", title="Reply draft", purpose="", standings=[Standing(mode=Mode.SHADOW)], paused_by=ANA
            ),
        ],
        "agents_total": 2,
        "grants": [Permission(id=3, agent="triage", words="assign with queue Shipping", until=NOW + 9 * DAY, used=12)],
        "plans": [
            Planned(id=3, name="queue-health", when="weekdays 09:00", next_at=NOW + DAY, enabled=True, channel="C0OPS")
        ],
    }
    return Room(**values | more)


def _home(draw: Callable[[], Room]) -> Callable[[], Specimen]:
    return lambda: Specimen(kind="view", view=home_view(draw()))


HOMES: dict[str, Callable[[], Specimen]] = {
    "empty": _home(lambda: Room(now=NOW)),
    "full": _home(room),
    "one": _home(lambda: Room(now=NOW, waiting=page_of(1), total=1)),
    "two-hundred": _home(lambda: room(waiting=page_of(200), total=200)),
    "five-thousand": _home(lambda: room(waiting=page_of(5_000), total=5_000)),
    "second-page": _home(lambda: room(page=1, total=24)),
    "stopped": _home(lambda: room(stopped_by=ANA)),
    "away": _home(lambda: room(away=Delegated(to=CHO, last_at=NOW + 7 * DAY))),
}
