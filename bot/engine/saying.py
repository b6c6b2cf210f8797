"""What a job says in its thread: answers once, and one message of progress that is kept up to date."""

from dataclasses import replace

from bot.engine.context import Run
from bot.engine.progress import show
from bot.engine.steps import record
from handlers.operations.asker import room_of
from storage import jobs, journal
from storage.outbox import Urgency, put
from storage.store import Tx


async def reply(run: Run, text: str) -> None:
    """Says something once: a replay finds it said."""
    run.check()
    name = run.name("reply")
    if name in run.journal.steps:
        run.recall(name)
        return

    def say(tx: Tx) -> None:
        room = room_of(run.job)
        if room is not None:
            put(
                tx,
                "post",
                "reply",
                channel=room.channel,
                thread_ts=room.thread_ts,
                user=room.user,
                stream=f"job:{run.id}",
                urgency=Urgency.RESULT,
                subject=f"job:{run.id}",
                job_id=run.id,
                text=text,
            )

    await record(run, name, None, also=say)


async def progress(run: Run, text: str) -> None:
    """Tells what the job does now. A run that only repeats what was done before says nothing."""
    run.check()
    if run.replaying:
        return

    def write(tx: Tx) -> None:
        journal.guard(tx, run.id, run.job.fence)
        jobs.change(tx, run.id, doing=text)
        show(tx, run.job, first=run.job.doing is None)

    await run.write(write)
    run.job = replace(run.job, doing=text)
