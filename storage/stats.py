"""The numbers behind digests and metrics. Counting happens in the database; what the numbers mean is in
`agents.core.report`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from agents.core.numbers import AgentNumbers, ApprovalNumbers, OpenQuestion, QueueNumbers, TicketNumbers
from agents.core.report import Period, Whom
from storage.store import Tx
from storage.tables import audit, decisions, effects, escalations, jobs, tickets

STUCK_SECONDS = 900.0
"""A job that runs past its lease, or was to be tried again this long ago, is called stuck."""

SOON_SECONDS = 7_200.0


def queue(tx: Tx, period: Period) -> QueueNumbers:
    """Jobs as they stand now, and those that ended in the period."""
    open_jobs: dict[str, dict[str, int]] = {}
    waiting = select(jobs.c.lane, jobs.c.status, func.count()).where(
        jobs.c.status.in_(["queued", "running", "waiting"])
    )
    for lane, status, number in tx.execute(waiting.group_by(jobs.c.lane, jobs.c.status)):
        open_jobs.setdefault(lane, {})[status] = number
    ended = _ended(tx, period)
    late = tx.now - STUCK_SECONDS
    stuck = select(func.count()).where(
        or_(
            and_(jobs.c.status == "running", jobs.c.lease_until < late),
            and_(jobs.c.status == "waiting", jobs.c.wake_at < late),
        )
    )
    oldest = tx.execute(select(func.min(jobs.c.created_at)).where(jobs.c.status == "queued")).scalar()
    return QueueNumbers(
        open=open_jobs,
        finished=ended,
        stuck=_number(tx, stuck),
        late=ended.get("expired", 0),
        dead=_number(tx, select(func.count()).where(jobs.c.status == "dead")),
        oldest_wait=tx.now - oldest if oldest is not None else None,
    )


def approvals(tx: Tx, period: Period, *, most: int = 10) -> ApprovalNumbers:
    """Open questions, of which `most` are told in full, and the answers of the period."""
    pending, in_order = escalations.c.state == "pending", (escalations.c.created_at, escalations.c.id)
    rows = tx.execute(select(escalations).where(pending).order_by(*in_order).limit(most))
    asked_at = tx.execute(select(escalations.c.created_at).where(pending).order_by(*in_order)).scalars().all()
    still_open = [
        OpenQuestion(
            id=row.id,
            question=row.question,
            asked_at=row.created_at,
            expires_at=row.expires_at,
            tier=row.tier,
            waits_for=Whom(
                users=tuple(row.approvers.get("users") or ()), groups=tuple(row.approvers.get("groups") or ())
            ),
        )
        for row in rows
    ]
    settled = tx.execute(
        select(
            escalations.c.verdict, escalations.c.edits.is_not(None), escalations.c.decided_at - escalations.c.created_at
        ).where(escalations.c.state == "decided", _within(escalations.c.decided_at, period))
    ).all()
    verdicts: dict[str, int] = {}
    for verdict, edited, _ in settled:
        name = "edited" if edited and verdict == "approved" else str(verdict)
        verdicts[name] = verdicts.get(name, 0) + 1
    expired = select(func.count()).where(escalations.c.state == "expired", _within(escalations.c.expires_at, period))
    return ApprovalNumbers(
        open=still_open,
        asked_at=asked_at,
        verdicts=verdicts,
        expired=_number(tx, expired),
        seconds=[row[2] for row in settled],
    )


def agents(tx: Tx, period: Period, *, minutes_each: Mapping[str, float] | None = None) -> Sequence[AgentNumbers]:
    """What each agent did in the period, by name. `minutes_each` is the owners' estimate of one job done by hand."""
    found: dict[str, dict[str, Any]] = {}

    def of(agent: str) -> dict[str, Any]:
        return found.setdefault(agent, {"finished": {}})

    ended = select(jobs.c.agent, jobs.c.status, func.count()).where(_within(jobs.c.finished_at, period))
    for agent, status, number in tx.execute(ended.group_by(jobs.c.agent, jobs.c.status)):
        of(agent)["finished"][status] = number
    asked = select(escalations.c.agent, func.count()).where(_within(escalations.c.created_at, period))
    for agent, number in tx.execute(asked.where(escalations.c.kind != "promote").group_by(escalations.c.agent)):
        of(agent)["escalated"] = number
    answer = case(
        (and_(escalations.c.verdict == "approved", escalations.c.edits.is_not(None)), "edited"),
        else_=escalations.c.verdict,
    )
    settled = select(escalations.c.agent, answer, func.count()).where(
        escalations.c.state == "decided", _within(escalations.c.decided_at, period), escalations.c.kind == "approve"
    )
    for agent, verdict, number in tx.execute(settled.group_by(escalations.c.agent, answer)):
        of(agent)[verdict] = number
    calls = (
        select(jobs.c.agent, func.count(), func.sum(case((effects.c.state.in_(["failed", "unknown"]), 1), else_=0)))
        .join(jobs, jobs.c.id == effects.c.job_id)
        .where(_within(effects.c.intended_at, period))
        .group_by(jobs.c.agent)
    )
    for agent, number, failed in tx.execute(calls):
        of(agent).update(calls=number, failed_calls=int(failed or 0))
    for agent, number in _incidents(tx, period).items():
        of(agent)["incidents"] = number
    minutes = minutes_each or {}
    known = AgentNumbers.__dataclass_fields__
    return [
        AgentNumbers(
            agent=agent,
            minutes_each=minutes.get(agent),
            **{name: value for name, value in numbers.items() if name in known},
        )
        for agent, numbers in sorted(found.items())
    ]


def support(tx: Tx, period: Period) -> TicketNumbers:
    """The ticket desk in the period, and its open tickets by queue."""
    open_now = tickets.c.status.not_in(["closed", "solved"])
    queues = {
        queue or "not assigned": number
        for queue, number in tx.execute(select(tickets.c.queue, func.count()).where(open_now).group_by(tickets.c.queue))
    }
    assigned = select(func.count(func.distinct(effects.c.job_id))).where(
        effects.c.tool == "assign_ticket", effects.c.state == "done", _within(effects.c.finished_at, period)
    )
    return TicketNumbers(
        opened=_number(tx, select(func.count()).where(_within(tickets.c.created_at, period))),
        assigned=_number(tx, assigned),
        closed=_number(tx, select(func.count()).where(~open_now, _within(tickets.c.updated_at, period))),
        queues=queues,
        overdue=_number(tx, select(func.count()).where(open_now, tickets.c.due_at < tx.now)),
        due_soon=_number(
            tx,
            select(func.count()).where(open_now, tickets.c.due_at >= tx.now, tickets.c.due_at < tx.now + SOON_SECONDS),
        ),
    )


def by_day(tx: Tx, days: Sequence[Period]) -> list[dict[str, int]]:
    """Jobs that finished in each of these periods, which follow one another, by status. One query for all."""
    counted: list[dict[str, int]] = [{} for _ in days]
    if not days:
        return counted
    place = case(*[(jobs.c.finished_at < day.until, number) for number, day in enumerate(days)])
    whole = Period(since=days[0].since, until=days[-1].until)
    ended = select(place, jobs.c.status, func.count()).where(_within(jobs.c.finished_at, whole))
    for number, status, jobs_then in tx.execute(ended.group_by(place, jobs.c.status)):
        counted[number][status] = jobs_then
    return counted


def decision_seconds(tx: Tx, person: str, *, since: float) -> list[float]:
    """How long one person took for each answer since then, newest first."""
    rows = tx.execute(
        select(decisions.c.at - escalations.c.created_at)
        .join(escalations, escalations.c.id == decisions.c.escalation_id)
        .where(decisions.c.person == person, decisions.c.at >= since)
        .order_by(decisions.c.id.desc())
    )
    return [row[0] for row in rows]


def _ended(tx: Tx, period: Period) -> dict[str, int]:
    rows = tx.execute(
        select(jobs.c.status, func.count()).where(_within(jobs.c.finished_at, period)).group_by(jobs.c.status)
    )
    return {row[0]: row[1] for row in rows}


def _incidents(tx: Tx, period: Period) -> dict[str, int]:
    rows = tx.execute(select(audit.c.data).where(audit.c.event == "incident.filed", _within(audit.c.at, period)))
    counted: dict[str, int] = {}
    for (data,) in rows:
        agent = str(data.get("agent", ""))
        counted[agent] = counted.get(agent, 0) + 1
    return counted


def _within(column: Any, period: Period) -> Any:
    return and_(column >= period.since, column < period.until)


def _number(tx: Tx, statement: Any) -> int:
    return int(tx.execute(statement).scalar_one())
