"""Triage: finds the queue and the priority of a support request, and asks when it must not decide alone."""

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from pydantic import Field

from agents.core.contract import AgentSpec, Check, Lane, Record, Trigger
from agents.core.desk import NewTicket, Priority, Ticket, TicketDesk
from agents.core.errors import InvalidInput
from agents.core.job import CallOutcome, CallState, Evidence, Job
from agents.core.reasoning import ExampleBook, Reasoner
from agents.core.records import EscalationRecord
from agents.library.triage_lessons import lessons_from
from agents.library.triage_rules import (
    Judgement,
    case_type,
    doubts,
    evidence_for,
    is_small_talk,
    more_evidence,
    proposed,
)
from agents.tools.desk import assign_ticket, read_ticket
from agents.tools.similar import find_similar

TICKET_NUMBER = re.compile(r"^(?:#|ticket #?)(\d{1,15})$", re.IGNORECASE)
_LONGEST_SUBJECT = 120


class TriageInput(Record):
    """A request as somebody wrote it, or the number of a ticket that is on the desk already."""

    text: str = Field(default="", max_length=40_000)
    ticket: int | None = Field(default=None, ge=1)


class TriageOutput(Record):
    """What became of the request. `queue` and `priority` are what the ticket has now; None when nobody set them."""

    ticket: int | None
    outcome: str
    queue: str | None = None
    priority: Priority | None = None
    confidence: float | None = None
    by: str | None = None


async def run(job: Job, request: TriageInput) -> TriageOutput:
    """Reads, judges, calls once, tells, and learns from what people made of it."""
    if request.ticket is None and not request.text.strip():
        raise InvalidInput("There is nothing to triage. Write the request, or the number of a ticket: triage #482")
    await job.progress("Read the request")
    text = request.text
    if request.ticket is not None:
        text = (await job.step("read the ticket", partial(job.port(TicketDesk).read, request.ticket), of=Ticket)).text
    judged = await job.step("judge the request", partial(judge, job, text), of=Judgement)
    if request.ticket is None and job.source.kind == "message" and is_small_talk(text, judged):
        return TriageOutput(ticket=None, outcome="no request", confidence=judged.queue.confidence)
    ticket = await job.step("open the ticket", partial(locate, job, request), of=Ticket)
    queue, priority = proposed(judged)
    if (ticket.queue, ticket.priority) == (queue, priority):
        return TriageOutput(ticket=ticket.id, outcome="already there", queue=queue, priority=priority)
    similar = await job.call(find_similar, text=text[:40_000], apart_from=ticket.id)
    stop, because = doubts(ticket, text, judged)
    await job.progress(f"Assign ticket {ticket.id}")
    outcome = await job.call(
        assign_ticket,
        because=because,
        stop=stop,
        evidence=evidence_for(ticket, judged, similar.result or []),
        confidence=judged.queue.confidence,
        case_type=case_type(queue, priority),
        ticket=ticket.id,
        queue=queue,
        priority=priority,
    )
    taught = lessons_from(job.id, ticket, judged, outcome)
    if taught:
        await job.step("remember what people decided", partial(job.port(ExampleBook).remember, taught))
    if outcome.state is not CallState.SHADOW:
        await job.reply(_answer(ticket, outcome))
    return _output(ticket, judged, outcome)


async def judge(job: Job, text: str) -> Judgement:
    """Queue and priority by what is known today; the text is data, whatever it says."""
    reasoner, book = job.port(Reasoner), job.port(ExampleBook)
    queue = await reasoner.classify(text, task="queue", learned=await book.learned("queue"))
    priority = await reasoner.classify(text, task="priority", learned=await book.learned("priority"))
    return Judgement(queue=queue, priority=priority)


async def locate(job: Job, request: TriageInput) -> Ticket:
    """The ticket named, or the one of this message; the same message opens one ticket, however often it comes."""
    desk = job.port(TicketDesk)
    if request.ticket is not None:
        return await desk.read(request.ticket)
    source = job.source
    lines = request.text.strip().splitlines()
    return await desk.open(
        NewTicket(
            subject=lines[0][:_LONGEST_SUBJECT],
            body=request.text,
            requester=job.requester,
            origin=f"slack:{source.channel}/{source.ts}" if source.channel and source.ts else f"job:{job.id}",
            channel=source.channel,
            thread_ts=source.thread_ts or source.ts,
            url=source.url,
        )
    )


def _answer(ticket: Ticket, outcome: CallOutcome) -> str:
    """What the person who asked reads in the thread."""
    match outcome.state:
        case CallState.DONE:
            queue, priority = outcome.args["queue"], outcome.args["priority"]
            return f"Ticket {ticket.id} is now with {str(queue).capitalize()}, priority {priority}."
        case CallState.REJECTED:
            reason = f" The reason given: {outcome.reason}" if outcome.reason else ""
            return f"Ticket {ticket.id} stays where it is; a person decided against my proposal.{reason}"
        case CallState.TAKEN_OVER:
            return f"A person has taken over ticket {ticket.id}."
        case _:
            return f"Nobody decided about ticket {ticket.id} in time. It is open and has no queue yet."


def _output(ticket: Ticket, judged: Judgement, outcome: CallOutcome) -> TriageOutput:
    done = outcome.done
    return TriageOutput(
        ticket=ticket.id,
        outcome=str(outcome.state),
        queue=outcome.args["queue"] if done else ticket.queue,
        priority=Priority(outcome.args["priority"]) if done else ticket.priority,
        confidence=judged.queue.confidence,
        by=outcome.by,
    )


async def explain(job: Job, asked: EscalationRecord, question: str) -> Sequence[Evidence]:  # noqa: ARG001 - every agent's `explain` is called alike
    """More than fits on the card: every queue's chance, all known requests that are near, and what happened so far."""
    desk = job.port(TicketDesk)
    ticket = await desk.read(int(asked.args["ticket"]))
    judged = await judge(job, ticket.text)
    lines = await desk.history(ticket.id, limit=10)
    return more_evidence(ticket, judged, lines)


def from_text(text: str) -> TriageInput:
    """`#482` or `ticket 482` is one on the desk; anything else is the request itself. Raises `InvalidInput` for nothing."""
    number = TICKET_NUMBER.match(text.strip())
    if number:
        return TriageInput(ticket=int(number[1]))
    if not text.strip():
        raise InvalidInput("Write the request or a ticket's number. Example: run triage #482")
    return TriageInput(text=text)


def summary(request: TriageInput) -> str:
    """What people see in lists of jobs."""
    if request.ticket is not None:
        return f"Triage ticket {request.ticket}"
    words = " ".join(request.text.split())
    return f"Triage: {words[:60]}{'…' if len(words) > 60 else ''}"


triage = AgentSpec(
    name="triage",
    title="Ticket triage",
    purpose="Finds the queue and the priority of a support request, and asks a person when it is not sure.",
    version="1",
    owner="support lead",
    input=TriageInput,
    output=TriageOutput,
    run=run,
    tools=(read_ticket, find_similar, assign_ticket),
    triggers=frozenset({Trigger.MESSAGE, Trigger.COMMAND, Trigger.SHORTCUT, Trigger.JOB, Trigger.WEBHOOK}),
    forbidden=("send_reply", "set_status"),
    lane=Lane.FAST,
    deadline=timedelta(days=2),
    evidence=("probabilities", "nearest known requests", "words that decided", "similar tickets", "customer record"),
    checks=(
        Check(says="queue is one that the examples name or that a person named"),
        Check(
            says="its confidence is a share from 0 to 1",
            holds=lambda _, made: made.confidence is None or 0 <= made.confidence <= 1,
        ),
    ),
    failure="The ticket stays open without a queue, the owner is told, and the job is kept as a dead letter.",
    summary=summary,
    explain=explain,
    from_text=from_text,
)
