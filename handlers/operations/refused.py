"""Tell the operators that Slack did not take a view of ours: people saw only its text."""

from collections.abc import Sequence
from hashlib import sha256

from agents.core.ids import PersonId
from agents.core.people import SYSTEM
from agents.core.records import OutboxRecord
from storage.outbox import Urgency, put
from storage.store import Tx

QUIET_SECONDS = 3600
"""One message an hour about each view and reader is enough to mend it."""

MOST = 10
"""Operators that are told; a group of hundreds is not written to one by one."""

VIEW = "view_refused"


def tell_operators(tx: Tx, row: OutboxRecord, *, code: str, operators: Sequence[PersonId]) -> None:
    """Queues a direct message to each operator, and writes it into the audit."""
    tx.audit("view.refused", actor=SYSTEM, job_id=row.job_id, view=row.view, kind=row.kind, code=code, row=row.id)
    if row.view == VIEW:
        return
    hour = int(tx.now // QUIET_SECONDS)
    for operator in operators[:MOST]:
        put(
            tx,
            "post",
            VIEW,
            user=operator,
            stream=f"refused:{operator}",
            urgency=Urgency.RESULT,
            key=_key(row.view, operator, hour),
            refused=row.view,
            code=code,
            row=row.id,
        )


def _key(view: str, operator: PersonId, hour: int) -> str:
    """The same within an hour, so that one message is queued."""
    return "refused:" + sha256(f"{view}:{operator}:{hour}".encode()).hexdigest()[:24]
