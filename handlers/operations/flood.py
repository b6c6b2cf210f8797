"""Flood control: at most so many cards a minute before one person; the rest wait in the inbox, critical ones first.

A card counts once for each person that it asks, by name or through a group (`agents.core.crowding`). A quarter of the room is
kept for critical cards, so that one of them never waits behind a hundred others.
"""

from collections.abc import Sequence

from agents.core.contract import Tier
from agents.core.crowding import faces, most_seen, reachable
from agents.core.ids import PersonId, person_id, team_of
from agents.core.policy import Limits, Policy
from agents.core.records import EscalationRecord
from storage import cards, escalations, rosters
from storage.outbox import Urgency, put
from storage.store import Tx

MINUTE = 60.0
KEPT_FOR_CRITICAL = 0.25
NOBODY = "nobody"
MOST_DIRECTLY = 20
"""People that one card is brought to; a group of hundreds is not written to one by one."""


def show_card(tx: Tx, escalation: EscalationRecord, limits: Limits) -> bool:
    """Queues the card, unless the people it asks have had their share this minute. Returns whether it did. Without a
    channel it goes to those people directly."""
    asked, known = audience_of(escalation), rosters.known(tx)
    audience = faces(asked, known) or [NOBODY]
    critical = escalation.tier is Tier.CRITICAL
    room = limits.cards_per_minute
    if not critical:
        room = max(1, room - int(room * KEPT_FOR_CRITICAL))
    if most_seen(cards.counted(tx, since=tx.now - MINUTE), audience) >= room:
        _say_more_wait(tx, escalation)
        return False
    cards.count(tx, audience)
    escalations.change(tx, escalation.id, posted_at=tx.now)
    for person in _directly(escalation, reachable(asked, known)):
        put(
            tx,
            "post",
            "escalation_card",
            channel=escalation.channel,
            thread_ts=escalation.thread_ts,
            user=person,
            stream=f"escalation:{escalation.id}",
            urgency=Urgency.CRITICAL if critical else Urgency.ESCALATION,
            subject=f"escalation:{escalation.id}",
            job_id=escalation.job_id,
            escalation_id=escalation.id,
        )
    return True


def _directly(escalation: EscalationRecord, people: Sequence[str]) -> Sequence[PersonId | None]:
    """To whom the card goes by name; None stands for its channel, and for whoever answers for the agent when there is none."""
    if escalation.channel or not people:
        return [None]
    team = team_of(escalation.requester)
    return [person_id(team, user) for user in people[:MOST_DIRECTLY]]


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
