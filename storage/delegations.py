"""Who decides for whom while they are away."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from agents.core.ids import PersonId
from storage.store import Tx
from storage.tables import delegations


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """`to` may answer what `away` may answer, from `first_at` until `last_at`, unless it was ended before."""

    id: int
    away: PersonId
    to: PersonId
    first_at: float
    last_at: float
    by: PersonId
    at: float
    ended_at: float | None


def add(tx: Tx, *, away: PersonId, to: PersonId, first_at: float, last_at: float, by: PersonId) -> Delegation:
    """Keeps a delegation."""
    row = tx.execute(
        insert(delegations)
        .values(away=away, to=to, first_at=first_at, last_at=last_at, by=by, at=tx.now)
        .returning(*delegations.c)
    ).one()
    return Delegation(**row._mapping)


def in_force(tx: Tx, *, to: PersonId | None = None, away: PersonId | None = None) -> list[Delegation]:
    """Delegations that hold right now, to somebody or of somebody."""
    return _of(tx, to, away, started=True)


def planned(tx: Tx, *, away: PersonId) -> list[Delegation]:
    """Somebody's delegations that hold now or later."""
    return _of(tx, None, away, started=False)


def end(tx: Tx, number: int) -> bool:
    """Ends a delegation now. Returns False when it had ended."""
    done = tx.execute(
        update(delegations)
        .where(delegations.c.id == number, delegations.c.ended_at.is_(None), delegations.c.last_at > tx.now)
        .values(ended_at=tx.now)
    )
    return done.rowcount == 1


def _of(tx: Tx, to: PersonId | None, away: PersonId | None, *, started: bool) -> list[Delegation]:
    statement = select(delegations).where(delegations.c.ended_at.is_(None), delegations.c.last_at > tx.now)
    if started:
        statement = statement.where(delegations.c.first_at <= tx.now)
    if to is not None:
        statement = statement.where(delegations.c.to == to)
    if away is not None:
        statement = statement.where(delegations.c.away == away)
    return [Delegation(**row._mapping) for row in tx.execute(statement.order_by(delegations.c.first_at))]
