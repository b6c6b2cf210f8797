"""Try again, on a failed job."""

from agents.core.records import JobRecord
from handlers import operations
from handlers.actions.press import Press
from handlers.commands.call import says
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.replies import Reply
from storage.store import Tx


async def handle_job_retry(press: Press) -> None:
    """Puts the job back into the queue; what it did is not done again."""
    job_id = read_job(press.value)

    hearing = await heard(press.deps, press.actor)

    def work(tx: Tx) -> JobRecord:
        return operations.retry(tx, press.deps.policy(), job_id, hearing.person)

    def tell(_: JobRecord) -> Reply:
        return says("J{} is in the queue again.", str(job_id))

    await press.write(work, says=tell)
