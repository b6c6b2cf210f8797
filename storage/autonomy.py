"""What people made of proposals, and the mode that each case type has."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, Integer, and_, bindparam, case, func, insert, select

from agents.core.autonomy import Record
from agents.core.contract import Mode
from agents.core.ids import JobId
from storage.dialects import upsert
from storage.store import Tx
from storage.tables import autonomy, outcomes


@dataclass(frozen=True, kw_only=True)
class Level:
    """The mode that somebody gave a case type, who, when and why."""

    agent: str
    case_type: str
    mode: Mode
    by: str
    reason: str
    at: float


def add_outcome(
    tx: Tx,
    *,
    agent: str,
    case_type: str,
    job_id: JobId,
    mode: Mode,
    verdict: str,
    agreed: bool,
    by: str,
    counts: bool = True,
) -> None:
    """Keeps what somebody made of one proposal. With `counts` False it is kept and not counted: cases in which the agent
    itself said that it must not act alone say nothing about those in which it would."""
    row = {
        "agent": agent,
        "case_type": case_type,
        "job_id": job_id,
        "mode": mode,
        "verdict": verdict,
        "agreed": agreed,
        "weight": 1.0 if counts else 0.0,
        "by": by,
        "at": tx.now,
    }
    tx.execute(_ADD_OUTCOME, row)


_ADD_OUTCOME = insert(outcomes)

_NEWEST = (
    select(outcomes.c.agreed, outcomes.c.mode, outcomes.c.at)
    .where(outcomes.c.agent == bindparam("agent"), outcomes.c.case_type == bindparam("case"), outcomes.c.weight > 0)
    .order_by(outcomes.c.at.desc(), outcomes.c.id.desc())
    .limit(bindparam("window", type_=Integer))
    .subquery()
)
_AGREED = case((_NEWEST.c.agreed, 1), else_=0)
_IN_MODE = and_(_NEWEST.c.mode == bindparam("mode"), _NEWEST.c.at >= bindparam("since", type_=Float))
_RECORDS = select(
    func.sum(case((_IN_MODE, 1), else_=0)),
    func.sum(case((_IN_MODE, _AGREED), else_=0)),
    func.count(),
    func.sum(_AGREED),
).select_from(_NEWEST)


def records(
    tx: Tx, agent: str, case_type: str, *, window: int, mode: Mode, since: float | None
) -> tuple[Record, Record]:
    """The newest counted answers about a case type: of this mode since that time, and of any mode. In one statement."""
    asked = {"agent": agent, "case": case_type, "window": window, "mode": mode, "since": since or 0.0}
    of_mode, agreed_of_mode, total, agreed = (int(number or 0) for number in tx.execute(_RECORDS, asked).one())
    return Record(total=of_mode, agreed=agreed_of_mode), Record(total=total, agreed=agreed)


def record(
    tx: Tx, agent: str, case_type: str, *, window: int, mode: Mode | None = None, since: float | None = None
) -> Record:
    """The newest `window` counted answers about a case type, of one mode and since a time when these are given."""
    newest = (
        select(outcomes.c.agreed)
        .where(outcomes.c.agent == agent, outcomes.c.case_type == case_type, outcomes.c.weight > 0)
        .order_by(outcomes.c.at.desc(), outcomes.c.id.desc())
        .limit(window)
    )
    if mode is not None:
        newest = newest.where(outcomes.c.mode == mode)
    if since is not None:
        newest = newest.where(outcomes.c.at >= since)
    rows = newest.subquery()
    row = tx.execute(select(func.count(), func.sum(case((rows.c.agreed, 1), else_=0))).select_from(rows)).one()
    return Record(total=row[0], agreed=int(row[1] or 0))


_LEVEL = select(autonomy).where(autonomy.c.agent == bindparam("agent"), autonomy.c.case_type == bindparam("case"))


def level(tx: Tx, agent: str, case_type: str) -> Level | None:
    """The mode that a case type was given; None while it has the one it started with."""
    row = tx.execute(_LEVEL, {"agent": agent, "case": case_type}).first()
    return _level(row) if row else None


def levels(tx: Tx, agent: str | None = None) -> list[Level]:
    """Every mode that was given, by agent and case type."""
    statement = select(autonomy).order_by(autonomy.c.agent, autonomy.c.case_type)
    if agent is not None:
        statement = statement.where(autonomy.c.agent == agent)
    return [_level(row) for row in tx.execute(statement)]


def set_level(tx: Tx, agent: str, case_type: str, mode: Mode, *, by: str, reason: str) -> None:
    """Gives a case type a mode."""
    row = {"agent": agent, "case_type": case_type, "mode": str(mode), "by": by, "reason": reason, "at": tx.now}
    upsert(tx, autonomy, ["agent", "case_type"], row)


def case_types(tx: Tx, agent: str) -> list[str]:
    """Every case type that this agent has answers or a mode for."""
    seen = set(tx.execute(select(outcomes.c.case_type).where(outcomes.c.agent == agent).distinct()).scalars())
    seen |= {one.case_type for one in levels(tx, agent)}
    return sorted(seen)


def tally(tx: Tx, agent: str, *, since: float) -> dict[str, dict[str, int]]:
    """How often each verdict was given since then, by case type."""
    rows = tx.execute(
        select(outcomes.c.case_type, outcomes.c.verdict, func.count())
        .where(outcomes.c.agent == agent, outcomes.c.at >= since)
        .group_by(outcomes.c.case_type, outcomes.c.verdict)
    )
    found: dict[str, dict[str, int]] = {}
    for case_type, verdict, number in rows:
        found.setdefault(case_type, {})[verdict] = number
    return found


def _level(row: Any) -> Level:
    return Level(**{**row._mapping, "mode": Mode(row.mode)})
