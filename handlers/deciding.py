"""One way from every door to a decision: the people concerned are looked up afresh, then the operation decides."""

from agents.core.ids import EscalationId
from agents.core.people import Person
from handlers.blocks import text as t
from handlers.deps import Deps
from handlers.operations import Answer, Decided, Hearing, decide, hear
from handlers.replies import Reply
from storage.store import Tx


async def heard(deps: Deps, person: Person, escalation_id: EscalationId | None = None) -> Hearing:
    """The person as Slack knows them this moment, and whom they stand in for: a right that was taken away counts no more."""
    return await hear(deps.store, deps.people, deps.policy(), person, escalation_id)


def settle(tx: Tx, deps: Deps, escalation_id: EscalationId, hearing: Hearing, answer: Answer) -> Decided:
    """Records the answer; see `operations.decide` for what it raises."""
    return decide(
        tx, deps.policy(), escalation_id, hearing.person, answer, registry=deps.registry, voters=hearing.voters
    )


def aftermath(done: Decided) -> Reply | None:
    """What the person hears when their answer alone did not settle the question; the card says everything else."""
    if done.replaced:
        number = str(done.escalation.id)
        return Reply(
            text=t.mrkdwn(
                "Your change raised the risk, so it became a new question: E{}. Nothing was approved yet.", number
            )
        )
    if done.second_look:
        return Reply(
            text=t.mrkdwn(
                "Your change is on the card. At this risk it needs an approval of its own, after a second look."
            )
        )
    if not done.complete:
        return Reply(text=t.mrkdwn("Your approval counts. {} needed.", t.count(done.missing, "more is", "more are")))
    return None
