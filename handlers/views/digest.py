"""The dialog for a new digest was submitted."""

from agents.core.errors import InvalidInput
from agents.core.schedule import Schedule, read_spec, read_zone
from handlers import operations
from handlers.blocks import text as t
from handlers.blocks.dialogs import notice
from handlers.blocks.schedules import added_schedule
from handlers.commands.times import spec_of
from handlers.views.submission import Answer, Submission
from storage.store import Tx


async def handle_digest(submission: Submission) -> Answer:
    """Sets it up; what cannot be read is said at its field."""
    spec, zone = spec_of(submission.text("in.when").split()), submission.text("in.zone")
    channel = submission.conversation("in.channel")
    errors = {}
    for block, check, value in (("in.when", read_spec, spec), ("in.zone", read_zone, zone)):
        try:
            check(value)
        except InvalidInput as error:
            errors[block] = str(error)
    if not channel:
        errors["in.channel"] = "Please choose a channel."
    if errors:
        return await submission.errors(errors)

    def work(tx: Tx) -> Answer:
        made: Schedule = operations.add_digest(
            tx, submission.actor, channel=channel, spec=spec, kind=submission.choice("in.kind"), timezone=zone
        )
        view = notice(t.mrkdwn("The digest is set up."), title="New digest", more=added_schedule(made, tx.now))
        return {"response_action": "update", "view": view}

    return await submission.write_answer(work)
