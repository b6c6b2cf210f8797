"""When triage may not go on alone, and what it shows to those who decide. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.core.caution import cautions
from agents.core.desk import Entry, Priority, Ticket
from agents.core.job import Evidence, StopReason
from agents.core.reasoning import Classification, evidence_of
from agents.core.redaction import redact

URGENT_DOUBT = (0.35, 0.65)
"""A chance of high or urgent inside this range is too open to be guessed."""

_FEWEST_WORDS = 3
_SMALL_TALK_WORDS = 4
_SMALL_TALK_SURE = 0.9
_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST_SENTENCES = 3


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What the reasoner makes of a request."""

    queue: Classification
    priority: Classification


def proposed(judged: Judgement) -> tuple[str, Priority]:
    """The queue and priority to propose: the best real queue, also when the text looks off-topic."""
    ranking = judged.queue.ranking
    real = ranking[1:] if judged.queue.off_topic and len(ranking) > 1 else ranking
    return real[0].label, Priority(judged.priority.label)


def case_type(queue: str, priority: Priority) -> str:
    """The class of case that autonomy is earned for."""
    return f"{queue}/{priority}"


def is_small_talk(text: str, judged: Judgement) -> bool:
    """Whether a message is a few words that ask for nothing, such as thanks: no ticket is opened for those."""
    few = len(text.split()) <= _SMALL_TALK_WORDS and "?" not in text
    return few and judged.queue.off_topic and judged.queue.confidence >= _SMALL_TALK_SURE and not cautions(text)


def doubts(ticket: Ticket, text: str, judged: Judgement) -> tuple[StopReason | None, str]:
    """The stop condition that weighs most, and up to three sentences for the card; (None, "") when all is clear."""
    queue, priority = proposed(judged)
    found: list[tuple[StopReason, str]] = []
    signs = cautions(text)
    if signs:
        found.append((StopReason.OUTSIDE_POLICY, f"Look at the text before anything happens: {signs[0].what}."))
    if ticket.vip:
        found.append((StopReason.HIGH_VALUE, f"{ticket.customer or 'This customer'} is marked as a VIP customer."))
    words = len(_WORD.findall(text))
    if words < _FEWEST_WORDS:
        found.append((StopReason.MISSING_DATA, f"There is too little to go by: {words} word{'s' * (words != 1)}."))
    if ticket.customer_queue and ticket.customer_queue != queue:
        found.append(
            (
                StopReason.SOURCES_CONFLICT,
                f"The text reads like {queue}, but the customer's record names {ticket.customer_queue}.",
            )
        )
    if ticket.queue and ticket.queue != queue:
        found.append(
            (StopReason.SOURCES_CONFLICT, f"Somebody put it into {ticket.queue}; the text reads like {queue}.")
        )
    found += _unsure(judged, queue)
    chance = judged.priority.probability(Priority.HIGH, Priority.URGENT)
    if URGENT_DOUBT[0] <= chance <= URGENT_DOUBT[1]:
        found.append(
            (
                StopReason.LOW_CONFIDENCE,
                f"It may be urgent: the chance of high or urgent is {chance:.0%}, I propose {priority}.",
            )
        )
    if not found:
        return None, ""
    return found[0][0], " ".join(sentence for _, sentence in found[:_MOST_SENTENCES])


def _unsure(judged: Judgement, queue: str) -> list[tuple[StopReason, str]]:
    answer = judged.queue
    if answer.off_topic:
        return [
            (
                StopReason.LOW_CONFIDENCE,
                f"It may be no support request at all ({answer.confidence:.0%}). If it is one, {queue} fits best.",
            )
        ]
    if answer.sure:
        return []
    second = answer.runner_up
    if second and answer.near_tie():
        return [
            (
                StopReason.SOURCES_CONFLICT,
                f"Two queues fit almost equally: {answer.label} {answer.confidence:.0%}, "
                f"{second.label} {second.probability:.0%}.",
            )
        ]
    if answer.threshold is None:
        return [(StopReason.LOW_CONFIDENCE, f"I have too few examples to be right in {answer.target:.0%} of cases.")]
    return [
        (
            StopReason.LOW_CONFIDENCE,
            f"I am {answer.confidence:.0%} sure of {answer.label}; to act alone I need {answer.threshold:.0%}.",
        )
    ]


def evidence_for(ticket: Ticket, judged: Judgement, similar: Sequence[dict[str, Any]]) -> tuple[Evidence, ...]:
    """What speaks for the proposal: the request itself, probabilities, known cases, deciding words, the customer."""
    shown = [Evidence(label=f"Ticket {ticket.id}", text=redact(_start(ticket.text)), url=ticket.url)]
    shown += evidence_of(judged.queue)
    ranking = ", ".join(f"{scored.label} {scored.probability:.0%}" for scored in judged.priority.ranking[:3])
    reasons = ", ".join(word.text for word in judged.priority.words[:3] if word.weight > 0)
    shown.append(Evidence(label="Priority", text=f"{ranking}; because of: {reasons}" if reasons else ranking))
    shown += [
        Evidence(
            label=f"Similar ticket {near['ticket']} ({near['queue'] or 'no queue'}, {near['similarity']:.0%})",
            text=redact(str(near["subject"])),
            url=near["url"],
        )
        for near in similar[:3]
    ]
    if ticket.customer:
        parts = ["VIP"] if ticket.vip else []
        parts += [f"usual queue {ticket.customer_queue}"] if ticket.customer_queue else []
        shown.append(Evidence(label="Customer", text=f"{ticket.customer}: {', '.join(parts) or 'nothing special'}"))
    return tuple(shown)


def more_evidence(ticket: Ticket, judged: Judgement, lines: Sequence[Entry]) -> tuple[Evidence, ...]:
    """For those who ask for more before they decide."""
    queues = ", ".join(f"{scored.label} {scored.probability:.1%}" for scored in judged.queue.ranking)
    urgency = ", ".join(f"{scored.label} {scored.probability:.1%}" for scored in judged.priority.ranking)
    needed = f"{judged.queue.threshold:.0%}" if judged.queue.threshold is not None else "more examples"
    shown = [
        Evidence(label="The whole request", text=redact(ticket.text[:2_000]), url=ticket.url),
        Evidence(label="Every queue", text=f"{queues}. To act alone I need {needed}."),
        Evidence(label="Every priority", text=urgency),
    ]
    shown += [
        Evidence(label=f"Known: {near.label}, {near.similarity:.0%} alike", text=redact(_start(near.text)))
        for near in judged.queue.nearest
    ]
    shown += [Evidence(label=f"{line.kind.capitalize()} by {line.by}", text=redact(line.text[:300])) for line in lines]
    return tuple(shown)


def _start(text: str, limit: int = 300) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
