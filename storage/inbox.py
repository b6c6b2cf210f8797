"""What one person's App Home shows: counts and single pages, never whole tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, or_, select

from agents.core.ids import PersonId
from agents.core.records import EscalationRecord, JobRecord
from agents.core.status import JobStatus
from storage.rows import escalation_from, job_from
from storage.store import Tx
from storage.tables import escalations, jobs


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page of open questions, and how many there are in all."""

    entries: Sequence[EscalationRecord]
    total: int


def waiting_for(
    tx: Tx, person: PersonId, *, agents: Sequence[str], agent: str | None = None, limit: int = 10, offset: int = 0
) -> Page:
    """Open questions of these agents, or handed to this person: critical first, then oldest."""
    mine: ColumnElement[bool] = or_(
        escalations.c.assigned_to == person, escalations.c.agent.in_(list(agents)) if agents else false()
    )
    conditions = [escalations.c.state == "pending", mine]
    if agent:
        conditions.append(escalations.c.agent == agent)
    total: int = tx.execute(select(func.count()).select_from(escalations).where(and_(*conditions))).scalar_one()
    risk = case({"critical": 0, "high": 1}, value=escalations.c.tier, else_=2)
    rows = tx.execute(
        select(escalations).where(and_(*conditions)).order_by(risk, escalations.c.id).limit(limit).offset(offset)
    )
    return Page(entries=[escalation_from(row) for row in rows], total=total)


def page_of_jobs(
    tx: Tx,
    *,
    statuses: Sequence[JobStatus],
    requester: PersonId | None = None,
    agent: str | None = None,
    overdue: bool = False,
    limit: int = 5,
    offset: int = 0,
) -> tuple[list[JobRecord], int]:
    """The newest jobs in these states, and how many there are. `overdue` keeps those past their deadline."""
    conditions: list[Any] = [jobs.c.status.in_([str(status) for status in statuses])]
    if requester:
        conditions.append(jobs.c.requester == requester)
    if agent:
        conditions.append(jobs.c.agent == agent)
    if overdue:
        conditions.append(jobs.c.deadline_at < tx.now)
    total: int = tx.execute(select(func.count()).select_from(jobs).where(and_(*conditions))).scalar_one()
    if not total:
        return [], 0
    rows = tx.execute(select(jobs).where(and_(*conditions)).order_by(jobs.c.id.desc()).limit(limit).offset(offset))
    return [job_from(row) for row in rows], total


def of_ids(tx: Tx, ids: Sequence[int]) -> list[EscalationRecord]:
    """These escalations, in the order of their numbers."""
    rows = tx.execute(select(escalations).where(escalations.c.id.in_(list(ids))).order_by(escalations.c.id))
    return [escalation_from(row) for row in rows]
