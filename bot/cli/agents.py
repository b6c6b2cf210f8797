"""`calmops agents`, `autonomy`, `eval`: what agents may do, and how good they are."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, operator, settings_of, with_bot
from bot.cli.shapes import plain

if TYPE_CHECKING:
    from bot.app import Bot


def add_to(app: typer.Typer) -> None:
    app.command("agents")(list_agents)
    app.command("autonomy")(autonomy)
    app.command("eval")(evaluate)


def list_agents(
    agent: Annotated[str | None, typer.Argument(help="Show everything about this one.")] = None,
    data: Data = None,
    json: Json = False,
) -> None:
    """List the agents, or show one: what it reads and writes, what needs approval, who answers for it."""
    from agents.core.sheet import sheet_of
    from bot.app import library
    from bot.config.watch import ConfigFile

    settings = settings_of(data)
    registry = library(settings)
    names = [spec.name for spec in registry.all()]
    policy = ConfigFile(settings.config_file, names).policy()
    specs = [registry.get(agent)] if agent else list(registry.all())
    sheets = [sheet_of(spec, policy) for spec in specs]
    if json:
        say_json([sheet.data() for sheet in sheets])
        return
    for sheet in sheets:
        if agent is None:
            say(f"{sheet.name:<16} {sheet.purpose}")
            continue
        for name, value in sheet.data().items():
            for number, part in enumerate(value if isinstance(value, list | tuple) else [value]):
                text = ", ".join(f"{key}: {item}" for key, item in part.items()) if isinstance(part, dict) else part
                say(f"{name if number == 0 else '':<18} {text}")


def autonomy(
    agent: Annotated[str | None, typer.Argument(help="Only this agent.")] = None,
    mode: Annotated[str | None, typer.Argument(help="shadow, review or auto; owners set it in Slack.")] = None,
    case: Annotated[str, typer.Option(help="The case type; the whole agent without it.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it stands in the audit.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Show or set how much agents may do alone, per case type."""
    from agents.core.contract import Mode
    from agents.core.errors import InvalidInput
    from handlers import operations

    if mode is not None and mode not in list(Mode):
        raise InvalidInput(f"{mode!r} is no mode. Modes: {', '.join(Mode)}.")

    async def work(bot: "Bot") -> list[Any]:
        specs = [bot.registry.get(agent)] if agent else list(bot.registry.all())
        policy = bot.config.policy()
        if mode is not None:
            await bot.store.write(
                lambda tx: operations.set_mode(tx, policy, specs[0], case, Mode(mode), operator(), reason=reason)
            )
        return await bot.store.read(
            lambda tx: [standing for spec in specs for standing in operations.standings(tx, policy, spec)]
        )

    found = with_bot(data, work)
    if json:
        say_json([plain(standing) for standing in found])
        return
    for standing in found:
        say(f"{standing.agent:<16} {standing.case_type or '(all)':<28} {standing.mode}")


def evaluate(
    agent: Annotated[str, typer.Argument(help="Which agent to measure, such as triage.")],
    data: Annotated[
        Path | None, typer.Option("--data", help="A file of labelled texts; our own examples without it.")
    ] = None,
    per_class: Annotated[int | None, typer.Option(min=1, help="Examples per class to train on.")] = None,
    seed: Annotated[int | None, typer.Option(help="For the split between training and test.")] = None,
    target: Annotated[float | None, typer.Option(help="Precision wanted where it acts alone.")] = None,
    off_topic: Annotated[str | None, typer.Option(help="The label that means none of the others.")] = None,
    text: Annotated[str | None, typer.Option(help="The column that holds the text.")] = None,
    label: Annotated[str | None, typer.Option(help="The column that holds the label.")] = None,
    json: Json = False,
) -> None:
    """Measure an agent's classifier on a split it never trained on: accuracy, calibration, what it would do alone."""
    import time

    from agents.reasoning.evaluate import evaluate_agent

    options = {
        name: value
        for name, value in {
            "per_class": per_class,
            "seed": seed,
            "target": target,
            "off_topic": off_topic,
            "text": text,
            "label": label,
        }.items()
        if value is not None
    }
    report = evaluate_agent(agent, data, timer=time.monotonic, **options)
    say_json(report.to_json()) if json else say(report.to_text())
