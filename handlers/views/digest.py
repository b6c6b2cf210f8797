"""The dialog of a digest was submitted: a new one, or one that is there already."""

from handlers import operations
from handlers.blocks.schedule_dialogs import digest_dialog
from handlers.commands.times import spec_of
from handlers.views.recurring import entered, problems_of, save, set_up
from handlers.views.submission import Answer, Submission


async def handle_digest(submission: Submission) -> Answer:
    """What cannot be read is said at its field."""
    form = entered(submission, name=submission.choice("in.kind"))
    errors = problems_of(form)
    if errors:
        return await submission.errors(errors)
    spec, policy = spec_of(form.when.split()), submission.deps.policy()
    if submission.held.ref:
        return await save(submission, form, lambda held, above: digest_dialog(form, held, above=above))
    return await set_up(
        submission,
        "New digest",
        "The digest is set up.",
        lambda tx: operations.add_digest(
            tx, policy, submission.actor, channel=form.channel, spec=spec, kind=form.name, timezone=form.zone
        ),
    )
