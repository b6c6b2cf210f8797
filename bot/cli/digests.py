"""`calmops digest ...`: summaries that come to a channel by themselves."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import recurring
from bot.cli.output import say, say_json
from bot.cli.recurring import NewChannel, NewTimes, NewZone, Number, Times, Version, Zone
from bot.cli.session import Data, Json, operator, with_bot
from bot.cli.shapes import plain, report_lines, schedule_json, schedule_line

if TYPE_CHECKING:
    from bot.app import Bot


def add_to(app: typer.Typer) -> None:
    family = typer.Typer(help="Summaries that come to a channel by themselves.", invoke_without_command=True)
    family.callback()(list_by_default)
    family.command("list")(list_schedules)
    family.command("add")(add)
    family.command("preview")(preview)
    family.command("edit")(edit)
    family.command("run")(recurring.run_now)
    family.command("pause")(recurring.pause)
    family.command("resume")(recurring.resume)
    family.command("remove")(recurring.remove)
    app.add_typer(family, name="digest")


def list_by_default(context: typer.Context, data: Data = None, json: Json = False) -> None:
    """Summaries that come to a channel by themselves."""
    if context.invoked_subcommand is None:
        list_schedules(data, json)


def list_schedules(data: Data = None, json: Json = False) -> None:
    """List digests and scheduled runs with their next time."""
    recurring.show(None, "No digests. Set one up: calmops digest add C0123456789 'weekdays 09:00'", data, json)


def add(
    channel: Annotated[str, typer.Argument(help="A channel id, such as C0123456789.")],
    times: Times,
    kind: Annotated[str, typer.Option(help="Which digest.")] = "queue-health",
    zone: Zone = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Have a digest posted again and again."""
    from handlers import operations
    from handlers.commands.times import spec_of

    async def work(bot: "Bot") -> tuple[float, Any, Any]:
        policy = bot.config.policy()
        timezone = zone or policy.timezone
        spec = spec_of(times.split())
        made = await bot.store.write(
            lambda tx: operations.add_digest(
                tx, policy, operator(), channel=channel, spec=spec, kind=kind, timezone=timezone
            )
        )
        return bot.clock.now(), policy.schedules.holidays, made

    now, holidays, made = with_bot(data, work)
    say_json(schedule_json(made, now, holidays)) if json else say(schedule_line(made, now, holidays))


def edit(
    number: Number,
    times: NewTimes = None,
    zone: NewZone = None,
    channel: NewChannel = None,
    kind: Annotated[str | None, typer.Option(help="Which digest.")] = None,
    version: Version = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Change a digest: only what is named."""
    from agents.core.amend import Wanted
    from handlers.commands.times import spec_of

    spec = spec_of(times.split()) if times is not None else None
    recurring.amend(number, Wanted(spec=spec, timezone=zone, channel=channel, name=kind), version, data, json)


def preview(
    kind: Annotated[str, typer.Argument(metavar="KIND|NUMBER", help="A digest by its name, or one such as D3.")] = (
        "queue-health"
    ),
    data: Data = None,
    json: Json = False,
) -> None:
    """Show what a digest would say now, and when one that is set up comes."""
    from zoneinfo import ZoneInfo

    from agents.core.report import read_kind, usual_period
    from handlers.reports import build

    if recurring.is_number(kind):
        recurring.preview_one(kind, data, json)
        return

    async def work(bot: "Bot") -> Any:
        wanted, policy = read_kind(kind), bot.config.policy()
        zone = ZoneInfo(policy.timezone)
        return await bot.store.read(lambda tx: build(tx, wanted, usual_period(wanted, tx.now), policy, zone))

    report = with_bot(data, work)
    if json:
        say_json(plain(report))
        return
    for line in report_lines(report):
        say(line)
