"""Deliveries from Slack, stored before they are acknowledged."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from agents.core.ids import EnvelopeId
from agents.core.people import SYSTEM
from storage.dialects import insert_new_id
from storage.store import Tx
from storage.tables import envelopes


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One stored delivery. `answer` is what was (or will be) sent back with the acknowledgement."""

    id: EnvelopeId
    key: str
    kind: str
    payload: dict[str, Any]
    received_at: float
    handled_at: float | None
    answer: Any
    attempts: int


def store(tx: Tx, *, key: str, envelope_id: str, kind: str, payload: dict[str, Any]) -> tuple[Envelope, bool]:
    """Stores a delivery unless its key or its envelope id is known. Returns it and whether it is new."""
    row = {"key": key, "envelope_id": envelope_id, "kind": kind, "payload": payload, "received_at": tx.now}
    number = insert_new_id(tx, envelopes, row)
    if number is None:
        known = tx.execute(
            select(envelopes)
            .where(or_(envelopes.c.key == key, envelopes.c.envelope_id == envelope_id))
            .order_by(envelopes.c.id)
            .limit(1)
        ).one()
        return _from(known), False
    fresh = Envelope(
        id=EnvelopeId(number),
        key=key,
        kind=kind,
        payload=payload,
        received_at=tx.now,
        handled_at=None,
        answer=None,
        attempts=0,
    )
    return fresh, True


def find(tx: Tx, key: str) -> Envelope | None:
    """The delivery with this key."""
    row = tx.execute(select(envelopes).where(envelopes.c.key == key)).first()
    return _from(row) if row else None


def handled(tx: Tx, envelope_id: EnvelopeId, answer: Any = None) -> None:
    """Marks a delivery as done, with the answer to repeat should it be delivered again."""
    tx.execute(update(envelopes).where(envelopes.c.id == envelope_id).values(handled_at=tx.now, answer=answer))


def answered(tx: Tx, envelope_id: EnvelopeId, answer: Any) -> None:
    """Keeps the answer that was sent, and forgets the text: a handled delivery is only remembered, never read again."""
    tx.execute(
        update(envelopes)
        .where(envelopes.c.id == envelope_id)
        .values(
            handled_at=func.coalesce(envelopes.c.handled_at, tx.now),
            answer=answer if answer is not None else envelopes.c.answer,
            payload={},
        )
    )


def missed(tx: Tx, envelope_id: EnvelopeId, *, most: int) -> None:
    """Counts a try that failed. After `most` of them the delivery is set aside, and the audit says so."""
    left = tx.execute(
        update(envelopes)
        .where(envelopes.c.id == envelope_id, envelopes.c.handled_at.is_(None))
        .values(attempts=envelopes.c.attempts + 1)
        .returning(envelopes.c.attempts, envelopes.c.key)
    ).first()
    if left is not None and left.attempts >= most:
        tx.execute(update(envelopes).where(envelopes.c.id == envelope_id).values(handled_at=tx.now))
        tx.audit("delivery.set_aside", actor=SYSTEM, key=left.key, attempts=left.attempts)


def unhandled(tx: Tx, *, limit: int = 100) -> list[Envelope]:
    """Deliveries that were stored but not yet handled, oldest first."""
    statement = select(envelopes).where(envelopes.c.handled_at.is_(None)).order_by(envelopes.c.id).limit(limit)
    return [_from(row) for row in tx.execute(statement)]


def forget(tx: Tx, *, before: float) -> int:
    """Deletes handled deliveries received before that time; returns how many."""
    gone = tx.execute(delete(envelopes).where(envelopes.c.handled_at.is_not(None), envelopes.c.received_at < before))
    return gone.rowcount


def _from(row: Any) -> Envelope:
    return Envelope(
        id=EnvelopeId(row.id),
        key=row.key,
        kind=row.kind,
        payload=row.payload,
        received_at=row.received_at,
        handled_at=row.handled_at,
        answer=row.answer,
        attempts=row.attempts,
    )
