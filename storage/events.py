"""Events that people and other systems post to a job that waits for them."""

from typing import Any

from sqlalchemy import select

from agents.core.ids import JobId, PersonId
from storage.dialects import insert_new
from storage.store import Tx
from storage.tables import events


def post(tx: Tx, job_id: JobId, name: str, payload: Any, *, by: PersonId) -> bool:
    """Keeps an event for a job. Returns False when one of that name was posted before: the first stays."""
    row = {"job_id": job_id, "name": name, "payload": payload, "by": by, "at": tx.now}
    return insert_new(tx, events, ["job_id", "name"], row)


def find(tx: Tx, job_id: JobId, name: str) -> tuple[bool, Any]:
    """Whether an event was posted, and its payload."""
    row = tx.execute(select(events.c.payload).where(events.c.job_id == job_id, events.c.name == name)).first()
    return (True, row.payload) if row else (False, None)
