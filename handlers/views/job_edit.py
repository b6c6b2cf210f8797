"""Edit and try again was submitted."""

from handlers.blocks.form import read_form
from handlers.commands.call import says
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.operations import Submitted
from handlers.operations.dead import retry_with
from handlers.replies import Reply
from handlers.views.submission import Answer, Submission
from storage import jobs
from storage.store import Tx


async def handle_job_edit(submission: Submission) -> Answer:
    """Starts the work anew with the changed input."""
    deps = submission.deps
    job_id = read_job(submission.held.name)
    job = await deps.store.read(lambda tx: jobs.get(tx, job_id))
    agent = deps.registry.get(job.agent)
    filled = read_form(agent.input, submission.entered, job.input)
    if filled.errors:
        return await submission.errors(filled.errors)
    hearing = await heard(deps, submission.actor)

    def work(tx: Tx) -> Submitted:
        key = f"envelope:{submission.delivery.id}"
        return retry_with(tx, deps.policy(), agent, job_id, hearing.person, filled.values, dedup_key=key)

    def tell(made: Submitted) -> Reply:
        return says("{} started anew: J{}.", agent.title, str(made.job_id))

    return await submission.write(work, says=tell)
