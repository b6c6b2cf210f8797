"""`/ops approve E17`: approve as proposed."""

from agents.core.errors import InvalidInput
from agents.core.records import Verdict
from handlers import operations
from handlers.blocks.card import needs_review
from handlers.cards import load_card
from handlers.commands.call import Call, Subcommand, says
from handlers.deciding import heard, settle
from handlers.ids import read_escalation
from handlers.replies import Reply
from storage.store import Tx


async def run(call: Call) -> Reply:
    """Decides on the question as it stands. What must be read in full first is not approved from here."""
    if not call.words.plain:
        raise call.needed("question", "approve E17")
    escalation_id = read_escalation(call.words.first)
    policy = call.deps.policy()

    hearing = await heard(call.deps, call.actor, escalation_id)

    def work(tx: Tx) -> Reply:
        card = load_card(tx, call.deps.registry, policy, escalation_id)
        if needs_review(card.escalation, card.shown):
            raise InvalidInput(
                f"E{escalation_id} must be read in full first: press Review and decide on its card or on my Home tab."
            )
        answer = operations.Answer(verdict=Verdict.APPROVED, version=card.escalation.version, door=call.door)
        done = settle(tx, call.deps, escalation_id, hearing, answer)
        if not done.complete:
            return says("Your approval of E{} counts; {} more needed.", str(escalation_id), str(done.missing))
        return says("Approved E{}: {}", str(escalation_id), card.escalation.question)

    return await call.write(work)


SUBCOMMAND = Subcommand(
    name="approve",
    usage="E17",
    does="Approves a question as it stands.",
    examples=("/ops approve E17",),
    run=run,
    aliases=("ok", "accept"),
)
