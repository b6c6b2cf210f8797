"""`calmops jobs`, `job`, `submit`, `retry`, `cancel`, `drop`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, operator, with_bot
from bot.cli.shapes import job_line, job_lines, plain

if TYPE_CHECKING:
    from agents.core.ids import JobId
    from bot.app import Bot

Number = Annotated[str, typer.Argument(metavar="JOB", help="A job, such as J482.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the audit.")]


def add_to(app: typer.Typer) -> None:
    app.command("jobs")(list_jobs)
    app.command("job")(show_job)
    app.command("submit")(submit)
    app.command("retry")(retry)
    app.command("cancel")(cancel)
    app.command("drop")(drop)


def list_jobs(
    status: Annotated[list[str] | None, typer.Option(help="Only this status; may be given several times.")] = None,
    agent: Annotated[str | None, typer.Option(help="Only this agent.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    data: Data = None,
    json: Json = False,
) -> None:
    """List the newest jobs."""
    from agents.core.errors import InvalidInput
    from agents.core.status import JobStatus
    from storage import jobs

    for word in status or ():
        if word not in list(JobStatus):
            raise InvalidInput(f"{word!r} is no status. Statuses: {', '.join(JobStatus)}.")
    wanted = [JobStatus(word) for word in status or ()]

    async def work(bot: "Bot") -> list[Any]:
        if agent:
            bot.registry.get(agent)
        return await bot.store.read(lambda tx: jobs.recent(tx, statuses=wanted, agent=agent, limit=limit))

    found = with_bot(data, work)
    if json:
        say_json([plain(job) for job in found])
        return
    for job in found:
        say(job_line(job))
    if not found:
        say("No jobs." if not (status or agent) else "No such jobs.")


def show_job(job: Number, data: Data = None, json: Json = False) -> None:
    """Show one job: how it stands, what it asked, what it did."""
    from storage import escalations, jobs, journal

    number = read_job(job)

    async def work(bot: "Bot") -> Any:
        return await bot.store.read(
            lambda tx: (
                jobs.get(tx, number),
                escalations.of_job(tx, number),
                list(journal.effects_of(tx, number).values()),
                journal.steps_of(tx, number),
            )
        )

    record, questions, effects, steps = with_bot(data, work)
    if json:
        say_json({**plain(record), "questions": plain(questions), "effects": plain(effects), "steps": plain(steps)})
        return
    for line in job_lines(record, questions, effects):
        say(line)


def submit(
    agent: Annotated[str, typer.Argument(help="The agent to start.")],
    text: Annotated[str, typer.Argument(help="What to tell it, or - for standard input.")] = "",
    key: Annotated[str | None, typer.Option(help="The same key starts one job only, however often it is sent.")] = None,
    channel: Annotated[str | None, typer.Option(help="Where its answers and cards go: a channel id.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Start an agent."""
    import sys

    from agents.core.errors import InvalidInput
    from agents.core.job import Source
    from handlers import operations

    words = sys.stdin.read() if text == "-" else text

    async def work(bot: "Bot") -> Any:
        spec = bot.registry.get(agent)
        if spec.from_text is None:
            raise InvalidInput(f"{spec.title} cannot be started with words alone.")
        given = spec.from_text(words)
        source = Source(kind="cli", channel=channel)
        return await bot.store.write(
            lambda tx: operations.submit(tx, spec, given, requester=operator().id, source=source, dedup_key=key)
        )

    made = with_bot(data, work)
    if json:
        say_json({"job": f"J{made.job_id}", "id": made.job_id, "new": made.is_new})
        return
    say(f"J{made.job_id} {'is queued' if made.is_new else 'has that key already'}.")


def retry(job: Number, data: Data = None, json: Json = False) -> None:
    """Try a failed, expired or dead job again; what it did is not repeated."""
    from handlers import operations

    number = read_job(job)

    async def work(bot: "Bot") -> Any:
        return await bot.store.write(lambda tx: operations.retry(tx, bot.config.policy(), number, operator()))

    _told(with_bot(data, work), "is queued again", json)


def cancel(job: Number, reason: Reason = "", data: Data = None, json: Json = False) -> None:
    """Stop a job and withdraw its open questions."""
    from handlers import operations

    number = read_job(job)

    async def work(bot: "Bot") -> Any:
        return await bot.store.write(
            lambda tx: operations.cancel(tx, bot.config.policy(), number, operator(), reason=reason)
        )

    _told(with_bot(data, work), "is being stopped", json)


def drop(job: Number, data: Data = None, json: Json = False) -> None:
    """Give up a job that did not succeed; its record stays."""
    from handlers.operations import dead

    number = read_job(job)

    async def work(bot: "Bot") -> Any:
        return await bot.store.write(lambda tx: dead.drop(tx, bot.config.policy(), number, operator()))

    _told(with_bot(data, work), "is dropped", json)


def read_job(text: str) -> "JobId":
    """`J482` or `482`. Raises `InvalidInput`."""
    from handlers.ids import read_job as read

    return read(text)


def _told(job: Any, what: str, json: bool) -> None:
    if json:
        say_json(plain(job))
    else:
        say(f"J{job.id} {what} ({job.status}).")
