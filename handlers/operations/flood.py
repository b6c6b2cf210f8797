"""Flood control: at most so many cards a minute before one person; the rest wait in the inbox, critical ones first.

A card counts once for each person that it asks, by name or through a group (`agents.core.crowding`). A quarter of the room is
kept for critical cards, so that one of them never waits behind a hundred others.
"""

from agents.core.contract import Tier
from agents.core.crowding import faces, most_seen
from agents.core.policy import Limits, Policy
from agents.core.records import EscalationRecord
from storage import cards, escalations, rosters
from storage.outbox import Urgency, put
from storage.store import Tx

MINUTE = 60.0
KEPT_FOR_CRITICAL = 0.25
NOBODY = "nobody"


def show_card(tx: Tx, escalation: EscalationRecord, limits: Limits) -> bool:
    """Queues the card, unless the people it asks have had their share this minute. Returns whether it did."""
    audience = faces(audience_of(escalation), rosters.known(tx)) or [NOBODY]
    critical = escalation.tier is Tier.CRITICAL
    room = limits.cards_per_minute
    if not critical:
        room = max(1, room - int(room * KEPT_FOR_CRITICAL))
    if most_seen(cards.counted(tx, since=tx.now - MINUTE), audience) >= room:
        _say_more_wait(tx, escalation)
        return False
    cards.count(tx, audience)
    escalations.change(tx, escalation.id, posted_at=tx.now)
    put(
        tx,
        "post",
        "escalation_card",
        channel=escalation.channel,
        thread_ts=escalation.thread_ts,
        stream=f"escalation:{escalation.id}",
        urgency=Urgency.CRITICAL if critical else Urgency.ESCALATION,
        subject=f"escalation:{escalation.id}",
        job_id=escalation.job_id,
        escalation_id=escalation.id,
    )
    return True


def release_cards(tx: Tx, policy: Policy, *, limit: int = 100) -> int:
    """Shows cards that were held back, as far as there is room now: the riskiest and then the oldest first. Returns how
    many. To be called every few seconds."""
    cards.forget(tx, before=tx.now - MINUTE)
    shown = 0
    for escalation in escalations.held_back(tx, limit=limit):
        shown += show_card(tx, escalation, policy.of(escalation.agent).limits)
    return shown


def audience_of(escalation: EscalationRecord) -> list[str]:
    """Whom a card is put before: each user and each group it asks, and its channel when it asks nobody."""
    people = [*escalation.approvers.get("users", ()), *escalation.approvers.get("groups", ())]
    if escalation.assigned_to:
        people.append(escalation.assigned_to)
    return sorted({str(one).rpartition("/")[2] for one in people}) or [escalation.channel or NOBODY]


def _say_more_wait(tx: Tx, escalation: EscalationRecord) -> None:
    """One message for all that wait in a channel, drawn from the rows when it is sent."""
    if not escalation.channel:
        return
    subject = f"held:{escalation.channel}"
    if cards.said_lately(tx, subject, since=tx.now - MINUTE):
        return
    cards.count(tx, [subject])
    put(
        tx,
        "post",
        "held_back",
        channel=escalation.channel,
        stream=subject,
        urgency=Urgency.ESCALATION,
        subject=subject,
        channel_id=escalation.channel,
    )
