"""Edit and retry, on a dead letter: its input as a form."""

from agents.core.errors import Conflict
from handlers.actions.press import Press
from handlers.blocks.jobs import REQUEUEABLE
from handlers.blocks.work_dialogs import job_edit_dialog
from handlers.ids import Held, read_job
from storage import jobs


async def handle_job_edit(press: Press) -> None:
    """A changed input is a new job that names the old one; the old one stays as it was."""
    job_id = read_job(press.value)
    job = await press.deps.store.read(lambda tx: jobs.get(tx, job_id))
    if job.status not in REQUEUEABLE:
        raise Conflict(f"J{job_id} is {job.status}, so there is nothing to try again.")
    agent = press.deps.registry.get(job.agent)
    held = Held(name=str(job_id), channel=press.channel or "", thread_ts=press.thread_ts or "")
    await press.open(job_edit_dialog(job, agent.input, held))
    await press.write(lambda _: None)
