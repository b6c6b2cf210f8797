"""What one person's App Home shows: counts and single pages, never whole tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, or_, select

from agents.core.ids import EscalationId, JobId, PersonId
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
    conditions = [_OPEN, mine]
    if agent:
        conditions.append(escalations.c.agent == agent)
    total: int = tx.execute(select(func.count()).select_from(escalations).where(and_(*conditions))).scalar_one()
    if not total:
        return Page(entries=[], total=0)
    # The page is found in the index alone; whole rows are read for what is shown.
    page = select(escalations.c.id, _RISK.label("risk")).where(and_(*conditions)).order_by(_RISK, escalations.c.id)
    ids = [row.id for row in tx.execute(page.limit(limit).offset(offset))]
    rows = tx.execute(select(escalations).where(escalations.c.id.in_(ids)))
    found = {row.id: escalation_from(row) for row in rows}
    return Page(entries=[found[id] for id in ids if id in found], total=total)


_OPEN = escalations.c.state == literal_column("'pending'")
_RISK = case({"critical": 0, "high": 1}, value=escalations.c.tier, else_=2)


@dataclass(frozen=True, kw_only=True)
class Alike:
    """Open questions of one kind. `first` is the oldest of them."""

    agent: str
    tool: str
    case_type: str
    number: int
    first: EscalationId


def groups(tx: Tx, *, agents: Sequence[str], limit: int = 3) -> list[Alike]:
    """The largest groups of low-risk questions about the same tool and case type, of at least two."""
    if not agents:
        return []
    number = func.count().label("number")
    rows = tx.execute(
        select(
            escalations.c.agent,
            escalations.c.tool,
            escalations.c.case_type,
            number,
            func.min(escalations.c.id).label("first"),
        )
        .where(
            _OPEN,
            escalations.c.kind == "approve",
            escalations.c.tier == "low",
            escalations.c.quorum == 1,
            escalations.c.agent.in_(list(agents)),
        )
        .group_by(escalations.c.agent, escalations.c.tool, escalations.c.case_type)
        .having(number > 1)
        .order_by(number.desc(), escalations.c.agent)
        .limit(limit)
    )
    return [Alike(**row._mapping) for row in rows]


def like(tx: Tx, first: EscalationRecord, *, limit: int) -> list[EscalationRecord]:
    """Open questions about the same tool and case type, oldest first."""
    rows = tx.execute(
        select(escalations)
        .where(
            _OPEN,
            escalations.c.kind == "approve",
            escalations.c.agent == first.agent,
            escalations.c.tool == first.tool,
            escalations.c.case_type == first.case_type,
        )
        .order_by(escalations.c.id)
        .limit(limit)
    )
    return [escalation_from(row) for row in rows]


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


def summaries(tx: Tx, ids: Sequence[JobId]) -> dict[JobId, str]:
    """What these jobs are about."""
    rows = tx.execute(select(jobs.c.id, jobs.c.summary).where(jobs.c.id.in_(list(ids))))
    return {JobId(row.id): row.summary for row in rows}


def of_ids(tx: Tx, ids: Sequence[int]) -> list[EscalationRecord]:
    """These escalations, in the order of their numbers."""
    rows = tx.execute(select(escalations).where(escalations.c.id.in_(list(ids))).order_by(escalations.c.id))
    return [escalation_from(row) for row in rows]


def unposted(tx: Tx) -> int:
    """Open questions whose card flood control holds back."""
    number: int = tx.execute(
        select(func.count()).select_from(escalations).where(_OPEN, escalations.c.posted_at.is_(None))
    ).scalar_one()
    return number
