"""`job.ask`: a question with a few answers to pick from."""

from collections.abc import Sequence

from agents.core.errors import Declined, InvalidInput
from agents.core.job import Evidence
from agents.core.records import EscalationKind, EscalationState, Verdict
from agents.core.status import WaitKind
from bot.engine.answers import wait_for_answer
from bot.engine.context import Run
from bot.engine.parking import park
from bot.engine.usage import check_steps
from handlers.operations import escalate
from storage.store import Tx


async def ask(run: Run, question: str, *, choices: Sequence[str], because: str, evidence: Sequence[Evidence]) -> str:
    """The choice that a person picked. Raises `Declined` when nobody picked one."""
    run.check()
    name = run.name("ask")
    asked = run.journal.escalations.get(name)
    if asked is None:
        check_steps(run)
        if not 2 <= len(set(choices)) == len(choices) <= 5 or any(not 1 <= len(one) <= 30 for one in choices):
            raise InvalidInput("A question needs 2 to 5 different choices of 1 to 30 characters each.")

        def write(tx: Tx) -> str:
            opened = escalate(
                tx,
                run.job,
                run.world.policy().of(run.agent.name),
                kind=EscalationKind.CHOOSE,
                name=name,
                question=question,
                verb="Choose",
                because=because,
                tier=run.agent.tier,
                choices=tuple(choices),
                evidence=tuple(evidence),
                case_type=run.job.case_type,
            )
            return f"escalation:{opened.id}"

        await park(run, WaitKind.PERSON, write)
    assert asked is not None  # `park` does not return when a new question was opened
    asked = await wait_for_answer(run, asked)
    if asked.state is EscalationState.DECIDED and asked.verdict is Verdict.CHOSEN and asked.answer is not None:
        return asked.answer
    verdict = asked.verdict if asked.state is EscalationState.DECIDED else asked.state
    raise Declined(
        f"Nobody picked an answer to: {question}",
        verdict=str(verdict),
        reason=asked.reason or "",
        by=asked.decided_by or "",
    )
