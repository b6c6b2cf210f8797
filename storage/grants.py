"""Calls that an owner allowed in advance."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from agents.core.ids import PersonId
from storage.store import Tx
from storage.tables import grants


@dataclass(frozen=True, kw_only=True)
class Grant:
    """One exact call, allowed without asking until `until`. `pattern` are all its arguments but the record's own keys."""

    id: int
    agent: str
    tool: str
    pattern: dict[str, Any]
    digest: str
    by: PersonId
    at: float
    until: float
    revoked_at: float | None
    revoked_by: PersonId | None
    used: int


def add(tx: Tx, *, agent: str, tool: str, pattern: dict[str, Any], digest: str, by: PersonId, until: float) -> Grant:
    """Keeps a permission."""
    row = tx.execute(
        insert(grants)
        .values(agent=agent, tool=tool, pattern=pattern, digest=digest, by=by, at=tx.now, until=until)
        .returning(*grants.c)
    ).one()
    return Grant(**row._mapping)


def find(tx: Tx, agent: str, tool: str, digest: str) -> Grant | None:
    """The permission in force for exactly this call."""
    row = tx.execute(
        select(grants)
        .where(
            grants.c.agent == agent,
            grants.c.tool == tool,
            grants.c.digest == digest,
            grants.c.until > tx.now,
            grants.c.revoked_at.is_(None),
        )
        .order_by(grants.c.id)
        .limit(1)
    ).first()
    return Grant(**row._mapping) if row else None


def in_force(tx: Tx, agent: str | None = None) -> list[Grant]:
    """Every permission in force, soonest to end first."""
    statement = select(grants).where(grants.c.until > tx.now, grants.c.revoked_at.is_(None)).order_by(grants.c.until)
    if agent is not None:
        statement = statement.where(grants.c.agent == agent)
    return [Grant(**row._mapping) for row in tx.execute(statement)]


def get(tx: Tx, number: int) -> Grant | None:
    """One permission."""
    row = tx.execute(select(grants).where(grants.c.id == number)).first()
    return Grant(**row._mapping) if row else None


def revoke(tx: Tx, number: int, *, by: PersonId) -> bool:
    """Ends a permission now. Returns False when it had ended."""
    done = tx.execute(
        update(grants)
        .where(grants.c.id == number, grants.c.revoked_at.is_(None), grants.c.until > tx.now)
        .values(revoked_at=tx.now, revoked_by=by)
    )
    return done.rowcount == 1


def use(tx: Tx, number: int) -> bool:
    """Counts one use. Returns False when the permission has ended meanwhile."""
    done = tx.execute(
        update(grants)
        .where(grants.c.id == number, grants.c.revoked_at.is_(None), grants.c.until > tx.now)
        .values(used=grants.c.used + 1)
    )
    return done.rowcount == 1
