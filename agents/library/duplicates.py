"""Finds tickets that say the same thing twice and proposes to close the later one."""

from datetime import timedelta
from functools import partial

from pydantic import Field, TypeAdapter

from agents.core.caution import cautions
from agents.core.contract import AgentSpec, Check, Lane, Record, Trigger
from agents.core.desk import Ticket, TicketStatus
from agents.core.job import CallState, Evidence, Job, StopReason
from agents.core.redaction import redact
from agents.reasoning.matching import Match, find_matches
from agents.tools.desk import list_tickets
from agents.tools.duplicates import close_duplicate

CERTAIN = 0.9
"""From here on, and from the same person, two tickets are taken for the same without asking; below people decide."""

_COMPARED = 600


class DuplicatesInput(Record):
    """How many proposals to make at most; the most alike come first."""

    most: int = Field(default=5, ge=1, le=20)


class DuplicatesOutput(Record):
    """What was compared and what came of it."""

    compared: int
    found: int
    closed: list[int]
    kept: list[int]


async def run(job: Job, request: DuplicatesInput) -> DuplicatesOutput:
    """Compares the open tickets, then asks for one pair after the other."""
    await job.progress("Compare the open tickets")
    listed = await job.call(list_tickets, status=TicketStatus.OPEN, limit=200)
    tickets = {str(ticket.id): ticket for ticket in TypeAdapter(list[Ticket]).validate_python(listed.result)}
    matches = await job.step("find what is alike", partial(_alike, tickets), of=list[Match])
    closed: list[int] = []
    kept: list[int] = []
    for first, again, match in _pairs(matches, tickets)[: request.most]:
        stop, because = _doubts(first, again, match)
        outcome = await job.call(
            close_duplicate,
            because=because,
            stop=stop,
            evidence=_evidence(first, again, match),
            confidence=match.alike,
            case_type="duplicate/same person" if first.requester == again.requester else "duplicate/other person",
            ticket=again.id,
            duplicate_of=first.id,
        )
        if outcome.state is CallState.DONE:
            closed.append(again.id)
        else:
            kept.append(again.id)
    await job.reply(_told(len(tickets), closed, kept))
    return DuplicatesOutput(compared=len(tickets), found=len(matches), closed=closed, kept=kept)


async def _alike(tickets: dict[str, Ticket]) -> list[Match]:
    return find_matches({key: {"text": ticket.text[:_COMPARED]} for key, ticket in tickets.items()})


def _pairs(matches: list[Match], tickets: dict[str, Ticket]) -> list[tuple[Ticket, Ticket, Match]]:
    """Each later ticket once, with the earlier one that it is most like. One that is to stay open is not closed."""
    chosen: list[tuple[Ticket, Ticket, Match]] = []
    staying: set[int] = set()
    going: set[int] = set()
    for match in matches:
        first, again = sorted((tickets[match.first], tickets[match.second]), key=lambda ticket: ticket.id)
        if again.id in going | staying or first.id in going:
            continue
        going.add(again.id)
        staying.add(first.id)
        chosen.append((first, again, match))
    return chosen


def _doubts(first: Ticket, again: Ticket, match: Match) -> tuple[StopReason | None, str]:
    signs = cautions(again.text)
    if signs:
        return StopReason.OUTSIDE_POLICY, f"Look at the text before anything happens: {signs[0].what}."
    if again.vip:
        return StopReason.HIGH_VALUE, f"{again.customer or 'This customer'} is marked as a VIP customer."
    if first.requester != again.requester:
        return StopReason.SOURCES_CONFLICT, "Two different people wrote these, so both may wait for an answer."
    if match.alike < CERTAIN:
        return StopReason.LOW_CONFIDENCE, f"They are {match.alike:.0%} alike; to close alone I need {CERTAIN:.0%}."
    return None, ""


def _evidence(first: Ticket, again: Ticket, match: Match) -> tuple[Evidence, ...]:
    def shown(ticket: Ticket, role: str) -> Evidence:
        text = redact(" ".join(ticket.text.split())[:300])
        return Evidence(label=f"Ticket {ticket.id}, {role}", text=text, url=ticket.url)

    return (
        shown(first, "stays open"),
        shown(again, "would be closed"),
        Evidence(label="Alike", text=f"{match.alike:.0%} of their words, in any order"),
    )


def _told(compared: int, closed: list[int], kept: list[int]) -> str:
    def numbers(ids: list[int]) -> str:
        return ", ".join(str(one) for one in ids)

    if not closed and not kept:
        return f"{compared} open tickets, none of them twice."
    parts = [f"closed as duplicates: {numbers(closed)}"] if closed else []
    parts += [f"left open: {numbers(kept)}"] if kept else []
    return f"{compared} open tickets; {'; '.join(parts)}."


duplicates = AgentSpec(
    name="duplicates",
    title="Duplicate tickets",
    purpose="Finds open tickets that say the same thing and proposes to close the later one.",
    version="1",
    owner="support lead",
    input=DuplicatesInput,
    output=DuplicatesOutput,
    run=run,
    tools=(list_tickets, close_duplicate),
    triggers=frozenset({Trigger.COMMAND, Trigger.SCHEDULE, Trigger.JOB, Trigger.WEBHOOK}),
    forbidden=("send_reply",),
    lane=Lane.NORMAL,
    deadline=timedelta(days=2),
    evidence=("both texts", "how alike they are"),
    checks=(
        Check(says="the ticket that stays open is on the desk"),
        Check(
            says="a ticket that stays is never closed in the same run",
            holds=lambda _, made: not set(made.closed) & set(made.kept),
        ),
    ),
    failure="Nothing more is closed; the owner is told and the job is kept as a dead letter.",
    summary=lambda request: f"Look for duplicates, at most {request.most} proposals",
    case_types=("duplicate/same person", "duplicate/other person"),
)
