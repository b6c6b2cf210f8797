"""`calmops backup`: a copy of the database while the bot works."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, with_bot

if TYPE_CHECKING:
    from bot.app import Bot


def add_to(app: typer.Typer) -> None:
    app.command("backup")(backup)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write the copy.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Write a whole and consistent copy of the database, also while the bot runs."""
    from agents.core.errors import InvalidInput

    if file.exists() and not force:
        raise InvalidInput(f"{file} is there already. Choose another name, or add --force to replace it.")

    async def work(bot: "Bot") -> None:
        await bot.store.backup(file)

    with_bot(data, work)
    size = file.stat().st_size
    say_json({"file": str(file), "bytes": size}) if json else say(f"{file} holds the copy ({size / 1e6:.1f} MB).")
