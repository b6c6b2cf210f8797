"""`calmops doctor`: what is wrong, or soon will be."""

from typing import Annotated

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, settings_of
from bot.cli.shapes import plain

MARKS = {"ok": "ok     ", "note": "note   ", "problem": "PROBLEM"}


def add_to(app: typer.Typer) -> None:
    app.command("doctor")(doctor)


def doctor(
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask Slack.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    """Look for what is wrong: packages, policy, tokens, scopes, database, audit, sockets, stuck work, silent digests."""
    import asyncio

    from bot.doctor.doctor import examine

    settings = settings_of(data)
    found = asyncio.run(examine(settings, offline=offline))
    if json:
        say_json({"ok": all(one.level != "problem" for one in found), "findings": [plain(one) for one in found]})
    else:
        for one in found:
            say(f"{MARKS[one.level]} {one.check:<11} {one.what}" + (f" {one.do}" if one.do else ""))
    if any(one.level == "problem" for one in found):
        raise typer.Exit(1)
