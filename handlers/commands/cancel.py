"""`/ops cancel J482`: stop a job."""

from agents.core.status import JobStatus
from handlers import operations
from handlers.commands.call import Call, Subcommand, says
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """Stops a waiting job at once, a running one at its next step."""
    if not call.words.plain:
        raise call.needed("job", "cancel J482")
    job_id = read_job(call.words.first)
    reason = call.words.after_first().rest[:500]

    hearing = await heard(call.deps, call.actor)

    def work(tx: Tx) -> Reply:
        job = operations.cancel(tx, call.deps.policy(), job_id, hearing.person, reason=reason)
        if job.status is JobStatus.CANCELLED:
            return says("Stopped J{}: {}", str(job_id), job.summary)
        return says("J{} stops at its next step: {}", str(job_id), job.summary)

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="cancel",
    usage="J482 [REASON]",
    does="Stops one job and withdraws its open questions.",
    examples=("/ops cancel J482", "/ops cancel J482 asked twice"),
    run=run,
    aliases=("kill", "abort"),
)
