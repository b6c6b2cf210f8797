"""`/ops audit J482`: who did what, line by line."""

from collections.abc import Mapping

from agents.core.errors import NotFound
from agents.core.ids import JobId
from handlers.blocks import text as t
from handlers.blocks.audit import audit_lines
from handlers.commands.call import Call, Subcommand
from handlers.deciding import heard
from handlers.ids import read_job
from handlers.operations.audit import read_audit
from handlers.replies import Reply
from handlers.steps import tool_titles
from storage import jobs
from storage.store import Tx

LINES = 25


async def run(call: Call) -> Reply:
    """For auditors and operators; reading leaves a line too."""
    if not call.words.plain:
        raise call.needed("job", "audit J482")
    job_id = read_job(call.words.first)
    after = int(call.words.named["after"]) if call.words.named.get("after", "").isdigit() else 0
    hearing = await heard(call.deps, call.actor)

    def work(tx: Tx) -> Reply:
        rows = read_audit(tx, call.deps.policy(), hearing.person, job_id=job_id, after=after, limit=LINES + 1)
        return Reply(
            text=t.mrkdwn("The audit of J{}", str(job_id)),
            blocks=audit_lines(rows[:LINES], job_id, more=len(rows) > LINES, tools=_tools(call, tx, job_id)),
        )

    return await call.write(work)


def _tools(call: Call, tx: Tx, job_id: JobId) -> Mapping[str, str]:
    """What people call the tools of the job's agent; of a job that is kept no more only the audit is left."""
    try:
        return tool_titles(call.deps.registry, jobs.get(tx, job_id).agent)
    except NotFound:
        return {}


SUBCOMMAND = Subcommand(
    name="audit",
    usage="J482",
    does="Shows who did what in a job, for auditors and operators.",
    examples=("/ops audit J482",),
    run=run,
    aliases=("log", "history"),
)
