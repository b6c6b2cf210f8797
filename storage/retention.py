"""What is forgotten: old work as a whole, and what one person wrote."""

from collections.abc import Collection

from sqlalchemy import and_, delete, or_, select, update

from agents.core.ids import PersonId
from agents.core.status import FINISHED
from storage import trail
from storage.dossiers import (
    BLANK_DECISION,
    BLANK_EFFECT,
    BLANK_ESCALATION,
    BLANK_EVENT,
    BLANK_JOB,
    BLANK_STEP,
    ERASED,
)
from storage.store import Tx
from storage.tables import (
    decisions,
    details,
    effects,
    envelopes,
    escalations,
    events,
    examples,
    jobs,
    outbox,
    steps,
    ticket_entries,
    tickets,
)

MOST_AT_ONCE = 500
"""Jobs that one purge deletes: more would hold the database for too long. The next purge takes the next."""


def old_jobs(tx: Tx, *, before: float) -> list[int]:
    """Finished jobs from before that time that nobody is asked about any more, oldest first."""
    old = tx.execute(
        select(jobs.c.id)
        .where(jobs.c.status.in_([str(status) for status in FINISHED]), jobs.c.finished_at < before)
        .where(
            ~select(escalations.c.id)
            .where(escalations.c.job_id == jobs.c.id, escalations.c.state == "pending")
            .exists()
        )
        .order_by(jobs.c.finished_at)
        .limit(MOST_AT_ONCE)
    )
    return list(old.scalars())


def purge(tx: Tx, *, before: float, among: Collection[int] | None = None) -> dict[str, int]:
    """Deletes finished jobs from before that time with their steps, effects, questions, answers and messages, and the
    texts of the audit from before it; of the jobs only those `among` these, if given. Returns how much, by kind."""
    ids = [number for number in old_jobs(tx, before=before) if among is None or number in among]
    tx.execute(delete(outbox).where(outbox.c.job_id.in_(ids), outbox.c.state != "queued"))
    gone = tx.execute(delete(jobs).where(jobs.c.id.in_(ids))).rowcount if ids else 0
    return {"jobs": gone, "texts": trail.erase_texts(tx, before=before)}


def erase_person(tx: Tx, about: PersonId) -> dict[str, int]:
    """Erases what somebody wrote, wherever it is kept, but for work that is still going on. Returns how much, by kind."""
    theirs = select(jobs.c.id).where(jobs.c.requester == about, jobs.c.status.in_([str(status) for status in FINISHED]))
    ids = list(tx.execute(theirs).scalars())
    return {
        "texts": trail.erase_texts(tx, about=about),
        "jobs": _erase_jobs(tx, ids),
        "answers": _erase_answers(tx, about),
        "tickets": _erase_tickets(tx, about),
        "deliveries": _erase_deliveries(tx, about),
    }


def _erase_jobs(tx: Tx, ids: list[int]) -> int:
    if not ids:
        return 0
    tx.execute(update(steps).where(steps.c.job_id.in_(ids)).values(BLANK_STEP))
    tx.execute(update(events).where(events.c.job_id.in_(ids)).values(BLANK_EVENT))
    tx.execute(update(effects).where(effects.c.job_id.in_(ids)).values(BLANK_EFFECT))
    theirs = and_(escalations.c.job_id.in_(ids), escalations.c.state != "pending")
    tx.execute(update(escalations).where(theirs).values(BLANK_ESCALATION))
    tx.execute(delete(outbox).where(outbox.c.job_id.in_(ids), outbox.c.state != "queued"))
    return tx.execute(update(jobs).where(jobs.c.id.in_(ids)).values(BLANK_JOB)).rowcount


def _erase_answers(tx: Tx, about: PersonId) -> int:
    tx.execute(update(details).where(details.c.by == about).values(question=ERASED))
    tx.execute(update(details).where(details.c.answered_by == about).values(answer=ERASED))
    tx.execute(
        update(escalations)
        .where(escalations.c.decided_by == about, escalations.c.state != "pending")
        .values(reason=None)
    )
    return tx.execute(update(decisions).where(decisions.c.person == about).values(BLANK_DECISION)).rowcount


def _erase_tickets(tx: Tx, about: PersonId) -> int:
    numbers = select(tickets.c.id).where(tickets.c.requester == about)
    ids = list(tx.execute(numbers).scalars())
    refs = [f"ticket {number}" for number in ids]
    entries = or_(ticket_entries.c.ticket_id.in_(ids), ticket_entries.c.by == about)
    tx.execute(update(ticket_entries).where(entries).values(text=ERASED))
    tx.execute(delete(examples).where(or_(examples.c.ref.in_(refs), examples.c.by == about)))
    return tx.execute(
        update(tickets).where(tickets.c.requester == about).values(subject=ERASED, body=ERASED, customer="")
    ).rowcount


def _erase_deliveries(tx: Tx, about: PersonId) -> int:
    """Deliveries hold whole messages. Handled ones of this person keep their key, so that a repetition is recognised."""
    user = about.rpartition("/")[2]
    mine = []
    for row in tx.execute(select(envelopes.c.id, envelopes.c.payload).where(envelopes.c.handled_at.is_not(None))):
        payload = row.payload if isinstance(row.payload, dict) else {}
        event = payload.get("event") or {}
        who = payload.get("user_id") or payload.get("user") or event.get("user")
        if (who.get("id") if isinstance(who, dict) else who) == user:
            mine.append(row.id)
    if mine:
        tx.execute(update(envelopes).where(envelopes.c.id.in_(mine)).values(payload={}, answer=None))
    return len(mine)


__all__ = ["ERASED", "MOST_AT_ONCE", "erase_person", "old_jobs", "purge"]
