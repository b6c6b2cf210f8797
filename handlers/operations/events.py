"""Tell a job what it waits for."""

from typing import Any

from agents.core.canonical import canonical
from agents.core.errors import Conflict, InvalidInput
from agents.core.ids import JobId, PersonId
from agents.core.status import FINISHED, JobStatus, WaitKind
from storage import events, jobs
from storage.store import Tx

LARGEST = 100_000
"""Bytes of a payload as JSON."""


def post_event(tx: Tx, job_id: JobId, name: str, payload: Any, *, by: PersonId) -> bool:
    """Posts an event to a job and wakes it when it waits for that. Returns False when the event was there already.

    Raises `Conflict` for a job that is finished, `InvalidInput` for a payload that is too large or not JSON.
    """
    job = jobs.get(tx, job_id, lock=True)
    if job.status in FINISHED:
        raise Conflict(f"J{job_id} is {job.status} and waits for nothing any more.")
    if len(canonical(payload)) > LARGEST:
        raise InvalidInput(f"An event may carry {LARGEST} bytes at most.")
    if not events.post(tx, job_id, name, payload, by=by):
        return False
    tx.audit("event.posted", actor=by, job_id=job_id, name=name)
    if job.status is JobStatus.WAITING and job.wait_kind is WaitKind.EVENT and job.wait_for == f"event:{name}":
        jobs.requeue(tx, job_id)
    return True
