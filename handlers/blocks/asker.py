"""What the person who asked reads while others decide, and when they have."""

from agents.core.ids import user_of
from agents.core.policy import People
from handlers.blocks import text as t
from handlers.blocks.card import Card, everyone, phase_of
from handlers.blocks.card_record import verdict_line
from handlers.blocks.elements import Block
from handlers.blocks.messages import said

QUESTION = 600
NAMED = 4


def waiting_note(card: Card, link: str | None = None) -> tuple[str, list[Block]]:
    """`J3 waits for @billing-leads or @ana, until Fri 14:00: Assign ticket 482 to Billing?`"""
    escalation = card.escalation
    question = t.clip(escalation.question, QUESTION)
    names = _awaited(card)
    if not names:
        return said(
            t.mrkdwn("{} waits, but nobody may answer it: no approver is configured. {}", _job(card, link), question)
        )
    until = t.at_time(escalation.expires_at)
    return said(t.mrkdwn("{} waits for {}, until {}: {}", _job(card, link), _either(names), until, question))


def outcome_note(card: Card, link: str | None = None) -> tuple[str, list[Block]]:
    """The question, and under it how it ended and why, in the words of the card."""
    question = t.mrkdwn("{}: {}", _job(card, link), t.clip(card.escalation.question, QUESTION))
    return said(t.mrkdwn("{}\n{}", verdict_line(card, phase_of(card)), question))


def _job(card: Card, link: str | None) -> t.Mrkdwn:
    number = f"J{card.escalation.job_id}"
    return t.at_link(link, number) if link else t.mrkdwn("{}", number)


def _awaited(card: Card) -> list[t.Mrkdwn]:
    """Who may answer, without the asker: they read this because they may not."""
    if card.escalation.assigned_to:
        return [t.at_person(card.escalation.assigned_to)]
    asker = user_of(card.escalation.requester)
    return everyone(People(users=card.approvers.users - {asker}, groups=card.approvers.groups))


def _either(names: list[t.Mrkdwn]) -> t.Mrkdwn:
    """`@ana, @bo or @cho`."""
    more = len(names) - NAMED
    shown = [*names[:NAMED], t.mrkdwn("{} more", str(more))] if more > 0 else names
    return t.joined([t.joined(shown[:-1], ", "), shown[-1]], " or ")
