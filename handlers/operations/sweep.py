"""What time does to open questions: they expire, remind, and climb the chain. To be called every few seconds by the edge."""

from collections import defaultdict
from dataclasses import dataclass

from agents.core.clock import as_utc
from agents.core.contract import Tier
from agents.core.people import SYSTEM
from agents.core.policy import AgentPolicy, Policy
from agents.core.records import EscalationKind, EscalationRecord, EscalationState
from handlers.operations.decide import wake_job
from handlers.operations.escalate import close, repaint
from handlers.operations.flood import audience_of, release_cards
from storage import escalations
from storage.outbox import Urgency, put
from storage.store import Tx

NEAR_END = 0.9
"""The last reminder comes after this share of the time; the first one after half of it."""


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What one sweep did."""

    expired: int = 0
    passed_on: int = 0
    reminded: int = 0
    shown: int = 0


def sweep_questions(tx: Tx, policy: Policy) -> Swept:
    """Does everything that is due. Safe to run in several processes and as often as you like."""
    return Swept(
        expired=expire_overdue(tx),
        passed_on=climb(tx, policy),
        reminded=remind(tx, policy),
        shown=release_cards(tx, policy),
    )


def expire_overdue(tx: Tx) -> int:
    """Closes questions whose time has run out, and lets their jobs take the failure path. Never an approval."""
    number = 0
    for escalation in escalations.overdue(tx):
        if close(tx, escalation, EscalationState.EXPIRED, outcome="nobody answered in time", actor=SYSTEM):
            wake_job(tx, escalation)
            number += 1
    return number


def climb(tx: Tx, policy: Policy) -> int:
    """Asks the next people of the chain where nobody has answered for long enough."""
    number = 0
    for escalation in escalations.due_to_climb(tx):
        rungs = policy.of(escalation.agent).rungs()
        times = [escalation.created_at + step.after.total_seconds() for step in rungs]
        reached = sum(tx.now >= time for time in times)
        escalations.change(tx, escalation.id, climb_at=min((time for time in times if time > tx.now), default=None))
        if reached <= escalation.passed_on:
            continue
        users, groups = set(escalation.approvers["users"]), set(escalation.approvers["groups"])
        for step in rungs[escalation.passed_on : reached]:
            users |= step.to.users
            groups |= step.to.groups
            if step.channel:
                _tell_channel(tx, escalation, step.channel)
        approvers = {"users": sorted(users), "groups": sorted(groups)}
        escalations.change(tx, escalation.id, passed_on=reached, approvers=approvers)
        tx.audit(
            "escalation.passed_on",
            actor=SYSTEM,
            job_id=escalation.job_id,
            escalation_id=escalation.id,
            rung=reached,
        )
        _remind_about(tx, [escalations.get(tx, escalation.id)], escalation.channel, passed_on=True)
        repaint(tx, escalation.id)
        number += 1
    return number


def remind(tx: Tx, policy: Policy) -> int:
    """Reminds of questions that are due for it: in their thread, several of the same people as one message with a count,
    and in working hours unless it is critical."""
    due: dict[tuple[str | None, str], list[EscalationRecord]] = defaultdict(list)
    for escalation in escalations.due_for_reminder(tx):
        rules = policy.of(escalation.agent)
        if escalation.kind is EscalationKind.SHADOW:
            escalations.change(tx, escalation.id, remind_at=None)
            continue
        if _quiet(tx, rules, escalation):
            continue
        due[escalation.channel, ",".join(audience_of(escalation))].append(escalation)
        escalations.change(
            tx, escalation.id, reminders=escalation.reminders + 1, remind_at=_next_reminder(tx.now, escalation)
        )
    for (channel, _), together in due.items():
        _remind_about(tx, together, channel, passed_on=False)
    return sum(len(together) for together in due.values())


def _quiet(tx: Tx, rules: AgentPolicy, escalation: EscalationRecord) -> bool:
    """Whether this reminder must wait until people work again."""
    hours = rules.quiet_hours
    return hours is not None and escalation.tier is not Tier.CRITICAL and hours.quiet(as_utc(tx.now))


def _next_reminder(now: float, escalation: EscalationRecord) -> float | None:
    last = escalation.created_at + (escalation.expires_at - escalation.created_at) * NEAR_END
    return last if now < last else None


def _remind_about(tx: Tx, together: list[EscalationRecord], channel: str | None, *, passed_on: bool) -> None:
    """Queues one message about one question in its thread, or about several in their channel."""
    if channel is None:
        return
    first = together[0]
    alone = len(together) == 1
    put(
        tx,
        "post",
        "reminder",
        channel=channel,
        thread_ts=first.thread_ts if alone else None,
        stream=f"escalation:{first.id}",
        urgency=Urgency.CRITICAL if any(one.tier is Tier.CRITICAL for one in together) else Urgency.ESCALATION,
        subject=f"escalation:{first.id}" if alone else f"reminder:{channel}",
        job_id=first.job_id if alone else None,
        ids=[one.id for one in together],
        passed_on=passed_on,
    )


def _tell_channel(tx: Tx, escalation: EscalationRecord, channel: str) -> None:
    put(
        tx,
        "post",
        "reminder",
        channel=channel,
        stream=f"reminder:{channel}",
        urgency=Urgency.ESCALATION,
        subject=f"escalation:{escalation.id}",
        job_id=escalation.job_id,
        ids=[escalation.id],
        passed_on=True,
    )
