"""The Review dialog was submitted: approve what it showed."""

from agents.core.records import Verdict
from handlers import operations
from handlers.views.reject import place
from handlers.views.submission import Answer, Submission


async def handle_review(submission: Submission) -> Answer:
    """Records the approval. Slack offers submit on the last page only."""
    answer = operations.Answer(
        verdict=Verdict.APPROVED, version=submission.ref.version, door="review", message=place(submission)
    )
    policy = submission.deps.policy()
    return await submission.write(lambda tx: operations.decide(tx, policy, submission.ref.id, submission.actor, answer))
