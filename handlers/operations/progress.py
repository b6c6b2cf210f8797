"""Where people see how a job goes: one message in its thread, its agent session, the workflow step that waits for it."""

from agents.core.ids import JobId
from agents.core.records import JobRecord
from agents.core.status import FINISHED, JobStatus, WaitKind
from handlers.operations.asker import room_of
from storage import jobs
from storage.outbox import Urgency, places, put
from storage.store import Tx

CONVERSATIONS = ("direct", "mention")
"""Doors whose thread is an agent session."""
STEP = "function:"
"""A job that a workflow step started has this dedup key, followed by the id of the step's execution."""


def show(tx: Tx, job: JobRecord, *, first: bool = False, ended: bool = False) -> None:
    """Queues a repaint of the job's message. It is posted when it is the `first` one, or when a job ended badly that
    had said nothing so far."""
    if job.dedup_key and job.dedup_key.startswith(STEP):
        _finish_step(tx, job.id)
    room = room_of(job)
    if room is None:
        return
    if job.source.channel and job.source.kind in CONVERSATIONS:
        _set_session(tx, job, first=first)
    subject = f"job:{job.id}"
    known = not first and (job.doing is not None or bool(places(tx, subject, "progress")))
    if not known and not first and not ended:
        return
    put(
        tx,
        "update" if known else "post",
        "progress",
        channel=room.channel,
        thread_ts=room.thread_ts,
        user=room.user,
        stream=subject,
        urgency=Urgency.PROGRESS if not ended else Urgency.RESULT,
        subject=subject,
        job_id=job.id,
        merge=True,
    )


def _set_session(tx: Tx, job: JobRecord, *, first: bool) -> None:
    """Tells Slack at the start, when people are asked, and at the end: each call costs, so not at every step."""
    thread = job.source.thread_ts or job.source.ts
    now = jobs.get(tx, job.id)
    asks = now.status is JobStatus.WAITING and now.wait_kind is WaitKind.PERSON
    if not thread or not (first or asks or now.status in FINISHED):
        return
    put(
        tx,
        "session",
        "session",
        channel=job.source.channel,
        user=job.requester,
        thread_ts=thread,
        stream=f"session:{job.id}",
        urgency=Urgency.PROGRESS,
        subject=f"job:{job.id}",
        job_id=job.id,
        merge=True,
    )


def _finish_step(tx: Tx, job_id: JobId) -> None:
    """Lets a workflow go on once the job of its step has ended, however long that took."""
    job = jobs.get(tx, job_id)
    if job.status not in FINISHED or not job.dedup_key:
        return
    put(
        tx,
        "function",
        "workflow_step",
        stream=f"function:{job_id}",
        urgency=Urgency.RESULT,
        subject=f"function:{job_id}",
        job_id=job_id,
        merge=True,
        execution=job.dedup_key.removeprefix(STEP),
    )
