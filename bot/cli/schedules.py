"""`calmops schedule ...`: agents that run by the clock."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import recurring
from bot.cli.output import say, say_json
from bot.cli.recurring import NewChannel, NewTimes, NewZone, Number, Times, Version, Zone
from bot.cli.session import Data, Json, operator, with_bot
from bot.cli.shapes import schedule_json, schedule_line

if TYPE_CHECKING:
    from bot.app import Bot


def add_to(app: typer.Typer) -> None:
    family = typer.Typer(help="Agents that run by the clock.", no_args_is_help=True)
    family.command("list")(list_runs)
    family.command("add")(add)
    family.command("preview")(preview)
    family.command("edit")(edit)
    family.command("run")(recurring.run_now)
    family.command("pause")(recurring.pause)
    family.command("resume")(recurring.resume)
    family.command("remove")(recurring.remove)
    app.add_typer(family, name="schedule")


def list_runs(data: Data = None, json: Json = False) -> None:
    """List scheduled runs with their next time."""
    from handlers.operations.schedules import RUN

    none = "No scheduled runs. Set one up: calmops schedule add triage 'weekdays 08:00' 'the open tickets'"
    recurring.show(RUN, none, data, json)


def add(
    agent: Annotated[str, typer.Argument(help="Which agent.")],
    times: Times,
    text: Annotated[str, typer.Argument(help="What it is given, in words.")] = "",
    channel: Annotated[str, typer.Option(help="Where it reports: a channel id, such as C0123456789.")] = "",
    zone: Zone = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Have an agent run again and again."""
    from handlers import operations
    from handlers.commands.times import spec_of

    async def work(bot: "Bot") -> tuple[float, Any, Any]:
        policy = bot.config.policy()
        made = await bot.store.write(
            lambda tx: operations.add_run(
                tx,
                policy,
                bot.registry,
                operator(),
                agent=agent,
                text=text,
                spec=spec_of(times.split()),
                channel=channel or None,
                timezone=zone or policy.timezone,
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
    text: Annotated[str | None, typer.Option(help="What the agent is given, in words.")] = None,
    version: Version = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """Change a scheduled run: only what is named."""
    from agents.core.amend import Wanted
    from handlers.commands.times import spec_of

    spec = spec_of(times.split()) if times is not None else None
    recurring.amend(number, Wanted(spec=spec, timezone=zone, channel=channel, text=text), version, data, json)


def preview(
    what: Annotated[
        str, typer.Argument(metavar="TIMES|NUMBER", help="Times, such as 'weekdays 09:00', or a schedule such as D3.")
    ],
    zone: Zone = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Show the next times of a schedule, also before it is set up."""
    if recurring.is_number(what):
        recurring.preview_one(what, data, json)
    else:
        recurring.preview_times(what, zone, data, json)
