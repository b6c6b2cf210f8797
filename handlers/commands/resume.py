"""`/ops resume triage`: let an agent's jobs start again."""

from handlers import operations
from handlers.commands.call import Call, Subcommand, says
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """Resumes one agent."""
    if not call.words.plain:
        raise call.needed("agent", "resume triage")
    agent = call.deps.registry.get(call.words.first.lower())

    def work(tx: Tx) -> Reply:
        if operations.resume(tx, call.deps.policy(), agent.name, call.actor):
            return says("{} works again.", agent.title)
        return says("{} was not paused.", agent.title)

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="resume",
    usage="AGENT",
    does="Lets a paused agent's jobs start again.",
    examples=("/ops resume triage",),
    run=run,
    aliases=("unpause", "continue"),
)
