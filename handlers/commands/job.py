"""`/ops job J482`: one job in full."""

from handlers.blocks import text as t
from handlers.blocks.jobs import job_sheet
from handlers.cards import load_sheet
from handlers.commands.call import Call, Subcommand
from handlers.ids import read_job
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """Shows how it stands, what it did and what it waits for."""
    if not call.words.plain:
        raise call.needed("job", "job J482")
    job_id = read_job(call.words.first)

    def read(tx: Tx) -> Reply:
        sheet = load_sheet(tx, call.deps.registry, job_id)
        return Reply(text=t.mrkdwn("J{}: {}", str(job_id), t.clip(sheet.job.summary, 200)), blocks=job_sheet(sheet))

    return await call.read(read)


SUBCOMMAND = Subcommand(
    name="job",
    usage="J482",
    does="Shows one job: how it stands, what it did, what it waits for.",
    examples=("/ops job J482",),
    run=run,
    aliases=("show", "status"),
)
