"""`/ops pause triage`: start none of an agent's jobs."""

from handlers import operations
from handlers.commands.call import Call, Subcommand, says
from handlers.deciding import heard
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """Pauses one agent; what runs already goes on, approvals are kept."""
    if not call.words.plain:
        raise call.needed("agent", "pause triage")
    agent = call.deps.registry.get(call.words.first.lower())

    hearing = await heard(call.deps, call.actor)

    def work(tx: Tx) -> Reply:
        if operations.pause(tx, call.deps.policy(), agent.name, hearing.person):
            return says("{} is paused. Approvals are kept and run after `/ops resume {}`.", agent.title, agent.name)
        return says("{} was paused already.", agent.title)

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="pause",
    usage="AGENT",
    does="Starts none of an agent's jobs until you resume it.",
    examples=("/ops pause triage",),
    run=run,
    aliases=("hold",),
)
