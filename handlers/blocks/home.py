"""The App Home: what waits for a person first, then the control room."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.core.contract import Tier
from agents.core.records import EscalationKind, EscalationRecord, JobRecord
from handlers.blocks import text as t
from handlers.blocks.agents import AgentRecord
from handlers.blocks.control_room import (
    Delegated,
    Permission,
    Planned,
    agents_section,
    away_section,
    dead_section,
    grants_section,
    jobs_section,
    plans_section,
    stop_section,
)
from handlers.blocks.elements import (
    Block,
    actions,
    button,
    context,
    divider,
    header,
    home,
    option,
    paragraph,
    rich,
    select,
)
from handlers.ids import Action, Held, Ref

PAGE = 10
SOON = 2 * 3600
ALL = "*"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One open question in the inbox. `link` leads to its card; `quick` is whether one press may approve it here."""

    escalation: EscalationRecord
    link: str | None = None
    quick: bool = False
    about: str = ""
    """What the job is about, in the words of whoever started it."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Questions that may be approved together. `ref` is that of the oldest."""

    words: str
    number: int
    ref: str


@dataclass(frozen=True, kw_only=True)
class Room:
    """Everything a Home is drawn from, one page of it. Totals count all of a kind, the lists hold what is shown."""

    now: float
    waiting: Sequence[Waiting] = ()
    total: int = 0
    page: int = 0
    agent: str = ""
    choices: Sequence[tuple[str, str]] = ()
    """Agents to filter by: name and title."""
    groups: Sequence[Group] = ()
    mine: Sequence[JobRecord] = ()
    mine_total: int = 0
    running: Sequence[JobRecord] = ()
    running_total: int = 0
    late: Sequence[JobRecord] = ()
    late_total: int = 0
    dead: Sequence[JobRecord] = ()
    dead_total: int = 0
    agents: Sequence[AgentRecord] = ()
    agents_total: int = 0
    stopped_by: str | None = None
    grants: Sequence[Permission] = ()
    plans: Sequence[Planned] = ()
    away: Delegated | None = None


def home_view(room: Room) -> Block:
    """The whole Home, always inside Slack's 100 blocks."""
    blocks = [
        *stop_section(room.stopped_by),
        *_inbox(room),
        *jobs_section("Your requests", room.mine, room.mine_total, room.now, more="/ops jobs mine"),
        *jobs_section("Running now", room.running, room.running_total, room.now, more="/ops jobs running"),
        *jobs_section("Past their time", room.late, room.late_total, room.now, more="/ops jobs open"),
        *dead_section(room.dead, room.dead_total, room.now),
        *agents_section(room.agents, room.agents_total),
        *plans_section(room.plans),
        *grants_section(room.grants),
        *away_section(room.away),
    ]
    return home(blocks) | {"private_metadata": Held(name=room.agent, page=room.page).pack()}


def _inbox(room: Room) -> list[Block]:
    tools = [button("Run an agent", f"{Action.AGENT_PICK}#home", ALL), button("Refresh", Action.HOME_REFRESH, "now")]
    if len(room.choices) > 1:
        tools.insert(0, _filter(room))
    if not room.total:
        where = f" from {dict(room.choices).get(room.agent, room.agent)}" if room.agent else ""
        return [
            header(f"Nothing{where} waits for you"),
            context(
                t.mrkdwn(
                    "Three things to try: `/ops run` starts an agent, `/ops jobs` lists what ran, `/ops help` explains all."
                )
            ),
            actions(*tools),
        ]
    blocks: list[Block] = [
        header(f"{t.count(room.total, 'question waits', 'questions wait')} for you"),
        actions(*tools),
    ]
    for one in room.waiting[:PAGE]:
        blocks += _entry(one, room.now)
    blocks += _pages(room)
    if room.groups:
        several = [
            button(t.clip(f"Approve several: {one.words} ({one.number:,})", 75), f"{Action.BULK}#{place}", one.ref)
            for place, one in enumerate(room.groups[:3])
        ]
        blocks.append(actions(*several))
    return blocks


def _pages(room: Room) -> list[Block]:
    pages = (room.total + PAGE - 1) // PAGE
    if pages < 2:
        return []
    turns = []
    if room.page > 0:
        turns.append(button("Previous", f"{Action.HOME_PAGE}#back", str(room.page - 1), says="Previous page"))
    if room.page < pages - 1:
        turns.append(button("Next", f"{Action.HOME_PAGE}#next", str(room.page + 1), says="Next page"))
    return [context(t.mrkdwn("Page {} of {}", f"{room.page + 1:,}", f"{pages:,}")), actions(*turns)]


def _filter(room: Room) -> Block:
    options = [option("All agents", ALL), *[option(title, name) for name, title in room.choices[:99]]]
    chosen = next((one for one in options if one["value"] == (room.agent or ALL)), options[0])
    return select(Action.HOME_FILTER, options, placeholder="Agent", initial=chosen)


def _entry(one: Waiting, now: float) -> list[Block]:
    escalation = one.escalation
    left = escalation.expires_at - now
    risk = []
    if escalation.tier.rank >= Tier.HIGH.rank:
        risk = [t.words(f"{escalation.tier.capitalize()} risk", bold=True, code=True), t.words("  ")]
    practice = [t.words("Practice: ", italic=True)] if escalation.kind is EscalationKind.SHADOW else []
    asked = t.clip(" ".join(escalation.question.split()), 300)
    about = [paragraph(t.words(t.clip(" ".join(one.about.split()), 160)))] if one.about else []
    due = (
        t.mrkdwn("*due {}*", t.at_time(escalation.expires_at))
        if left < SOON
        else t.mrkdwn("due {}", t.at_time(escalation.expires_at))
    )
    facts = [
        t.mrkdwn("{} E{}", escalation.agent.capitalize(), str(escalation.id)),
        t.mrkdwn("waits {}", t.span(now - escalation.created_at)),
        due,
        t.mrkdwn("for {}", t.at_person(escalation.requester)),
    ]
    if one.link:
        facts.append(t.at_link(one.link, "open card"))
    return [
        divider(),
        rich(paragraph(*risk, *practice, t.words(asked, bold=True)), *about),
        context(t.joined(facts)),
        actions(*_quick(one)),
    ]


def _quick(one: Waiting) -> list[Block]:
    escalation = one.escalation
    ref = Ref(id=escalation.id, version=escalation.version).pack()
    spoken = f"for E{escalation.id}"
    review = button("Review", Action.REVIEW, ref, says=f"Review {spoken}")
    if escalation.kind is EscalationKind.APPROVE and one.quick:
        verb = t.clip(escalation.verb or "Approve", 30)
        return [
            button(verb, Action.APPROVE, ref, style="primary", says=f"{verb} {spoken}"),
            button("Reject", Action.REJECT, ref, says=f"Reject {spoken}"),
            review,
        ]
    return [review]
