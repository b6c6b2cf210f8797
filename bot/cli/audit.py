"""`calmops audit ...`: who did what, whether the chain is whole, and a trace for outsiders."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_error, say_json
from bot.cli.session import Data, Json, operator, with_bot
from bot.cli.shapes import moment, plain

if TYPE_CHECKING:
    from bot.app import Bot


def add_to(app: typer.Typer) -> None:
    family = typer.Typer(help="Who did what: read it, check it, export it.", no_args_is_help=True)
    family.command("show")(show)
    family.command("verify")(verify)
    family.command("export")(export)
    family.command("erase")(erase)
    app.add_typer(family, name="audit")


def show(
    job: Annotated[str | None, typer.Argument(help="Only this job, such as J482.")] = None,
    after: Annotated[int, typer.Option(min=0, help="Only lines after this number.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=5000)] = 50,
    data: Data = None,
    json: Json = False,
) -> None:
    """Show lines of the audit. Reading is itself audited."""
    from bot.cli.jobs import read_job
    from handlers.operations.audit import read_audit

    number = read_job(job) if job else None

    async def work(bot: "Bot") -> list[Any]:
        return await bot.store.write(
            lambda tx: read_audit(tx, bot.config.policy(), operator(), job_id=number, after=after, limit=limit)
        )

    rows = with_bot(data, work)
    if json:
        say_json([plain(row) for row in rows])
        return
    for row in rows:
        say(f"{row.seq:>6}  {moment(row.at)}  {f'J{row.job_id}' if row.job_id else '-':<8} {row.event:<24} {row.actor}")


def verify(
    head: Annotated[
        list[str] | None, typer.Option(help="An anchor kept elsewhere, as NUMBER:HASH; several times.")
    ] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Check that no line was changed, removed or added. Exit code 1 when one was."""
    from agents.core.errors import InvalidInput
    from handlers.operations.audit import verify_audit
    from storage.anchor import AnchorFile
    from storage.trail import Head

    kept = []
    for text in head or ():
        number, _, digest = text.partition(":")
        if not number.isdigit() or len(digest) != 64:
            raise InvalidInput(f"{text!r} is no anchor. Write it as NUMBER:HASH, as `audit verify` prints them.")
        kept.append(Head(seq=int(number), hash=digest, at=0.0))

    async def work(bot: "Bot") -> Any:
        anchors = AnchorFile(bot.settings.anchor_file)
        return await verify_audit(bot.store, bot.config.policy(), operator(), anchors, more=tuple(kept))

    found = with_bot(data, work)
    if json:
        say_json(plain(found))
    elif not found.problems:
        say(f"The audit is whole: {found.lines} lines, {found.anchors} anchors.")
        if found.head is not None:
            say(f"Head: {found.head.seq}:{found.head.hash}")
    for problem in found.problems:
        say_error(problem)
    if found.problems:
        raise typer.Exit(1)


def export(
    to: Annotated[Path | None, typer.Option("--out", "--to", help="A file; standard output without it.")] = None,
    job: Annotated[str | None, typer.Option(help="Only this job.")] = None,
    since: Annotated[float | None, typer.Option(help="Only from this moment on, in seconds since 1970.")] = None,
    data: Data = None,
) -> None:
    """Write the audit as JSON Lines that an outsider can check."""
    from bot.cli.jobs import read_job
    from handlers.operations.audit import export_audit

    number = read_job(job) if job else None

    async def work(bot: "Bot") -> int:
        lines = 0
        out = to.open("w", encoding="utf-8") if to else sys.stdout
        try:
            async for line in export_audit(bot.store, bot.config.policy(), operator(), job_id=number, since=since):
                out.write(line + "\n")
                lines += 1
        finally:
            if to:
                out.close()
        return lines

    lines = with_bot(data, work)
    if to:
        say(f"{lines} lines written to {to}.")


def erase(
    person: Annotated[str, typer.Argument(help="Whose texts: their key, such as T0123/U0456.")],
    data: Data = None,
    json: Json = False,
) -> None:
    """Erase what somebody wrote. Who did what and when stays, by the key of their account; the chain still verifies."""
    from agents.core.errors import InvalidInput
    from agents.core.ids import PersonId
    from bot.config.archive import archive_of
    from handlers.operations.retire import erase_everywhere

    if "/" not in person:
        raise InvalidInput("Name the person by workspace and account, such as T0123/U0456.")

    async def work(bot: "Bot") -> dict[str, int]:
        archive = archive_of(bot.settings, bot.config.options())
        return await erase_everywhere(bot.store, archive, bot.config.policy(), operator(), PersonId(person))

    counts = with_bot(data, work)
    say_json(counts) if json else say(f"Erased: {', '.join(f'{number} {name}' for name, number in counts.items())}.")
