"""`/ops retry J482`: put a failed job back into the queue."""

from handlers import operations
from handlers.commands.call import Call, Subcommand, says
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """What the job did before is not done again."""
    if not call.words.plain:
        raise call.needed("job", "retry J482")
    job_id = read_job(call.words.first)

    hearing = await heard(call.deps, call.actor)

    def work(tx: Tx) -> Reply:
        job = operations.retry(tx, call.deps.policy(), job_id, hearing.person)
        return says("J{} is in the queue again: {}", str(job_id), job.summary)

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="retry",
    usage="J482",
    does="Tries a failed, expired or dead job again; what it did is not repeated.",
    examples=("/ops retry J482",),
    run=run,
    aliases=("requeue", "again"),
)
