"""Reminders of open questions."""

from collections.abc import Sequence

from agents.core.records import EscalationRecord
from handlers.blocks import text as t
from handlers.blocks.elements import Block
from handlers.blocks.messages import said

LISTED = 5


def reminder(
    open_questions: Sequence[EscalationRecord], *, passed_on: bool, links: Sequence[str | None] = ()
) -> tuple[str, list[Block]]:
    """One message for one question, or for several of the same people with a count. `links` lead to their cards."""
    first = open_questions[0]
    to = t.joined(audience(first), " ")
    if len(open_questions) == 1:
        lead = "Nobody has answered yet, so you are asked too" if passed_on else "Still waiting for you"
        due = t.at_time(first.expires_at)
        return said(t.mrkdwn("{} {}: {} Due {}.", to, lead, t.clip(first.question, 400), due))
    head = t.mrkdwn("{} {} for you:", to, t.count(len(open_questions), "question waits", "questions wait"))
    lines = [
        _line(one, links[place] if place < len(links) else None) for place, one in enumerate(open_questions[:LISTED])
    ]
    if len(open_questions) > LISTED:
        lines.append(t.mrkdwn("… and {} more; my Home tab has them all.", str(len(open_questions) - LISTED)))
    return said(t.Mrkdwn("\n".join([head, *lines])))


def held_back(waiting: int) -> tuple[str, list[Block]]:
    """Cards are kept back because too many came at once."""
    many = t.count(waiting, "more question waits", "more questions wait") if waiting else "More questions wait"
    return said(
        t.mrkdwn("{} in the inbox: I post cards a few at a time. `/ops inbox` or my Home tab shows them all.", many)
    )


def moved(channel: str, waiting: int) -> tuple[str, list[Block]]:
    """Cards come to the people who may answer, because their channel takes none any more."""
    what = t.count(waiting, "question that waits", "questions that wait")
    here = "Here is" if waiting == 1 else "Here are"
    return said(
        t.mrkdwn(
            "I can no longer write in {}. {} the {} there for an answer of yours; my Home tab has them all. "
            "Invite me again to have the next ones there.",
            t.at_channel(channel),
            here,
            what,
        )
    )


def audience(escalation: EscalationRecord) -> list[t.Mrkdwn]:
    """Whom a reminder names: the person it was handed to, else groups and people who may decide, at most five."""
    if escalation.assigned_to:
        return [t.at_person(escalation.assigned_to)]
    groups = [t.at_group(str(one)) for one in escalation.approvers.get("groups", ())]
    users = [t.at_person(one if "/" in one else f"slack/{one}") for one in escalation.approvers.get("users", ())]
    return (groups + users)[:5]


def _line(one: EscalationRecord, link: str | None) -> t.Mrkdwn:
    asked = t.clip(" ".join(one.question.split()), 150)
    number = t.at_link(link, f"E{one.id}") if link else t.mrkdwn("E{}", str(one.id))
    return t.mrkdwn("• {} {} Due {}.", number, asked, t.at_time(one.expires_at))
