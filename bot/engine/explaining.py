"""An agent answers what somebody wants to know before they decide. What is proposed stays as it is."""

from agents.core.records import EscalationRecord
from bot.engine.context import Run
from bot.engine.outside import OutsideFailed, outside
from handlers.operations import answer_details
from storage import escalations

SECONDS = 60.0


async def explain(run: Run, asked: EscalationRecord) -> None:
    """Answers the open requests for details about a question, when the agent can explain itself."""
    if run.agent.explain is None or run.handle is None:
        return
    wanted = await run.world.store.read(lambda tx: escalations.details_of(tx, asked.id, open_only=True))
    for one in wanted:
        try:
            evidence = await outside(run.agent.explain(run.handle, asked, one.question), seconds=SECONDS)
            answer = (
                "; ".join(f"{piece.label}: {piece.text}" for piece in evidence) or "I know nothing more about this."
            )
        except OutsideFailed as failed:
            evidence, answer = (), f"I could not find out more: {failed.failure.text}"
        pieces, said = tuple(evidence), answer
        await run.write(lambda tx: answer_details(tx, asked.id, by=run.agent.name, answer=said, evidence=pieces))  # noqa: B023
