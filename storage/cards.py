"""How many cards were put before whom: what flood control counts."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, text

from storage.store import Tx
from storage.tables import cards

_POSTGRES_LOCK = 0x43415244
"""Two transactions that count for the same people do so one after the other."""


def busiest(tx: Tx, audience: Sequence[str], *, since: float) -> int:
    """The most cards that any of these users and groups was given since then."""
    if tx.dialect == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    numbers = tx.execute(
        select(func.count()).where(cards.c.audience.in_(list(audience)), cards.c.at > since).group_by(cards.c.audience)
    ).scalars()
    return max(numbers, default=0)


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
