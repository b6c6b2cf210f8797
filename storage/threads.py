"""Jobs by the conversation they came from."""

from sqlalchemy import and_, or_, select

from agents.core.ids import PersonId
from agents.core.records import JobRecord
from agents.core.status import JobStatus
from storage.rows import job_from
from storage.store import Tx
from storage.tables import escalations, jobs, messages

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
    than `before`; newest first. A thread under a message of ours is that of the job it speaks of. Children of other jobs are
    left out: they stop with their parent."""
    source = jobs.c.source
    conditions = [
        jobs.c.status.in_([str(status) for status in OPEN]),
        jobs.c.created_at <= before,
        jobs.c.parent_id.is_(None),
        jobs.c.cancel_asked.is_(False),
    ]
    here = source["channel"].as_string() == channel
    if thread_ts is not None:
        began = or_(source["thread_ts"].as_string() == thread_ts, source["ts"].as_string() == thread_ts)
        here = or_(and_(here, began), jobs.c.id == _spoken_of(tx, channel, thread_ts))
    conditions.append(here)
    if requester is not None:
        conditions.append(jobs.c.requester == requester)
    rows = tx.execute(select(jobs).where(*conditions).order_by(jobs.c.id.desc()).limit(limit))
    return [job_from(row) for row in rows]


def _spoken_of(tx: Tx, channel: str, ts: str) -> int | None:
    """The job that a message of ours speaks of: its progress, its card, a word to its asker."""
    found = select(messages.c.subject).where(messages.c.channel == channel, messages.c.ts == ts)
    kind, _, number = str(tx.execute(found).scalar() or "").partition(":")
    if not number.isdecimal():
        return None
    if kind == "job":
        return int(number)
    if kind in ("escalation", "asker"):
        return tx.execute(select(escalations.c.job_id).where(escalations.c.id == int(number))).scalar()
    return None
