"""Questions to people, and their answers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, case, delete, func, insert, select, update

from agents.core.contract import Tier
from agents.core.errors import NotFound
from agents.core.ids import EscalationId, JobId, PersonId
from agents.core.records import DecisionRecord, DetailsRecord, EscalationRecord, EscalationState, Verdict
from storage.rows import decision_from, escalation_from
from storage.store import Tx
from storage.tables import decisions, details, escalations


def add(tx: Tx, **values: Any) -> EscalationRecord:
    """Adds a pending escalation; `values` are columns of `storage.tables.escalations`."""
    row = tx.execute(
        insert(escalations).values(state=EscalationState.PENDING, created_at=tx.now, **values).returning(*escalations.c)
    ).one()
    return escalation_from(row)


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
    row = tx.execute(
        select(escalations)
        .where(escalations.c.job_id == job_id, escalations.c.name == name)
        .order_by(escalations.c.id.desc())
        .limit(1)
    ).first()
    return escalation_from(row) if row else None


def latest_named(tx: Tx, name: str) -> EscalationRecord | None:
    """The newest escalation of this name, of whichever job."""
    row = tx.execute(select(escalations).where(escalations.c.name == name).order_by(escalations.c.id.desc()).limit(1))
    found = row.first()
    return escalation_from(found) if found else None


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
) -> bool:
    """Closes an open escalation; the first caller wins. Returns whether this caller did.

    With `version` only that version is closed: what the person saw is what is decided.
    """
    conditions = [escalations.c.id == escalation_id, escalations.c.state == "pending"]
    if version is not None:
        conditions.append(escalations.c.version == version)
    done = tx.execute(update(escalations).where(*conditions).values(state=state, **values))
    return done.rowcount == 1


def change(tx: Tx, escalation_id: EscalationId, **values: Any) -> None:
    """Changes columns that are not the state."""
    tx.execute(update(escalations).where(escalations.c.id == escalation_id).values(**values))


def spend(tx: Tx, escalation_id: EscalationId) -> bool:
    """Uses up an approval. Returns False when it was used before or has run out: it is good for one execution, in time."""
    done = tx.execute(
        update(escalations)
        .where(
            escalations.c.id == escalation_id,
            escalations.c.state == "decided",
            escalations.c.verdict == Verdict.APPROVED,
            escalations.c.used_at.is_(None),
            escalations.c.expires_at > tx.now,
        )
        .values(used_at=tx.now)
    )
    return done.rowcount == 1


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


_LAST_ANSWER = (
    select(decisions.c.at).where(decisions.c.person == bindparam("who")).order_by(decisions.c.id.desc()).limit(1)
)


def last_answer_at(tx: Tx, person: PersonId) -> float | None:
    """When a person answered anything last."""
    at: float | None = tx.execute(_LAST_ANSWER, {"who": person}).scalar()
    return at


def fast_in_a_row(tx: Tx, person: PersonId, *, limit: int, seconds: float) -> int:
    """How many of a person's newest answers, `limit` at the most, were approvals given within so many seconds; counting
    ends at the first that was not."""
    rows = tx.execute(
        select(decisions.c.verdict, decisions.c.took)
        .where(decisions.c.person == person)
        .order_by(decisions.c.id.desc())
        .limit(limit)
    )
    number = 0
    for verdict, took in rows:
        if verdict != Verdict.APPROVED or took is None or took >= seconds:
            break
        number += 1
    return number


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
