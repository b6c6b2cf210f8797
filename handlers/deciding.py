"""One way from every door to a decision: the people concerned are looked up afresh, then the operation decides."""

from dataclasses import replace

from agents.core.ids import EscalationId
from agents.core.people import Person
from handlers.blocks import text as t
from handlers.deps import Deps
from handlers.operations import Answer, Decided, decide
from handlers.replies import Reply
from storage.store import Tx


async def fresh(deps: Deps, person: Person) -> Person:
    """The person as Slack knows them this moment: a right that was taken away counts no longer."""
    looked_up = await deps.people.person(person.id, fresh=True)
    return (
        replace(looked_up, kind=person.kind) if person.kind != looked_up.kind and person.kind != "member" else looked_up
    )


def settle(tx: Tx, deps: Deps, escalation_id: EscalationId, person: Person, answer: Answer) -> Decided:
    """Records the answer; see `operations.decide` for what it raises."""
    return decide(tx, deps.policy(), escalation_id, person, answer, registry=deps.registry)


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
