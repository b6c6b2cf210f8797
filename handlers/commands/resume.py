"""`/ops resume triage`: let an agent's jobs start again."""

from agents.core.people import Person
from handlers import operations
from handlers.commands.call import Call, Subcommand, says
from handlers.deciding import heard
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """Resumes one agent."""
    if not call.words.plain:
        raise call.needed("agent", "resume triage")
    hearing = await heard(call.deps, call.actor)
    if call.words.first.lower() in ("all", "everything"):
        return await lift(call, hearing.person)
    agent = call.deps.registry.get(call.words.first.lower())

    def work(tx: Tx) -> Reply:
        if operations.resume(tx, call.deps.policy(), agent.name, hearing.person):
            return says("{} works again.", agent.title)
        return says("{} was not paused.", agent.title)

    return await call.write(work)


async def lift(call: Call, person: Person) -> Reply:
    """Lifts the stop of everything."""

    def work(tx: Tx) -> Reply:
        if operations.resume_all(tx, call.deps.policy(), person):
            return says("The stop is lifted: agents work again.")
        return says("Nothing was stopped.")

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="resume",
    usage="AGENT | all",
    does="Lets a paused agent work again; `all` lifts the stop of everything.",
    examples=("/ops resume triage", "/ops resume all"),
    run=run,
    aliases=("unpause", "continue"),
)
