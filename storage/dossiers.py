"""All that is kept about a job, in one piece: as it goes into the archive."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select

from agents.core.ids import PersonId
from storage.payloads import Unreadable
from storage.store import Tx
from storage.tables import decisions, details, effects, escalations, events, jobs, steps

Dossier = dict[str, Any]
"""A job's row under `job`, and lists of rows under `steps`, `events`, `effects` and `escalations`; each escalation with its
`decisions` and `details`. JSON throughout."""

_OF_JOBS = {"steps": steps, "events": events, "effects": effects, "escalations": escalations}
_OF_ESCALATIONS = {"decisions": decisions, "details": details}


def read(tx: Tx, job_ids: Sequence[int]) -> list[Dossier]:
    """The dossiers of these jobs, by number."""
    found: dict[int, Dossier] = {
        row["id"]: {"job": row, **{name: [] for name in _OF_JOBS}} for row in _rows(tx, jobs, "id", job_ids)
    }
    for name, table in _OF_JOBS.items():
        for row in _rows(tx, table, "job_id", list(found)):
            found[row["job_id"]][name].append(row)
    asked = {row["id"]: row for dossier in found.values() for row in dossier["escalations"]}
    for name, table in _OF_ESCALATIONS.items():
        for row in asked.values():
            row[name] = []
        for row in _rows(tx, table, "escalation_id", list(asked)):
            asked[row["escalation_id"]][name].append(row)
    return [found[number] for number in sorted(found)]


def _rows(tx: Tx, table: Table, column: str, numbers: Sequence[int]) -> list[dict[str, Any]]:
    statement = select(table).where(table.c[column].in_(numbers)).order_by(*table.primary_key.columns)
    return [{name: _readable(value) for name, value in row._mapping.items()} for row in tx.execute(statement)]


def _readable(value: Any) -> Any:
    return {"unreadable": value.raw} if isinstance(value, Unreadable) else value


ERASED = "[erased]"
BLANK_JOB: dict[str, Any] = {"input": {}, "output": None, "summary": ERASED, "error": None, "doing": None}
BLANK_STEP: dict[str, Any] = {"result": None}
BLANK_EVENT: dict[str, Any] = {"payload": None}
BLANK_EFFECT: dict[str, Any] = {"args": {}, "result": None, "error": None}
BLANK_ESCALATION: dict[str, Any] = {
    **{"args": {}, "edits": None, "evidence": [], "question": ERASED, "because": ERASED},
    **{"answer": None, "reason": None, "record": None},
}
BLANK_DECISION = {"reason": "", "edits": None, "changes": None}
"""What takes the place of what somebody wrote, by table. Who did what and when stays."""


def blank(dossier: Dossier, about: PersonId) -> bool:
    """Erases what this person wrote from a dossier; returns whether there was any of it."""
    before = str(dossier)
    if dossier["job"]["requester"] == about:
        dossier["job"] |= BLANK_JOB
        for name, empty in (("steps", BLANK_STEP), ("events", BLANK_EVENT), ("effects", BLANK_EFFECT)):
            for row in dossier[name]:
                row |= empty
    for asked in dossier["escalations"]:
        if dossier["job"]["requester"] == about:
            asked |= BLANK_ESCALATION
        if asked["decided_by"] == about:
            asked["reason"] = None
        for row in asked["decisions"]:
            row |= BLANK_DECISION if row["person"] == about else {}
        for row in asked["details"]:
            row |= {"question": ERASED} if row["by"] == about else {}
            row |= {"answer": ERASED} if row["answered_by"] == about else {}
    return str(dossier) != before
