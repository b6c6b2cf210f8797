"""Drop, on a dead letter."""

from agents.core.records import JobRecord
from handlers.actions.press import Press
from handlers.commands.call import says
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.operations.dead import drop
from handlers.replies import Reply
from storage.store import Tx


async def handle_job_drop(press: Press) -> None:
    """The job is kept for the record and not tried again."""
    job_id = read_job(press.value)
    hearing = await heard(press.deps, press.actor)

    def work(tx: Tx) -> JobRecord:
        return drop(tx, press.deps.policy(), job_id, hearing.person)

    def tell(_: JobRecord) -> Reply:
        return says("J{} is dropped.", str(job_id))

    await press.write(work, says=tell)
