"""The App Home: what waits for a person, and the control room."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from agents.core.contract import Tier
from agents.core.records import EscalationKind, EscalationRecord, JobRecord
from handlers.blocks import text as t
from handlers.blocks.elements import Block, actions, bullets, button, context, divider, header, home, paragraph, rich
from handlers.blocks.jobs import job_line
from handlers.ids import Action, Ref

PAGE = 10
SOON = 2 * 3600


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One open question in the inbox. `link` leads to its card; `quick` is whether one press may approve it here."""

    escalation: EscalationRecord
    link: str | None = None
    quick: bool = False


@dataclass(frozen=True, kw_only=True)
class Room:
    """Everything a Home is drawn from, one page of it."""

    now: float
    waiting: Sequence[Waiting] = ()
    total: int = 0
    page: int = 0
    running: Sequence[JobRecord] = ()
    running_total: int = 0
    stopped: bool = False
    agents: Sequence[tuple[str, str]] = field(default_factory=list)


def home_view(room: Room) -> Block:
    """The whole Home, always inside Slack's 100 blocks."""
    blocks: list[Block] = []
    blocks += _waiting(room)
    blocks += _running(room)
    return home(blocks)


def _waiting(room: Room) -> list[Block]:
    if not room.total:
        return [
            header("Nothing waits for you"),
            context(
                t.mrkdwn("Try `/ops run` to start an agent, `/ops jobs` to see what ran, `/ops help` for the rest.")
            ),
        ]
    blocks = [header(f"{t.count(room.total, 'question waits', 'questions wait')} for you")]
    for one in room.waiting[:PAGE]:
        blocks += _entry(one, room.now)
    pages = (room.total + PAGE - 1) // PAGE
    if pages > 1:
        turns = []
        if room.page > 0:
            turns.append(button("Back", f"{Action.HOME_PAGE}#back", str(room.page - 1)))
        if room.page < pages - 1:
            turns.append(button("More", f"{Action.HOME_PAGE}#next", str(room.page + 1)))
        blocks += [context(t.mrkdwn("Page {} of {}", str(room.page + 1), str(pages))), actions(*turns)]
    return blocks


def _entry(one: Waiting, now: float) -> list[Block]:
    escalation = one.escalation
    left = escalation.expires_at - now
    risk = (
        [t.words(f"{escalation.tier.capitalize()} risk", bold=True, code=True), t.words("  ")]
        if escalation.tier.rank >= Tier.HIGH.rank
        else []
    )
    due = [t.words("due ", bold=left < SOON), t.moment(escalation.expires_at)]
    line = [
        t.words(f"E{escalation.id} · {escalation.agent} · waits {t.span(now - escalation.created_at)} · "),
        *due,
        t.words(" · for "),
        t.person(escalation.requester),
    ]
    if one.link:
        line += [t.words(" · "), t.jump(one.link, "open card")]
    asked = t.clip(" ".join(escalation.question.split()), 300)
    return [
        rich(paragraph(*risk, t.words(asked, bold=True)), paragraph(*line)),
        actions(*_quick(one)),
    ]


def _quick(one: Waiting) -> list[Block]:
    escalation = one.escalation
    ref = Ref(id=escalation.id, version=escalation.version).pack()
    spoken = f"for E{escalation.id}"
    if escalation.kind is EscalationKind.APPROVE and one.quick:
        return [
            button(
                t.clip(escalation.verb or "Approve", 30),
                Action.APPROVE,
                ref,
                style="primary",
                says=f"{t.clip(escalation.verb, 50)} {spoken}",
            ),
            button("Reject", Action.REJECT, ref, says=f"Reject {spoken}"),
            button("Review", Action.REVIEW, ref, says=f"Review {spoken}"),
        ]
    return [button("Review", Action.REVIEW, ref, says=f"Review {spoken}")]


def _running(room: Room) -> list[Block]:
    if not room.running:
        return []
    head = f"{t.count(room.running_total, 'job runs', 'jobs run')} now"
    return [
        divider(),
        rich(paragraph(t.words(head, bold=True)), bullets(*[job_line(job, room.now) for job in room.running])),
    ]
