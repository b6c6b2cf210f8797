"""The Ask for details dialog was submitted."""

from handlers.deciding import heard
from handlers.operations.question import ask_details
from handlers.views.submission import Answer, Submission
from storage.store import Tx


async def handle_ask(submission: Submission) -> Answer:
    """Puts the question to whoever asked for the work; it stays open for a decision meanwhile."""
    question = submission.text("in.question")
    if not question:
        return await submission.errors({"in.question": "Please write a question."})
    hearing = await heard(submission.deps, submission.actor, submission.ref.id)
    deps, ref = submission.deps, submission.ref

    def work(tx: Tx) -> None:
        ask_details(tx, deps.policy(), ref.id, hearing.person, question, version=ref.version, registry=deps.registry)

    return await submission.write(work)
