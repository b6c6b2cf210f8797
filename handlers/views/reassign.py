"""The Reassign dialog was submitted."""

from agents.core.errors import InvalidInput
from agents.core.ids import person_id
from handlers.deciding import heard
from handlers.operations.question import reassign
from handlers.views.submission import Answer, Submission
from storage.store import Tx


async def handle_reassign(submission: Submission) -> Answer:
    """Hands the question to one of the people who may decide it."""
    user = submission.person("in.person")
    if not user:
        return await submission.errors({"in.person": "Please choose a person."})
    deps, ref = submission.deps, submission.ref
    hearing = await heard(deps, submission.actor, ref.id)
    to = await deps.people.person(person_id(deps.team, user), fresh=True)

    def work(tx: Tx) -> None:
        reassign(tx, deps.policy(), ref.id, hearing.person, to, version=ref.version)

    try:
        return await submission.write(work)
    except InvalidInput as error:
        return await submission.errors({"in.person": str(error)})
