"""`/ops reject E17 wrong queue`: reject, with a reason."""

from agents.core.records import Verdict
from handlers import operations
from handlers.commands.call import Call, Subcommand, says
from handlers.commands.words import unescaped
from handlers.deciding import heard, settle
from handlers.ids import read_escalation
from handlers.replies import Reply
from storage import escalations
from storage.store import Tx

REASON = 1000


async def run(call: Call) -> Reply:
    """Decides on the question as it stands."""
    if not call.words.plain:
        raise call.needed("question", "reject E17 wrong queue")
    escalation_id = read_escalation(call.words.first)
    reason = unescaped(call.words.after_first().rest)[:REASON]

    hearing = await heard(call.deps, call.actor, escalation_id)

    def work(tx: Tx) -> Reply:
        version = escalations.get(tx, escalation_id).version
        answer = operations.Answer(verdict=Verdict.REJECTED, version=version, door=call.door, reason=reason)
        settle(tx, call.deps, escalation_id, hearing, answer)
        return says("Rejected E{}{}.", str(escalation_id), f": {reason}" if reason else "")

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="reject",
    usage="E17 [REASON]",
    does="Rejects a question; the requester reads your reason.",
    examples=("/ops reject E17 wrong queue",),
    run=run,
    aliases=("deny", "decline"),
)
