"""`calmops try`, `run` and `emulator`: the commands that stay."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.session import TRY_DATA, Data

Port = Annotated[int, typer.Option("--port", min=0, max=65535, help="Port on 127.0.0.1; 0 takes a free one.")]


def add_to(app: typer.Typer) -> None:
    app.command("try")(try_it)
    app.command("run")(run)
    app.command("emulator")(emulator)


def try_it(port: Port = 8770, data: Data = None) -> None:
    """Start a local Slack with the bot in it. Nothing leaves this machine; Ctrl-C ends it."""
    from bot.supervisor import supervise_try

    raise typer.Exit(supervise_try(port=port, data=data or TRY_DATA))


def run(
    role: Annotated[
        str, typer.Option(help="all: everything in one process; edge or worker: only that; without it: supervised.")
    ] = "",
    data: Data = None,
    supervised: Annotated[bool, typer.Option(hidden=True)] = False,
    local: Annotated[bool, typer.Option(hidden=True, help="The policy of `calmops try`.")] = False,
) -> None:
    """Run the bot against Slack: needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN. Ctrl-C or SIGTERM ends it in order."""
    if role not in ("", "all", "edge", "worker"):
        raise typer.BadParameter(f"{role!r} is none of all, edge, worker.", param_hint="--role")
    if not role:
        from bot.supervisor import supervise_run

        raise typer.Exit(supervise_run(data=data))
    from bot.roles import run_role

    run_role(role, data=data, supervised=supervised, local=local)


def emulator(
    port: Port = 8770,
    data: Annotated[
        Path | None, typer.Option(help="Folder to keep the workspace in; without it nothing is kept.")
    ] = None,
    manifest: Annotated[Path | None, typer.Option(help="The app's manifest.yml.")] = None,
    supervised: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Start only the local Slack; point a bot at it with SLACK_API_URL."""
    from bot.roles import run_emulator

    raise typer.Exit(run_emulator(port=port, data=data, manifest=manifest, supervised=supervised))
