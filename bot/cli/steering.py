"""`calmops stop`, `pause`, `resume`: hold back agents, or everything."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, operator, with_bot

if TYPE_CHECKING:
    from bot.app import Bot

Agent = Annotated[str, typer.Argument(help="An agent, or `all`.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; owners read it.")]


def add_to(app: typer.Typer) -> None:
    app.command("stop")(stop)
    app.command("pause")(pause)
    app.command("resume")(resume)


def stop(reason: Reason = "", data: Data = None, json: Json = False) -> None:
    """Stop everything: once this returns no new effect begins, also after a restart, until `calmops resume all`."""
    from handlers import operations

    async def work(bot: "Bot") -> bool:
        return await bot.store.write(lambda tx: operations.stop_all(tx, bot.config.policy(), operator(), reason=reason))

    _told(with_bot(data, work), "Everything is stopped.", "Everything was stopped already.", json)


def pause(agent: Agent, reason: Reason = "", data: Data = None, json: Json = False) -> None:
    """Start none of an agent's jobs, and let no effect of a running one begin."""
    from handlers import operations

    if agent == "all":
        stop(reason=reason, data=data, json=json)
        return

    async def work(bot: "Bot") -> bool:
        bot.registry.get(agent)
        return await bot.store.write(
            lambda tx: operations.pause(tx, bot.config.policy(), agent, operator(), reason=reason)
        )

    _told(with_bot(data, work), f"{agent} is paused.", f"{agent} was paused already.", json)


def resume(agent: Agent, data: Data = None, json: Json = False) -> None:
    """Let a paused agent go on; `all` ends a stop of everything."""
    from handlers import operations

    async def work(bot: "Bot") -> bool:
        policy = bot.config.policy()
        if agent == "all":
            return await bot.store.write(lambda tx: operations.resume_all(tx, policy, operator()))
        bot.registry.get(agent)
        return await bot.store.write(lambda tx: operations.resume(tx, policy, agent, operator()))

    name = "Everything" if agent == "all" else agent
    _told(with_bot(data, work), f"{name} goes on.", f"{name} was not held back.", json)


def _told(changed: bool, done: str, already: str, json: bool) -> None:
    answer: dict[str, Any] = {"changed": changed}
    if json:
        say_json(answer)
    else:
        say(done if changed else already)
