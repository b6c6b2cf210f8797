"""Try again, on a card whose approved call failed."""

from agents.core.records import JobRecord
from handlers import operations
from handlers.actions.press import Press
from handlers.commands.call import says
from handlers.deciding import heard
from handlers.replies import Reply
from storage import escalations
from storage.store import Tx


async def handle_try_again(press: Press) -> None:
    """Puts the job back into the queue: the same stored call is tried under the same key, while its approval is valid."""
    hearing = await heard(press.deps, press.actor, press.ref.id)

    def work(tx: Tx) -> JobRecord:
        press.check_card(tx)
        job_id = escalations.get(tx, press.ref.id).job_id
        return operations.retry(tx, press.deps.policy(), job_id, hearing.person)

    def tell(job: JobRecord) -> Reply:
        return says("J{} is in the queue again.", str(job.id))

    await press.write(work, says=tell)
