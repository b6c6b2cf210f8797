"""An agent's form was submitted."""

from agents.core.job import Source
from handlers.blocks import text as t
from handlers.blocks.dialogs import notice
from handlers.blocks.form import read_form
from handlers.commands.call import says
from handlers.operations import Submitted
from handlers.replies import Reply
from handlers.starting import start
from handlers.views.submission import CLOSE, Answer, Submission
from storage.store import Tx


async def handle_run(submission: Submission) -> Answer:
    """Starts the agent; errors stay at their field."""
    agent = submission.deps.registry.get(submission.held.name)
    filled = read_form(agent.input, submission.entered, {})
    if filled.errors:
        return await submission.errors(filled.errors)
    held = submission.held
    source = Source(kind="dialog", channel=held.channel or None, ts=held.ts or None, thread_ts=held.thread_ts or None)

    def work(tx: Tx) -> Submitted:
        key = f"envelope:{submission.delivery.id}"
        return start(tx, submission.deps, agent, filled.values, submission.actor, source, dedup_key=key)

    def tell(made: Submitted) -> Reply:
        return says("{} started: J{}.", agent.title, str(made.job_id))

    closing = (
        CLOSE if held.channel else {"response_action": "update", "view": notice(t.mrkdwn("{} started.", agent.title))}
    )
    return await submission.write(work, says=tell, answer=closing)
