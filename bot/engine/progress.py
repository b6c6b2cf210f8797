"""The one message in a job's thread that shows how it goes."""

from agents.core.records import JobRecord
from storage.outbox import Urgency, places, put
from storage.store import Tx


def show(tx: Tx, job: JobRecord, *, first: bool = False, ended: bool = False) -> None:
    """Queues a repaint of the job's message. It is posted when it is the `first` one, or when a job ended badly that
    had said nothing so far."""
    if not job.source.channel:
        return
    subject = f"job:{job.id}"
    known = not first and (job.doing is not None or bool(places(tx, subject, "progress")))
    if not known and not first and not ended:
        return
    put(
        tx,
        "update" if known else "post",
        "progress",
        channel=job.source.channel,
        thread_ts=job.source.thread_ts or job.source.ts,
        stream=subject,
        urgency=Urgency.PROGRESS if not ended else Urgency.RESULT,
        subject=subject,
        job_id=job.id,
        merge=True,
    )
