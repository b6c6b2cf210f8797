"""How many cards were put before whom: what flood control counts."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, func, insert, select, text

from storage.store import Tx
from storage.tables import cards

_POSTGRES_LOCK = 0x43415244
"""Two transactions that count for the same people do so one after the other."""

_COUNTED = (
    select(cards.c.audience, func.count().label("number"))
    .where(cards.c.at > bindparam("since"))
    .group_by(cards.c.audience)
)


def counted(tx: Tx, *, since: float) -> Mapping[str, int]:
    """How many cards each was given since then. Who else counts has to wait for the end of this transaction."""
    if tx.dialect == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    found = tx.execute(_COUNTED, {"since": since})
    return {row.audience: row.number for row in found}


def count(tx: Tx, audience: Sequence[str]) -> None:
    """Counts one card for each of them."""
    tx.execute(insert(cards), [{"audience": name, "at": tx.now} for name in audience])


def said_lately(tx: Tx, subject: str, *, since: float) -> bool:
    """Whether something was said about this subject since then."""
    found = select(cards.c.id).where(cards.c.audience == subject, cards.c.at > since).limit(1)
    return tx.execute(found).first() is not None


def forget(tx: Tx, *, before: float) -> None:
    """Drops what is no longer counted."""
    tx.execute(delete(cards).where(cards.c.at <= before))
