"""`/ops undo J482`: take back what a job did last."""

from agents.core.errors import Conflict
from agents.core.ids import EffectId
from agents.core.records import EffectState
from handlers import operations
from handlers.commands.call import Call, Subcommand, says
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.replies import Reply
from handlers.steps import tool_title
from storage import jobs, journal
from storage.store import Tx


async def run(call: Call) -> Reply:
    """The newest change of the job, in the time its tool allows."""
    if not call.words.plain:
        raise call.needed("job", "undo J482")
    job_id = read_job(call.words.first)
    hearing = await heard(call.deps, call.actor)

    def work(tx: Tx) -> Reply:
        job = jobs.get(tx, job_id)
        done = [one for one in journal.effects_of(tx, job_id).values() if one.state is EffectState.DONE]
        if not done:
            raise Conflict(f"J{job_id} has changed nothing that could be taken back.")
        effect = operations.ask_undo(tx, call.deps.policy(), EffectId(done[-1].id), hearing.person)
        return says(
            "{} of J{} is being taken back.", tool_title(call.deps.registry, job.agent, effect.tool), str(job_id)
        )

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="undo",
    usage="J482",
    does="Takes back the last change of a job, while its tool allows it.",
    examples=("/ops undo J482",),
    run=run,
    aliases=("revert",),
)
