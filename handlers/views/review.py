"""The Review dialog was submitted: approve what it showed."""

from agents.core.records import Verdict
from handlers import operations
from handlers.deciding import aftermath, heard, settle
from handlers.views.reject import place
from handlers.views.submission import Answer, Submission


async def handle_review(submission: Submission) -> Answer:
    """Records the approval. Slack offers submit on the last page only."""
    answer = operations.Answer(
        verdict=Verdict.APPROVED,
        version=submission.ref.version,
        door="review",
        reviewed=True,
        message=place(submission),
    )
    hearing = await heard(submission.deps, submission.actor, submission.ref.id)
    return await submission.write(
        lambda tx: settle(tx, submission.deps, submission.ref.id, hearing, answer), says=aftermath
    )
