"""`calmops schedule ...`: agents that run by the clock."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli import digests
from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, operator, with_bot
from bot.cli.shapes import moment, schedule_json, schedule_line

if TYPE_CHECKING:
    from bot.app import Bot

Times = Annotated[str, typer.Argument(help="When, such as 'weekdays 09:00', 'every 2 hours' or 'cron 0 9 * * 1-5'.")]
Zone = Annotated[str, typer.Option(help="Time zone, such as Europe/Berlin; that of calmops.toml without it.")]
NEXT = 5


def add_to(app: typer.Typer) -> None:
    family = typer.Typer(help="Agents that run by the clock.", no_args_is_help=True)
    family.command("list")(list_runs)
    family.command("add")(add)
    family.command("preview")(preview)
    family.command("run")(digests.run_now)
    family.command("pause")(digests.pause)
    family.command("resume")(digests.resume)
    family.command("remove")(digests.remove)
    app.add_typer(family, name="schedule")


def list_runs(data: Data = None, json: Json = False) -> None:
    """List scheduled runs with their next time."""
    from handlers.operations.schedules import RUN
    from storage import schedules

    async def work(bot: "Bot") -> tuple[float, list[Any]]:
        return bot.clock.now(), await bot.store.read(lambda tx: schedules.all_of(tx, kind=RUN))

    now, found = with_bot(data, work)
    if json:
        say_json([schedule_json(one, now) for one in found])
        return
    for one in found:
        say(schedule_line(one, now))
    if not found:
        say("No scheduled runs. Set one up: calmops schedule add triage 'weekdays 08:00' 'the open tickets'")


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

    async def work(bot: "Bot") -> tuple[float, Any]:
        made = await bot.store.write(
            lambda tx: operations.add_run(
                tx,
                bot.registry,
                operator(),
                agent=agent,
                text=text,
                spec=times,
                channel=channel or None,
                timezone=zone or bot.config.policy().timezone,
            )
        )
        return bot.clock.now(), made

    now, made = with_bot(data, work)
    say_json(schedule_json(made, now)) if json else say(schedule_line(made, now))


def preview(times: Times, zone: Zone = "", data: Data = None, json: Json = False) -> None:
    """Show the next times that a schedule would have, without setting it up."""
    from itertools import islice
    from zoneinfo import ZoneInfo

    from agents.core.schedule import read_spec, read_zone, slots_after

    async def work(bot: "Bot") -> tuple[float, str]:
        return bot.clock.now(), read_zone(zone or bot.config.policy().timezone)

    spec = read_spec(times)
    now, name = with_bot(data, work)
    slots = list(islice(slots_after(spec, ZoneInfo(name), now), NEXT))
    if json:
        say_json({"spec": str(spec), "timezone": name, "next": [slot.at for slot in slots]})
        return
    say(f"{spec} ({name})")
    for slot in slots:
        say(f"  {slot.name.replace('T', ' ')}   {moment(slot.at)}")
