"""The Edit dialog was submitted."""

from agents.core.errors import Conflict, InvalidEdit
from agents.core.records import Verdict
from handlers import operations
from handlers.blocks.form import read_form
from handlers.cards import tool_of
from handlers.deciding import aftermath, heard, settle
from handlers.operations.decide import refuse_closed
from handlers.views.reject import place
from handlers.views.submission import Answer, Submission
from storage import escalations


async def handle_edit(submission: Submission) -> Answer:
    """Checks the fields against the tool's schema; errors stay at their field. No change is a plain approval."""
    ref = submission.ref
    escalation = await submission.deps.store.read(lambda tx: escalations.get(tx, ref.id))
    refuse_closed(escalation, ref.version)
    tool = tool_of(submission.deps.registry, escalation)
    if tool is None:
        raise Conflict("The agent that asked this is no longer here, so its proposal cannot be edited.")
    filled = read_form(tool.args, submission.entered, escalation.final_args, locked=tool.locked)
    if filled.errors:
        return await submission.errors(filled.errors)
    edits = None if filled.values == escalation.args else filled.values
    answer = operations.Answer(
        verdict=Verdict.APPROVED, version=ref.version, door="dialog", edits=edits, message=place(submission)
    )
    hearing = await heard(submission.deps, submission.actor, submission.ref.id)
    try:
        return await submission.write(lambda tx: settle(tx, submission.deps, ref.id, hearing, answer), says=aftermath)
    except InvalidEdit as error:
        return await submission.errors({f"in.{name}": said for name, said in error.fields.items() if name})
