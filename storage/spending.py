"""What each agent used on each day."""

from dataclasses import dataclass

from sqlalchemy import select, update

from storage.dialects import insert_new
from storage.store import Tx
from storage.tables import spending


@dataclass(frozen=True, kw_only=True)
class Used:
    """Amounts of what agents use. `wall` is in seconds."""

    jobs: int = 0
    steps: int = 0
    tool_calls: int = 0
    tokens: int = 0
    cost_usd: float = 0.0
    wall: float = 0.0


def of(tx: Tx, agent: str, day: str) -> Used:
    """What the agent used on that day (2026-01-31, in UTC)."""
    row = tx.execute(select(spending).where(spending.c.agent == agent, spending.c.day == day)).first()
    if row is None:
        return Used()
    return Used(
        jobs=row.jobs,
        steps=row.steps,
        tool_calls=row.tool_calls,
        tokens=row.tokens,
        cost_usd=row.cost_usd,
        wall=row.wall,
    )


def add(tx: Tx, agent: str, day: str, used: Used) -> None:
    """Adds to what the agent used on that day."""
    insert_new(tx, spending, ["agent", "day"], {"agent": agent, "day": day})
    more = {name: spending.c[name] + amount for name, amount in vars(used).items()}
    tx.execute(update(spending).where(spending.c.agent == agent, spending.c.day == day).values(**more))
