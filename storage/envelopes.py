"""Deliveries from Slack, stored before they are acknowledged."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from agents.core.ids import EnvelopeId
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
    """Stores a delivery unless its key is known. Returns it and whether it is new."""
    known = find(tx, key)
    if known is not None:
        return known, False
    try:
        with tx.connection.begin_nested():
            row = tx.execute(
                insert(envelopes)
                .values(key=key, envelope_id=envelope_id, kind=kind, payload=payload, received_at=tx.now)
                .returning(envelopes.c.id)
            )
            number = EnvelopeId(row.scalar_one())
    except IntegrityError:
        known = find(tx, key)
        if known is None:
            raise
        return known, False
    fresh = Envelope(
        id=number, key=key, kind=kind, payload=payload, received_at=tx.now, handled_at=None, answer=None, attempts=0
    )
    return fresh, True


def find(tx: Tx, key: str) -> Envelope | None:
    """The delivery with this key."""
    row = tx.execute(select(envelopes).where(envelopes.c.key == key)).first()
    return _from(row) if row else None


def handled(tx: Tx, envelope_id: EnvelopeId, answer: Any = None) -> None:
    """Marks a delivery as done, with the answer to repeat should it be delivered again."""
    tx.execute(update(envelopes).where(envelopes.c.id == envelope_id).values(handled_at=tx.now, answer=answer))


def unhandled(tx: Tx, *, limit: int = 100) -> list[Envelope]:
    """Deliveries that were stored but not yet handled, oldest first."""
    statement = select(envelopes).where(envelopes.c.handled_at.is_(None)).order_by(envelopes.c.id).limit(limit)
    return [_from(row) for row in tx.execute(statement)]


def forget(tx: Tx, *, before: float) -> int:
    """Deletes handled deliveries received before that time; returns how many."""
    gone = tx.execute(
        delete(envelopes).where(envelopes.c.handled_at.is_not(None), envelopes.c.received_at < before)
    )
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
