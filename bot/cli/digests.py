"""`calmops digest ...`: summaries that come to a channel by themselves."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, operator, with_bot
from bot.cli.shapes import plain, schedule_json, schedule_line

if TYPE_CHECKING:
    from bot.app import Bot

Number = Annotated[str, typer.Argument(metavar="DIGEST", help="A digest or schedule, such as D3.")]


def add_to(app: typer.Typer) -> None:
    family = typer.Typer(help="Summaries that come to a channel by themselves.", no_args_is_help=True)
    family.command("list")(list_schedules)
    family.command("add")(add)
    family.command("preview")(preview)
    family.command("run")(run_now)
    family.command("pause")(pause)
    family.command("resume")(resume)
    family.command("remove")(remove)
    app.add_typer(family, name="digest")


def list_schedules(data: Data = None, json: Json = False) -> None:
    """List digests and scheduled runs with their next time."""
    from storage import schedules

    async def work(bot: "Bot") -> tuple[float, list[Any]]:
        return bot.clock.now(), await bot.store.read(schedules.all_of)

    now, found = with_bot(data, work)
    if json:
        say_json([schedule_json(one, now) for one in found])
        return
    for one in found:
        say(schedule_line(one, now))
    if not found:
        say("No digests. Set one up: calmops digest add C0123456789 'weekdays 09:00'")


def add(
    channel: Annotated[str, typer.Argument(help="A channel id, such as C0123456789.")],
    times: Annotated[str, typer.Argument(help="When, such as 'weekdays 09:00'.")],
    kind: Annotated[str, typer.Option(help="Which digest.")] = "queue-health",
    zone: Annotated[str, typer.Option(help="Time zone, such as Europe/Berlin.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Have a digest posted again and again."""
    from handlers import operations

    async def work(bot: "Bot") -> tuple[float, Any]:
        timezone = zone or bot.config.policy().timezone
        made = await bot.store.write(
            lambda tx: operations.add_digest(tx, operator(), channel=channel, spec=times, kind=kind, timezone=timezone)
        )
        return bot.clock.now(), made

    now, made = with_bot(data, work)
    say_json(schedule_json(made, now)) if json else say(schedule_line(made, now))


def preview(
    kind: Annotated[str, typer.Argument(help="Which digest.")] = "queue-health", data: Data = None, json: Json = False
) -> None:
    """Show what a digest would say now."""
    from agents.core.report import Period, ReportKind
    from handlers.reports import build, read_kind

    async def work(bot: "Bot") -> Any:
        wanted = read_kind(kind)
        span = 7 * 86_400.0 if wanted is ReportKind.WEEKLY else 86_400.0
        return await bot.store.read(lambda tx: build(tx, wanted, Period(since=tx.now - span, until=tx.now)))

    report = with_bot(data, work)
    if json:
        say_json(plain(report))
        return
    from handlers.blocks.report import report_message

    text, _ = report_message(report)
    say(text)


def run_now(digest: Number, data: Data = None, json: Json = False) -> None:
    """Serve a digest or schedule once, besides its times."""
    from handlers import operations

    number = read_number(digest)

    async def work(bot: "Bot") -> Any:
        return await bot.store.write(lambda tx: operations.run_now(tx, bot.registry, number, operator()))

    _told(with_bot(data, work), "runs now", json)


def pause(digest: Number, data: Data = None, json: Json = False) -> None:
    """Pause a digest or schedule."""
    _told(with_bot(data, lambda bot: _switch(bot, digest, on=False)), "is paused", json)


def resume(digest: Number, data: Data = None, json: Json = False) -> None:
    """Let a paused one go on, beginning with its next time."""
    _told(with_bot(data, lambda bot: _switch(bot, digest, on=True)), "goes on", json)


def remove(digest: Number, data: Data = None, json: Json = False) -> None:
    """Take a digest or schedule away."""
    from handlers import operations

    number = read_number(digest)

    async def work(bot: "Bot") -> Any:
        return await bot.store.write(lambda tx: operations.remove_schedule(tx, bot.config.policy(), number, operator()))

    _told(with_bot(data, work), "is removed", json)


def read_number(text: str) -> int:
    """`D3` or `3`. Raises `InvalidInput`."""
    from agents.core.errors import InvalidInput

    digits = text.lstrip("dD#")
    if not digits.isdigit() or len(digits) > 12:
        raise InvalidInput(f"{text!r} is not the number of a digest. Write it like D3.")
    return int(digits)


async def _switch(bot: "Bot", digest: str, *, on: bool) -> Any:
    from handlers import operations

    number = read_number(digest)
    return await bot.store.write(
        lambda tx: operations.switch_schedule(tx, bot.config.policy(), number, operator(), on=on)
    )


def _told(schedule: Any, what: str, json: bool) -> None:
    if json:
        say_json(schedule_json(schedule, schedule.done_until))
    else:
        say(f"D{schedule.id} ({schedule.name}) {what}.")
