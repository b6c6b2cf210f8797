"""Questions to people, and their answers."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from agents.core.errors import NotFound
from agents.core.ids import EscalationId, JobId, PersonId
from agents.core.records import EscalationRecord, EscalationState, Verdict
from storage.rows import escalation_from
from storage.store import Tx
from storage.tables import decisions, escalations


def add(tx: Tx, **values: Any) -> EscalationRecord:
    """Adds a pending escalation; `values` are columns of `storage.tables.escalations`."""
    row = tx.execute(
        insert(escalations).values(state=EscalationState.PENDING, created_at=tx.now, **values).returning(*escalations.c)
    ).one()
    return escalation_from(row)


def get(tx: Tx, escalation_id: EscalationId) -> EscalationRecord:
    """One escalation. Raises `NotFound`."""
    row = tx.execute(select(escalations).where(escalations.c.id == escalation_id)).first()
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


def settle(tx: Tx, escalation_id: EscalationId, state: EscalationState, *, version: int | None = None, **values: Any) -> bool:
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
    """Uses up an approval. Returns False when it was used before: an approval is good for one execution."""
    done = tx.execute(
        update(escalations)
        .where(
            escalations.c.id == escalation_id,
            escalations.c.state == "decided",
            escalations.c.verdict == Verdict.APPROVED,
            escalations.c.used_at.is_(None),
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
) -> None:
    """Keeps one person's answer. Each person has one answer per version of the question."""
    tx.execute(
        insert(decisions).values(
            escalation_id=escalation.id,
            version=escalation.version,
            digest=digest,
            person=person,
            verdict=verdict,
            reason=reason,
            edits=edits,
            door=door,
            message=message,
            at=tx.now,
        )
    )


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
