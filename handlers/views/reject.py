"""The Reject dialog was submitted."""

from agents.core.records import Verdict
from handlers import operations
from handlers.blocks.dialogs import REASONS
from handlers.deciding import aftermath, heard, settle
from handlers.views.submission import Answer, Submission


async def handle_reject(submission: Submission) -> Answer:
    """Records the rejection with its reason: the quick one, the note, or both."""
    quick = REASONS.get(submission.choice("in.reason"), "")
    note = submission.text("in.note")
    reason = f"{quick}: {note}" if quick and note and quick != "Other" else note or quick
    answer = operations.Answer(
        verdict=Verdict.REJECTED,
        version=submission.ref.version,
        door="dialog",
        reason=reason,
        message=place(submission),
    )
    hearing = await heard(submission.deps, submission.actor, submission.ref.id)
    return await submission.write(
        lambda tx: settle(tx, submission.deps, submission.ref.id, hearing, answer), says=aftermath
    )


def place(submission: Submission) -> str | None:
    """Channel and ts of the card that the dialog was opened from."""
    held = submission.held
    return f"{held.channel}/{held.ts}" if held.channel and held.ts else None
