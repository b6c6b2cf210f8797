"""What commands that work on the database share: which database, and who is asking."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from agents.core.people import Person
    from bot.app import Bot
    from bot.settings import Settings

T = TypeVar("T")

Data = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of the database; also CALMOPS_DATA. The one of `calmops try` is .calmops/try."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

TRY_DATA = Path(".calmops/try")


def settings_of(data: Path | None) -> "Settings":
    """The settings, with logging on for what goes wrong."""
    from bot.logs import start_logging
    from bot.settings import read_settings

    settings = read_settings(calmops_data=data)
    start_logging(form=settings.calmops_log, level="ERROR", role="cli")
    return settings


def with_bot(data: Path | None, work: "Callable[[Bot], Awaitable[T]]") -> T:
    """Runs `work` with the bot's database open. Raises `Misconfigured` when there is none yet."""

    async def run() -> T:
        from bot.app import build

        settings = settings_of(data)
        require_database(settings.database_url, settings.calmops_data)
        bot = await build(settings)
        try:
            bot.listen()
            return await work(bot)
        finally:
            await bot.close()

    return asyncio.run(run())


def require_database(url: str, data: Path) -> None:
    """Raises `Misconfigured` when the database is a file that is not there: a typing error must not make a new one."""
    from agents.core.errors import Misconfigured

    path = Path(url.partition("://")[2].removeprefix("/"))
    if not url.startswith("sqlite") or path.exists():
        return
    hint = ""
    if data != TRY_DATA and (TRY_DATA / "calmops.db").exists():
        hint = f" The one of `calmops try` is reached with --data {TRY_DATA}."
    raise Misconfigured(f"There is no database at {path}. Start the bot once, or name its folder with --data.{hint}")


def operator() -> "Person":
    """The person at this machine's command line, by their account here."""
    import getpass

    from agents.core import people

    return people.operator(getpass.getuser())
