"""What a decision about a triage proposal teaches. Pure functions."""

import re

from agents.core.caution import Sign, cautions
from agents.core.desk import Priority, Ticket
from agents.core.job import CallOutcome, CallState
from agents.core.reasoning import Example, Lesson
from agents.core.redaction import redact
from agents.library.triage_rules import Judgement

APPROVED, CORRECTED, REJECTED = 1.0, 2.0, 1.0
"""Weights: a correction says more than a nod."""

_NO_TICKET = re.compile(
    r"\b(spam|off[- ]?topic|not? (a |an )?(real )?(ticket|request)|no request|small talk|wrong channel)\b",
    re.IGNORECASE,
)
_LONGEST = 4_000


def lessons_from(job: int, ticket: Ticket, judged: Judgement, outcome: CallOutcome) -> tuple[Lesson, ...]:
    """Lessons for queue and priority, with secrets taken out. A text that gives orders teaches nothing.

    What ran without a person teaches nothing either: a model that learns from itself only grows more certain.
    """
    orders = any(caution.sign is not Sign.SECRET for caution in cautions(ticket.text))
    if orders or outcome.by is None:
        return ()
    text, ref = redact(ticket.text)[:_LONGEST], f"ticket {ticket.id}"
    if outcome.state is CallState.DONE:
        known = [("queue", judged.queue.label), ("priority", judged.priority.label)]
        examples = [
            (task, Example(text=text, label=label, weight=APPROVED if label == guess else CORRECTED, ref=ref))
            for task, guess in known
            for label in (str(outcome.args[task]),)
        ]
    elif outcome.state is CallState.REJECTED:
        examples = _from_reason(text, ref, judged, outcome)
    else:
        return ()
    return tuple(
        Lesson(key=f"triage:{job}:{task}", task=task, example=example, by=outcome.by) for task, example in examples
    )


def _from_reason(text: str, ref: str, judged: Judgement, outcome: CallOutcome) -> list[tuple[str, Example]]:
    """A reason that names another queue or priority is a correction; else the queue proposed was wrong."""
    queues = [scored.label for scored in judged.queue.ranking]
    queue, priority = str(outcome.args["queue"]), str(outcome.args["priority"])
    named = _named(outcome.reason, queues)
    urgency = _named(outcome.reason, list(Priority))
    taught: list[tuple[str, Example]] = []
    if _NO_TICKET.search(outcome.reason) and "other" in queues:
        return [("queue", Example(text=text, label="other", weight=CORRECTED, ref=ref))]
    if named and named != queue:
        taught.append(("queue", Example(text=text, label=named, weight=CORRECTED, ref=ref)))
    if urgency and urgency != priority:
        taught.append(("priority", Example(text=text, label=urgency, weight=CORRECTED, ref=ref)))
    if not taught:
        taught.append(("queue", Example(text=text, label=queue, weight=REJECTED, wrong=True, ref=ref)))
    return taught


def _named(reason: str, names: list[str]) -> str | None:
    """The one name that a reason holds; None when it holds none or several."""
    held = [name for name in names if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", reason, re.IGNORECASE)]
    return held[0] if len(held) == 1 else None
