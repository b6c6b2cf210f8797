"""Drafts the reply to a ticket from its history and from how similar tickets were answered; a person sends it.

With a language model the model reads and writes; without one the draft is made of sentences from past replies. Either way
the draft reaches the customer only through `send_reply`, which people approve, edit or reject.
"""

from datetime import timedelta
from functools import partial
from typing import Annotated

from pydantic import Field, TypeAdapter

from agents.core.caution import cautions
from agents.core.contract import AgentSpec, Budget, Check, Record, Tier, Trigger
from agents.core.desk import Entry, EntryKind, Ticket
from agents.core.errors import InvalidInput, LowConfidence, Misconfigured
from agents.core.job import CallOutcome, CallState, Evidence, Job, StopReason
from agents.core.models import LanguageModel, mark
from agents.core.reasoning import Draft, DraftRequest, Passage, Reasoner
from agents.core.redaction import redact
from agents.library.triage import TICKET_NUMBER
from agents.reasoning.prompts import read_prompt
from agents.tools.desk import add_note, read_history, read_ticket, send_reply
from agents.tools.similar import find_similar

SURE = 0.5
"""A draft less sure than this says so on the card."""

_READING = (read_ticket, read_history, find_similar)


class DraftInput(Record):
    """Which ticket to answer."""

    ticket: int = Field(ge=1, description="Number of the ticket")


class ReplyDraft(Record):
    """What a language model hands back."""

    text: Annotated[str, Field(min_length=1, max_length=8_000, description="The reply, ready to send")]
    sources: Annotated[list[str], Field(max_length=10, description='Ids of the sources used, such as "ticket 12"')]
    missing: Annotated[list[str], Field(max_length=10, description="What could not be found out")] = []
    confidence: Annotated[float, Field(ge=0, le=1)]


class DraftOutput(Record):
    """The draft as sent or as left. `outcome` is done, rejected, expired, taken_over or shadow."""

    ticket: int
    outcome: str
    text: str
    sources: list[str]
    confidence: float
    made_by: str


async def run(job: Job, request: DraftInput) -> DraftOutput:
    """Reads, drafts, and puts the draft to people."""
    await job.progress(f"Read ticket {request.ticket}")
    ticket = TypeAdapter(Ticket).validate_python((await job.call(read_ticket, ticket=request.ticket)).result)
    passages = await _passages(job, ticket)
    await job.progress("Write a draft")
    draft = await _draft(job, ticket, passages)
    stop, because = _doubts(ticket, draft)
    outcome = await job.call(
        send_reply,
        because=because,
        stop=stop,
        evidence=_evidence(ticket, draft),
        confidence=draft.confidence,
        case_type=f"reply/{ticket.queue or 'no queue'}",
        ticket=ticket.id,
        text=draft.text,
    )
    if outcome.state is not CallState.SHADOW:
        await job.reply(_told(ticket, outcome))
    return DraftOutput(
        ticket=ticket.id,
        outcome=str(outcome.state),
        text=str(outcome.args.get("text", draft.text)),
        sources=[source.ref for source in draft.sources],
        confidence=draft.confidence,
        made_by=draft.model,
    )


async def _passages(job: Job, ticket: Ticket) -> tuple[Passage, ...]:
    """What was answered before: in this ticket, and in those like it."""
    found: list[Passage] = []
    similar = (await job.call(find_similar, text=ticket.text[:40_000], apart_from=ticket.id)).result or []
    places = [(ticket.id, ticket.subject, ticket.url)]
    places += [(int(near["ticket"]), str(near["subject"]), near["url"]) for near in similar]
    for number, title, url in places:
        lines = TypeAdapter(list[Entry]).validate_python((await job.call(read_history, ticket=number)).result)
        replies = [redact(line.text) for line in lines if line.kind in (EntryKind.REPLY, EntryKind.NOTE)]
        if replies:
            found.append(Passage(ref=f"ticket {number}", title=redact(title), text="\n".join(replies), url=url))
    return tuple(found)


async def _draft(job: Job, ticket: Ticket, passages: tuple[Passage, ...]) -> Draft:
    try:
        model = job.port(LanguageModel)
    except Misconfigured:
        return await _extract(job, ticket, passages)
    wish = f"Draft a reply to ticket {ticket.id}.\n\n{mark(redact(ticket.text), f'ticket {ticket.id}')}"
    try:
        made = await model.run(
            job, prompt=read_prompt("draft_reply"), request=wish, tools=(*_READING, add_note), answer=ReplyDraft
        )
    except LowConfidence:
        return await _extract(job, ticket, passages)
    known = {passage.ref: passage for passage in passages}
    named = [known.get(ref, Passage(ref=ref[:80], title="named by the model", text="")) for ref in made.sources]
    return Draft(
        text=redact(made.text),
        confidence=made.confidence,
        sources=tuple(named),
        missing=tuple(made.missing),
        model=model.name,
    )


async def _extract(job: Job, ticket: Ticket, passages: tuple[Passage, ...]) -> Draft:
    request = DraftRequest(question=redact(ticket.body), subject=redact(ticket.subject), passages=passages)
    return await job.step("write a draft", partial(job.port(Reasoner).draft, request), of=Draft)


def _doubts(ticket: Ticket, draft: Draft) -> tuple[StopReason | None, str]:
    signs = cautions(ticket.text)
    if signs:
        return StopReason.OUTSIDE_POLICY, f"Look at the ticket before anything is sent: {signs[0].what}."
    if ticket.vip:
        return StopReason.HIGH_VALUE, f"{ticket.customer or 'This customer'} is marked as a VIP customer."
    if not draft.sources:
        return StopReason.MISSING_DATA, "No source answers this; the draft only says that somebody is looking into it."
    if draft.confidence < SURE:
        missing = f" {' '.join(draft.missing)}" if draft.missing else ""
        return StopReason.LOW_CONFIDENCE, f"I am {draft.confidence:.0%} sure of this draft.{missing}"[:500]
    return None, "A reply cannot be taken back, so a person sends it."


def _evidence(ticket: Ticket, draft: Draft) -> tuple[Evidence, ...]:
    shown = [Evidence(label=f"Ticket {ticket.id}", text=redact(" ".join(ticket.text.split())[:300]), url=ticket.url)]
    shown += [
        Evidence(label=f"Source: {source.ref} {source.title}"[:120], text=source.text[:300], url=source.url)
        for source in draft.sources[:5]
    ]
    shown += [Evidence(label="Not found", text=missing[:300]) for missing in draft.missing[:3]]
    return (*shown, Evidence(label="Written by", text=draft.model))


def _told(ticket: Ticket, outcome: CallOutcome) -> str:
    match outcome.state:
        case CallState.DONE:
            return f"The reply to ticket {ticket.id} was sent."
        case CallState.REJECTED:
            return f"The draft for ticket {ticket.id} was not sent. {outcome.reason}".strip()
        case CallState.TAKEN_OVER:
            return f"A person answers ticket {ticket.id}."
        case _:
            return f"Nobody decided about the draft for ticket {ticket.id} in time; nothing was sent."


def from_text(text: str) -> DraftInput:
    """`#482`, `ticket 482` or `482`. Raises `InvalidInput`."""
    number = TICKET_NUMBER.match(text.strip()) or TICKET_NUMBER.match(f"#{text.strip()}")
    if number is None:
        raise InvalidInput("Which ticket? Example: run draft #482")
    return DraftInput(ticket=int(number[1]))


draft = AgentSpec(
    name="draft",
    title="Reply draft",
    purpose="Drafts the reply to a ticket from its history and from similar tickets; a person reads it and sends it.",
    version="1",
    owner="support lead",
    input=DraftInput,
    output=DraftOutput,
    run=run,
    tools=(*_READING, add_note, send_reply),
    triggers=frozenset({Trigger.COMMAND, Trigger.SHORTCUT, Trigger.JOB}),
    forbidden=("assign_ticket", "set_status"),
    tier=Tier.HIGH,
    deadline=timedelta(days=2),
    budget=Budget(steps=120, tool_calls=60, tokens=60_000, cost_usd=0.5),
    evidence=("the ticket", "each source used", "what was not found", "who wrote the draft"),
    checks=(Check(says="an approver has read the text that is sent"),),
    failure="Nothing is sent; the owner is told and the job is kept as a dead letter.",
    summary=lambda request: f"Draft a reply to ticket {request.ticket}",
    from_text=from_text,
)
