"""`calmops policy` and `calmops fit`: what the policy would do and why, and whether work suits an agent."""

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.output import say, say_json
from bot.cli.session import Data, Json, settings_of
from bot.cli.shapes import plain

if TYPE_CHECKING:
    from agents.core.contract import AgentSpec, Registry, Tool
    from agents.core.people import Person
    from agents.core.policy import Policy


def add_to(app: typer.Typer) -> None:
    family = typer.Typer(
        help="Look for mistakes in calmops.toml, and say what it would do.", invoke_without_command=True
    )
    family.callback()(_check_by_default)
    family.command("check")(check)
    family.command("explain")(explain)
    app.add_typer(family, name="policy")
    app.command("fit")(fit)


def _check_by_default(context: typer.Context, data: Data = None, json: Json = False) -> None:
    """Look for mistakes in calmops.toml, and say what it would do."""
    if context.invoked_subcommand is None:
        check(data, json)


def check(data: Data = None, json: Json = False) -> None:
    """Look for mistakes in calmops.toml, also those that are valid and still not meant. Exit code 1 when it cannot work."""
    from agents.core.clock import SystemClock, as_utc
    from agents.core.policy.checking import check_policy

    policy, registry, path = _read(data)
    found = check_policy(policy, registry.all(), now=as_utc(SystemClock().now()))
    if json:
        say_json([plain(finding) for finding in found])
    else:
        for finding in found:
            say(str(finding))
        if not found:
            say(f"{path}: nothing to change.")
    if any(finding.level == "error" for finding in found):
        raise typer.Exit(1)


def explain(
    what: Annotated[
        str, typer.Argument(help="An agent (what may somebody do with it?) or a tool (what becomes of a call?).")
    ],
    args: Annotated[str, typer.Argument(help='The arguments of the call as JSON, such as {"ticket": 482}.')] = "{}",
    user: Annotated[str, typer.Argument(help="Whose rights, by Slack id, such as U024BE7LH.")] = "",
    groups: Annotated[
        list[str] | None, typer.Option("--group", help="A user group they are in; several times.")
    ] = None,
    mode: Annotated[str, typer.Option(help="shadow, review or auto; what the policy starts with when absent.")] = "",
    requester: Annotated[str, typer.Option(help="Who asked for the job, by Slack id.")] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Say what the policy would do with a call of a tool, or what somebody may do with an agent, and why."""
    from agents.core.autonomy import starting_mode
    from agents.core.contract import Mode
    from agents.core.errors import InvalidInput
    from agents.core.ids import person_id
    from agents.core.policy.explaining import explain_agent, explain_call

    policy, registry, _ = _read(data)
    if not user and args.startswith(("U", "W")):
        user, args = args, "{}"
    person = _person(user, groups or [])
    agent = registry.find(what)
    if agent is not None:
        if person is None:
            raise InvalidInput(f"Whose rights? For example: calmops policy explain {what} U024BE7LH")
        said = explain_agent(policy, agent, person)
    else:
        agent, tool = _find_tool(registry, what)
        if mode and mode not in list(Mode):
            raise InvalidInput(f"{mode!r} is no mode. Write shadow, review or auto.")
        said = explain_call(
            policy,
            agent,
            tool,
            _arguments(args),
            mode=Mode(mode) if mode else starting_mode(policy.of(agent.name), "", agent.mode),
            requester=person_id("T", requester or "somebody"),
            person=person,
        )
    if json:
        say_json(dict(said.data))
    else:
        say(said.text)


def fit(
    answers: Annotated[
        list[str] | None, typer.Argument(help="NAME=ANSWER for each question; asked for when absent.")
    ] = None,
    json: Json = False,
) -> None:
    """Ask a few questions about a piece of work, and recommend automation, an assistant, an agent, or people."""
    from agents.core.errors import InvalidInput
    from agents.core.fit import QUESTIONS, recommend

    given: dict[str, str] = {}
    for word in answers or ():
        name, sign, answer = word.partition("=")
        if not sign or name not in {question.name for question in QUESTIONS}:
            names = ", ".join(question.name for question in QUESTIONS)
            raise InvalidInput(f"{word!r} answers no question. Write NAME=ANSWER; the questions are {names}.")
        given[name] = answer
    for question in QUESTIONS:
        if question.name in given or json or answers:
            continue
        say(question.text)
        for name, meaning in question.answers.items():
            say(f"  {name:<10} {meaning}")
        given[question.name] = typer.prompt("Your answer").strip().lower()
    found = recommend(given)
    if json:
        say_json(plain(found))
        return
    start = f", tier {found.tier}" if found.tier else ""
    say(f"Recommended: {found.shape}" + (f", beginning in {found.mode} mode{start}" if found.mode else start))
    for reason in found.because:
        say(f"  {reason}")
    say(f"Next: {found.first}")


def _read(data: Path | None) -> "tuple[Policy, Registry, Path]":
    from bot.app import library
    from bot.config.watch import ConfigFile

    settings = settings_of(data)
    registry = library(settings)
    names = [spec.name for spec in registry.all()]
    return ConfigFile(settings.config_file, names).policy(), registry, settings.config_file


def _person(user: str, groups: list[str]) -> "Person | None":
    from agents.core.ids import person_id
    from agents.core.people import Person, PersonKind

    if not user:
        return None
    return Person(id=person_id("T", user), kind=PersonKind.MEMBER, name=user, groups=frozenset(groups))


def _find_tool(registry: "Registry", name: str) -> "tuple[AgentSpec[Any, Any], Tool[Any]]":
    """The first agent with a tool of that name; `AGENT.TOOL` names both."""
    from agents.core.errors import NotFound

    wanted, _, short = name.rpartition(".")
    for agent in registry.all():
        for tool in agent.tools:
            if tool.name == name or (agent.name == wanted and tool.name == short):
                return agent, tool
    tools = ", ".join(sorted({tool.name for agent in registry.all() for tool in agent.tools}))
    agents = ", ".join(agent.name for agent in registry.all())
    raise NotFound(f"There is no agent or tool named {name}. Agents: {agents}. Tools: {tools}.")


def _arguments(text: str) -> dict[str, Any]:
    from agents.core.errors import InvalidInput

    try:
        value = jsonlib.loads(text)
    except ValueError as error:
        raise InvalidInput(f"{text!r} is no JSON: {error}. For example: '{{\"ticket\": 482}}'") from error
    if not isinstance(value, dict):
        raise InvalidInput(f"{text!r} is no JSON object. For example: '{{\"ticket\": 482}}'")
    return value
