"""The Snooze dialog was submitted."""

from agents.core.errors import InvalidInput
from handlers.blocks.dialogs import SNOOZES
from handlers.deciding import heard
from handlers.operations.question import snooze
from handlers.views.submission import Answer, Submission
from storage.store import Tx


async def handle_snooze(submission: Submission) -> Answer:
    """Moves the reminder, never the expiry."""
    chosen = SNOOZES.get(submission.choice("in.seconds"))
    if chosen is None:
        return await submission.errors({"in.seconds": "Please choose a time."})
    deps, ref = submission.deps, submission.ref
    hearing = await heard(deps, submission.actor, ref.id)

    def work(tx: Tx) -> None:
        snooze(tx, deps.policy(), ref.id, hearing.person, tx.now + chosen[1], version=ref.version)

    try:
        return await submission.write(work)
    except InvalidInput as error:
        return await submission.errors({"in.seconds": str(error)})
