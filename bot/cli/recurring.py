"""What `calmops digest` and `calmops schedule` share: the list, and everything that is done to one of them."""

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, operator, with_bot
from bot.cli.shapes import outlook_json, outlook_lines, plain, report_lines, schedule_json, schedule_line

if TYPE_CHECKING:
    from agents.core.amend import Wanted
    from agents.core.schedule import Holidays
    from bot.app import Bot

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="A digest or schedule, such as D3.")]
Times = Annotated[str, typer.Argument(help="When, such as 'weekdays 09:00 except holidays' or 'cron 0 9 * * 1-5'.")]
Zone = Annotated[str, typer.Option(help="Time zone, such as Europe/Berlin; that of calmops.toml without it.")]
NewTimes = Annotated[str | None, typer.Option("--times", help="When, such as 'weekdays 10:00'.")]
NewZone = Annotated[str | None, typer.Option("--zone", help="Time zone, such as Europe/Berlin.")]
NewChannel = Annotated[str | None, typer.Option("--channel", help="A channel id, such as C0123456789.")]
Version = Annotated[
    int | None,
    typer.Option("--version", help="The version that you saw; nothing is changed when there is a newer one."),
]
NEXT = 5
_NUMBER = re.compile(r"^[dD#]{0,2}(\d{1,12})$")


def show(kind: str | None, none: str, data: Data, json: bool) -> None:
    """Prints every digest and schedule, or those of a kind."""
    from storage import schedules

    async def work(bot: "Bot") -> tuple[float, "Holidays", list[Any]]:
        found = await bot.store.read(lambda tx: schedules.all_of(tx, kind=kind))
        return bot.clock.now(), bot.config.policy().schedules.holidays, found

    now, holidays, found = with_bot(data, work)
    if json:
        say_json([schedule_json(one, now, holidays) for one in found])
        return
    for one in found:
        say(schedule_line(one, now, holidays))
    if not found:
        say(none)


def preview_one(text: str, data: Data, json: bool) -> None:
    """Prints the next times of one, and what a digest would say now."""
    from agents.core.report import ReportKind
    from handlers.operations.schedules import DIGEST, known
    from handlers.operations.serving import now_period
    from handlers.reports import build
    from storage.store import Tx

    number = read_number(text)

    async def work(bot: "Bot") -> tuple[float, "Holidays", Any, Any]:
        policy = bot.config.policy()
        holidays = policy.schedules.holidays

        def read(tx: Tx) -> tuple[Any, Any]:
            one = known(tx, number)
            if one.kind != DIGEST:
                return one, None
            period = now_period(one, tx.now, holidays)
            return one, build(tx, ReportKind(one.name), period, policy, one.zone)

        return bot.clock.now(), holidays, *(await bot.store.read(read))

    now, holidays, one, report = with_bot(data, work)
    outlook = one.outlook(now, holidays, most=NEXT)
    if json:
        more = {**outlook_json(outlook), **({"report": plain(report)} if report is not None else {})}
        say_json({**schedule_json(one, now, holidays), **more})
        return
    say(schedule_line(one, now, holidays))
    if text_given := one.params.get("text"):
        say(f"  is given: {text_given}")
    for line in [*outlook_lines(outlook), *(["", *report_lines(report)] if report is not None else [])]:
        say(line)


def preview_times(times: str, zone: str, data: Data, json: bool) -> None:
    """Prints when something would come that nobody has set up yet."""
    from zoneinfo import ZoneInfo

    from agents.core.schedule import outlook as outlook_of
    from agents.core.schedule import read_zone
    from agents.core.spec import read_spec
    from handlers.commands.times import spec_of

    spec = read_spec(spec_of(times.split()))

    async def work(bot: "Bot") -> tuple[float, "Holidays", str]:
        policy = bot.config.policy()
        return bot.clock.now(), policy.schedules.holidays, read_zone(zone or policy.timezone)

    now, holidays, name = with_bot(data, work)
    outlook = outlook_of(spec, ZoneInfo(name), now, holidays, most=NEXT)
    if json:
        say_json({"spec": str(spec), "timezone": name, **outlook_json(outlook)})
        return
    say(f"{spec} ({name})")
    for line in outlook_lines(outlook):
        say(line)


def amend(text: str, wanted: "Wanted", seen: int | None, data: Data, json: bool) -> None:
    """Changes parts of one, and prints what was changed."""
    from agents.core.amend import Wanted
    from agents.core.errors import InvalidInput
    from handlers import operations

    number = read_number(text)
    if wanted == Wanted():
        raise InvalidInput("What shall change? For example: --times 'weekdays 10:00'")

    async def work(bot: "Bot") -> tuple[float, "Holidays", Any]:
        policy = bot.config.policy()
        done = await bot.store.write(
            lambda tx: operations.amend_schedule(tx, policy, bot.registry, number, operator(), wanted, seen=seen)
        )
        return bot.clock.now(), policy.schedules.holidays, done

    now, holidays, done = with_bot(data, work)
    if json:
        say_json({**schedule_json(done.schedule, now, holidays), "changed": list(done.what)})
        return
    say(f"D{number} ({done.schedule.name}): {', '.join(done.what) or 'like that already; nothing was changed'}.")


def run_now(number: Number, data: Data = None, json: Json = False) -> None:
    """Serve a digest or schedule once, besides its times."""
    from handlers import operations

    wanted = read_number(number)
    _do(
        lambda bot, tx: operations.run_now(tx, bot.registry, bot.config.policy(), wanted, operator()),
        "runs now",
        data,
        json,
    )


def pause(number: Number, data: Data = None, json: Json = False) -> None:
    """Pause a digest or schedule."""
    _switch(number, "is paused", data, json, on=False)


def resume(number: Number, data: Data = None, json: Json = False) -> None:
    """Let a paused one go on, beginning with its next time."""
    _switch(number, "goes on", data, json, on=True)


def remove(number: Number, data: Data = None, json: Json = False) -> None:
    """Take a digest or schedule away."""
    from handlers import operations

    wanted = read_number(number)
    _do(
        lambda bot, tx: operations.remove_schedule(tx, bot.config.policy(), wanted, operator()),
        "is removed",
        data,
        json,
    )


def is_number(text: str) -> bool:
    """Whether somebody named one of the list."""
    return _NUMBER.match(text) is not None


def read_number(text: str) -> int:
    """`D3` or `3`. Raises `InvalidInput`."""
    from agents.core.errors import InvalidInput

    found = _NUMBER.match(text)
    if found is None:
        raise InvalidInput(f"{text!r} is not the number of a digest or schedule. Write it like D3.")
    return int(found[1])


def _switch(number: str, what: str, data: Data, json: bool, *, on: bool) -> None:
    from handlers import operations

    wanted = read_number(number)
    _do(
        lambda bot, tx: operations.switch_schedule(tx, bot.config.policy(), wanted, operator(), on=on),
        what,
        data,
        json,
    )


def _do(act: Any, what: str, data: Data, json: bool) -> None:
    """Runs one operation and prints what came of it."""

    async def work(bot: "Bot") -> tuple[float, "Holidays", Any]:
        done = await bot.store.write(lambda tx: act(bot, tx))
        return bot.clock.now(), bot.config.policy().schedules.holidays, done

    now, holidays, schedule = with_bot(data, work)
    say_json(schedule_json(schedule, now, holidays)) if json else say(f"D{schedule.id} ({schedule.name}) {what}.")
