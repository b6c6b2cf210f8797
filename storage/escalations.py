"""Questions to people, and their answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, Integer, and_, bindparam, case, delete, func, insert, select, update

from agents.core.contract import Tier
from agents.core.errors import NotFound
from agents.core.ids import EscalationId, JobId, PersonId
from agents.core.records import DecisionRecord, DetailsRecord, EscalationRecord, EscalationState, Verdict
from storage.rows import decision_from, escalation_from
from storage.store import Tx
from storage.tables import decisions, details, escalations


def add(tx: Tx, **values: Any) -> EscalationRecord:
    """Adds a pending escalation; `values` are columns of `storage.tables.escalations`."""
    row = tx.execute(_ADD, {"state": EscalationState.PENDING, "created_at": tx.now, **values}).one()
    return escalation_from(row)


_ADD = insert(escalations).returning(*escalations.c)
_GET = select(escalations).where(escalations.c.id == bindparam("number"))
_GET_LOCKED = _GET.with_for_update()


def get(tx: Tx, escalation_id: EscalationId, *, lock: bool = False) -> EscalationRecord:
    """One escalation. Raises `NotFound`. With `lock` nobody else answers it before this transaction ends."""
    row = tx.execute(_GET_LOCKED if lock else _GET, {"number": escalation_id}).first()
    if row is None:
        raise NotFound(f"There is no escalation E{escalation_id}.")
    return escalation_from(row)


def latest(tx: Tx, job_id: JobId, name: str) -> EscalationRecord | None:
    """The newest escalation for one call of a job."""
    row = tx.execute(_LATEST, {"job": job_id, "call": name}).first()
    return escalation_from(row) if row else None


def latest_named(tx: Tx, name: str) -> EscalationRecord | None:
    """The newest escalation of this name, of whichever job."""
    row = tx.execute(_LATEST_NAMED, {"call": name}).first()
    return escalation_from(row) if row else None


_LATEST_NAMED = (
    select(escalations).where(escalations.c.name == bindparam("call")).order_by(escalations.c.id.desc()).limit(1)
)
_LATEST = _LATEST_NAMED.where(escalations.c.job_id == bindparam("job"))


def of_job(tx: Tx, job_id: JobId) -> list[EscalationRecord]:
    """Every escalation of a job, oldest first."""
    rows = tx.execute(select(escalations).where(escalations.c.job_id == job_id).order_by(escalations.c.id))
    return [escalation_from(row) for row in rows]


def pending(tx: Tx, *, limit: int = 1000, after: int = 0) -> list[EscalationRecord]:
    """Open escalations, oldest first, with ids above `after`."""
    rows = tx.execute(
        select(escalations)
        .where(escalations.c.state == "pending", escalations.c.id > after)
        .order_by(escalations.c.id)
        .limit(limit)
    )
    return [escalation_from(row) for row in rows]


def pending_in(tx: Tx, channel: str) -> list[EscalationRecord]:
    """Open escalations whose card belongs into a channel, oldest first."""
    rows = tx.execute(
        select(escalations)
        .where(escalations.c.state == "pending", escalations.c.channel == channel)
        .order_by(escalations.c.id)
    )
    return [escalation_from(row) for row in rows]


def count_pending(tx: Tx) -> int:
    """How many escalations are open."""
    number: int = tx.execute(
        select(func.count()).select_from(escalations).where(escalations.c.state == "pending")
    ).scalar_one()
    return number


def overdue(tx: Tx, *, limit: int = 100) -> list[EscalationRecord]:
    """Open escalations whose time has run out."""
    rows = tx.execute(
        select(escalations)
        .where(escalations.c.state == "pending", escalations.c.expires_at <= tx.now)
        .order_by(escalations.c.expires_at)
        .limit(limit)
    )
    return [escalation_from(row) for row in rows]


def settle(
    tx: Tx, escalation_id: EscalationId, state: EscalationState, *, version: int | None = None, **values: Any
) -> EscalationRecord | None:
    """Closes an open escalation and returns it as it is then; the first caller wins, every other gets None.

    With `version` only that version is closed: what the person saw is what is decided.
    """
    closing = {"number": escalation_id, "state": state, **values}
    statement = _SETTLE if version is None else _SETTLE_VERSION
    row = tx.execute(statement, closing if version is None else {**closing, "seen": version}).first()
    return escalation_from(row) if row else None


_CHANGE = update(escalations).where(escalations.c.id == bindparam("number"))
_SETTLE = _CHANGE.where(escalations.c.state == "pending").returning(*escalations.c)
_SETTLE_VERSION = _SETTLE.where(escalations.c.version == bindparam("seen"))


def change(tx: Tx, escalation_id: EscalationId, **values: Any) -> None:
    """Changes columns that are not the state."""
    tx.execute(_CHANGE, {"number": escalation_id, **values})


def spend(tx: Tx, escalation_id: EscalationId) -> bool:
    """Uses up an approval. Returns False when it was used before or has run out: it is good for one execution, in time."""
    return tx.execute(_SPEND, {"number": escalation_id, "moment": tx.now, "used_at": tx.now}).rowcount == 1


_SPEND = _CHANGE.where(
    escalations.c.state == "decided",
    escalations.c.verdict == Verdict.APPROVED,
    escalations.c.used_at.is_(None),
    escalations.c.expires_at > bindparam("moment"),
)


def record_decision(
    tx: Tx,
    escalation: EscalationRecord,
    *,
    person: PersonId,
    verdict: Verdict,
    reason: str,
    edits: dict[str, Any] | None,
    digest: str,
    door: str,
    message: str | None,
    on_behalf_of: PersonId | None = None,
    took: float | None = None,
    changes: list[dict[str, Any]] | None = None,
) -> None:
    """Keeps one person's answer. Each person has one answer per version of the question; a new one replaces it."""
    if escalation.quorum > 1:
        tx.execute(
            delete(decisions).where(
                decisions.c.escalation_id == escalation.id,
                decisions.c.version == escalation.version,
                decisions.c.person == person,
            )
        )
    row = {
        "escalation_id": escalation.id,
        "version": escalation.version,
        "digest": digest,
        "person": person,
        "verdict": verdict,
        "reason": reason,
        "edits": edits,
        "door": door,
        "message": message,
        "at": tx.now,
        "on_behalf_of": on_behalf_of,
        "took": took,
        "changes": changes,
    }
    tx.execute(_RECORD, row)


_RECORD = insert(decisions)


def approvals(tx: Tx, escalation: EscalationRecord) -> list[DecisionRecord]:
    """Who approved this version of the question so far, in order."""
    rows = tx.execute(
        select(decisions)
        .where(
            decisions.c.escalation_id == escalation.id,
            decisions.c.version == escalation.version,
            decisions.c.verdict == Verdict.APPROVED,
        )
        .order_by(decisions.c.id)
    )
    return [decision_from(row) for row in rows]


@dataclass(frozen=True)
class Pace:
    """How a person has been answering: when last, and how many of their newest answers were approvals within seconds."""

    last_at: float | None
    fast: int


def pace(tx: Tx, person: PersonId, *, newest: int, seconds: float) -> Pace:
    """The pace of a person's `newest` answers; an approval within less than so many seconds is a fast one."""
    row = tx.execute(_PACE, {"who": person, "most": newest, "seconds": seconds}).one()
    return Pace(row.last_at, row.fast or 0)


_NEWEST_ANSWERS = (
    select(decisions.c.verdict, decisions.c.at, decisions.c.took)
    .where(decisions.c.person == bindparam("who"))
    .order_by(decisions.c.id.desc())
    .limit(bindparam("most", type_=Integer))
    .subquery()
)
_FAST = and_(_NEWEST_ANSWERS.c.verdict == Verdict.APPROVED, _NEWEST_ANSWERS.c.took < bindparam("seconds", type_=Float))
_PACE = select(func.max(_NEWEST_ANSWERS.c.at).label("last_at"), func.sum(case((_FAST, 1), else_=0)).label("fast"))


def ask_details(tx: Tx, escalation_id: EscalationId, *, by: PersonId, question: str) -> int:
    """Keeps what somebody wants to know before they decide. Returns its number."""
    row = tx.execute(
        insert(details)
        .values(escalation_id=escalation_id, by=by, question=question, asked_at=tx.now)
        .returning(details.c.id)
    )
    number: int = row.scalar_one()
    return number


def answer_details(tx: Tx, escalation_id: EscalationId, *, by: str, answer: str) -> int:
    """Answers every open request for details. Returns how many there were."""
    done = tx.execute(
        update(details)
        .where(details.c.escalation_id == escalation_id, details.c.answered_at.is_(None))
        .values(answer=answer, answered_by=by, answered_at=tx.now)
    )
    return done.rowcount


def details_of(tx: Tx, escalation_id: EscalationId, *, open_only: bool = False) -> list[DetailsRecord]:
    """What people asked about a question, oldest first."""
    statement = select(details).where(details.c.escalation_id == escalation_id).order_by(details.c.id)
    if open_only:
        statement = statement.where(details.c.answered_at.is_(None))
    return [DetailsRecord(**dict(row._mapping)) for row in tx.execute(statement)]


def due_for_reminder(tx: Tx, *, limit: int = 200) -> list[EscalationRecord]:
    """Open questions whose time for a reminder has come, oldest first."""
    rows = tx.execute(
        select(escalations)
        .where(escalations.c.state == "pending", escalations.c.remind_at <= tx.now, escalations.c.expires_at > tx.now)
        .order_by(escalations.c.remind_at)
        .limit(limit)
    )
    return [escalation_from(row) for row in rows]


def due_to_climb(tx: Tx, *, limit: int = 200) -> list[EscalationRecord]:
    """Open questions that may have reached the next rung of their chain."""
    rows = tx.execute(
        select(escalations)
        .where(escalations.c.state == "pending", escalations.c.climb_at <= tx.now, escalations.c.expires_at > tx.now)
        .order_by(escalations.c.climb_at)
        .limit(limit)
    )
    return [escalation_from(row) for row in rows]


def held_back(tx: Tx, *, limit: int = 500) -> list[EscalationRecord]:
    """Open questions whose card flood control holds back: the riskiest and then the oldest first."""
    risk = case({tier: tier.rank for tier in Tier}, value=escalations.c.tier, else_=0)
    rows = tx.execute(
        select(escalations)
        .where(escalations.c.state == "pending", escalations.c.posted_at.is_(None))
        .order_by(risk.desc(), escalations.c.id)
        .limit(limit)
    )
    return [escalation_from(row) for row in rows]


def votes(tx: Tx, escalation: EscalationRecord) -> Sequence[PersonId]:
    """Who approved this version so far, in order."""
    rows = tx.execute(
        select(decisions.c.person)
        .where(
            decisions.c.escalation_id == escalation.id,
            decisions.c.version == escalation.version,
            decisions.c.verdict == Verdict.APPROVED,
        )
        .order_by(decisions.c.id)
    )
    return [PersonId(row.person) for row in rows]
