"""`/ops stop`: everything, or one job."""

from handlers import operations
from handlers.commands import cancel
from handlers.commands.call import Call, Subcommand, says
from handlers.deciding import heard
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """`stop J482` is `cancel J482`; `stop all` lets nothing new begin."""
    word = call.words.first.lower()
    if word not in ("all", "everything"):
        if not word:
            raise call.needed("job, or all", "stop J482` or `/ops stop all")
        return await cancel.run(call)
    hearing = await heard(call.deps, call.actor)
    reason = call.words.after_first().rest[:500]

    def work(tx: Tx) -> Reply:
        if operations.stop_all(tx, call.deps.policy(), hearing.person, reason=reason):
            return says("Everything is stopped: nothing new is done. `/ops resume all` lifts it; operators may.")
        return says("Everything was stopped already.")

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="stop",
    usage="J482 | all [REASON]",
    does="Stops one job, or everything at once.",
    examples=("/ops stop J482", "/ops stop all wrong data since noon"),
    run=run,
    aliases=("halt",),
)
