"""`/ops incident J482 what happened`: a job did harm."""

from handlers import operations
from handlers.commands.call import Call, Subcommand, says
from handlers.commands.words import unescaped
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """Counts against the agent; what it did alone is asked about again."""
    if not call.words.plain:
        raise call.needed("job", "incident J482 the wrong customer was told")
    job_id = read_job(call.words.first)
    text = unescaped(call.words.after_first().rest)[:2000]
    hearing = await heard(call.deps, call.actor)

    def work(tx: Tx) -> Reply:
        fell = operations.file_incident(tx, call.deps.policy(), job_id, hearing.person, text)
        return says(
            "The incident of J{} is on record.{}", str(job_id), " The agent asks again before it acts." if fell else ""
        )

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="incident",
    usage="J482 WHAT HAPPENED",
    does="Reports that a job did harm.",
    examples=("/ops incident J482 the wrong customer was told",),
    run=run,
    aliases=("report",),
)
