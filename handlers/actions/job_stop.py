"""Stop, on a progress message or a job's sheet."""

from agents.core.records import JobRecord
from agents.core.status import JobStatus
from handlers import operations
from handlers.actions.press import Press
from handlers.commands.call import says
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.replies import Reply
from storage.store import Tx


async def handle_job_stop(press: Press) -> None:
    """Stops the job and tells the person how far that got."""
    job_id = read_job(press.value)

    hearing = await heard(press.deps, press.actor)

    def work(tx: Tx) -> JobRecord:
        return operations.cancel(tx, press.deps.policy(), job_id, hearing.person)

    def tell(job: JobRecord) -> Reply:
        if job.status is JobStatus.CANCELLED:
            return says("Stopped J{}.", str(job_id))
        return says("J{} stops at its next step.", str(job_id))

    await press.write(work, says=tell)
