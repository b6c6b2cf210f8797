"""Jobs by the conversation they came from."""

from sqlalchemy import or_, select

from agents.core.ids import PersonId
from agents.core.records import JobRecord
from agents.core.status import JobStatus
from storage.rows import job_from
from storage.store import Tx
from storage.tables import jobs

OPEN = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.WAITING)


def open_jobs(
    tx: Tx,
    *,
    channel: str,
    thread_ts: str | None = None,
    requester: PersonId | None = None,
    before: float,
    limit: int = 10,
) -> list[JobRecord]:
    """Jobs that came from this channel (and thread, and person, when they are given), are not finished, and began no later
    than `before`; newest first. Children of other jobs are left out: they stop with their parent."""
    source = jobs.c.source
    conditions = [
        jobs.c.status.in_([str(status) for status in OPEN]),
        source["channel"].as_string() == channel,
        jobs.c.created_at <= before,
        jobs.c.parent_id.is_(None),
        jobs.c.cancel_asked.is_(False),
    ]
    if thread_ts is not None:
        conditions.append(or_(source["thread_ts"].as_string() == thread_ts, source["ts"].as_string() == thread_ts))
    if requester is not None:
        conditions.append(jobs.c.requester == requester)
    rows = tx.execute(select(jobs).where(*conditions).order_by(jobs.c.id.desc()).limit(limit))
    return [job_from(row) for row in rows]
