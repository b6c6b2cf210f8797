"""`/ops jobs`: the newest jobs."""

from agents.core.errors import InvalidInput
from agents.core.status import JobStatus
from handlers.blocks import text as t
from handlers.blocks.jobs import STATUS, job_list
from handlers.commands.call import Call, Subcommand
from handlers.commands.words import near
from handlers.ids import read_job
from handlers.replies import Reply
from storage import jobs
from storage.store import Tx

LIST = 15
GROUPS: dict[str, tuple[JobStatus, ...]] = {
    **{str(status): (status,) for status in JobStatus},
    "done": (JobStatus.SUCCEEDED,),
    "stopped": (JobStatus.CANCELLED,),
    "open": (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.WAITING),
    "stuck": (JobStatus.FAILED, JobStatus.DEAD, JobStatus.EXPIRED),
}


async def run(call: Call) -> Reply:
    """Filters by status, agent or `mine`, in any order."""
    statuses: tuple[JobStatus, ...] = ()
    agent: str | None = None
    mine = False
    names = [spec.name for spec in call.deps.registry.all()]
    for word in [one.lower() for one in call.words.plain]:
        if word in GROUPS:
            statuses += GROUPS[word]
        elif word in names:
            agent = word
        elif word in ("mine", "my", "me"):
            mine = True
        else:
            meant = near(word, [*GROUPS, *names, "mine"])
            guess = f" Did you mean {' or '.join(meant)}?" if meant else ""
            raise InvalidInput(f"“{word}” is no status and no agent.{guess} Statuses: {', '.join(STATUS)}.")
    before = read_job(call.words.named["before"]) if "before" in call.words.named else None

    def read(tx: Tx) -> Reply:
        found = jobs.recent(
            tx, statuses=statuses, agent=agent, requester=call.actor.id if mine else None, limit=LIST + 1, before=before
        )
        heading = (
            " ".join(["Jobs", *(["of yours"] if mine else []), *call.words.plain])
            if call.words.plain
            else "Newest jobs"
        )
        return Reply(
            text=t.escape(heading), blocks=job_list(found[:LIST], tx.now, heading=heading, more=len(found) > LIST)
        )

    return await call.read(read)


SUBCOMMAND = Subcommand(
    name="jobs",
    usage="[STATUS] [AGENT] [mine]",
    does="Lists the newest jobs.",
    examples=("/ops jobs", "/ops jobs waiting", "/ops jobs triage stuck", "/ops jobs mine"),
    run=run,
    aliases=("list", "ls", "queue"),
)
