"""Starts an agent for somebody: the one way from a command, a mention, a message, a dialog or a shortcut to a job."""

from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from agents.core.contract import AgentSpec, Trigger
from agents.core.errors import InvalidInput, NotAllowed
from agents.core.job import Source
from agents.core.people import Person
from agents.core.policy import check_runner
from handlers import operations
from handlers.deps import Deps
from handlers.operations import Submitted
from handlers.places import link_to
from storage.store import Tx

TEXT = 40_000
"""The longest text that becomes an input; Slack's own messages are no longer."""


def start(
    tx: Tx,
    deps: Deps,
    agent: AgentSpec[Any, Any],
    input: BaseModel | dict[str, Any],
    person: Person,
    source: Source,
    *,
    dedup_key: str | None = None,
) -> Submitted:
    """Queues the job, with a link to the message it came from. Raises `NotAllowed` when this person may not start this
    agent, `InvalidInput` in words."""
    check_runner(person, deps.policy().of(agent.name), channel=source.channel)
    if source.channel and source.ts and source.url is None:
        source = replace(source, url=link_to(deps.workspace_url, source.channel, source.ts, source.thread_ts))
    return operations.submit(tx, agent, input, requester=person.id, source=source, dedup_key=dedup_key)


def startable(deps: Deps, person: Person) -> list[AgentSpec[Any, Any]]:
    """The agents that people start by hand and that this person may start."""
    found = []
    for agent in deps.registry.all():
        if Trigger.COMMAND not in agent.triggers:
            continue
        try:
            check_runner(person, deps.policy().of(agent.name))
        except NotAllowed:
            continue
        found.append(agent)
    return found


def schedulable(deps: Deps, person: Person) -> list[tuple[str, str]]:
    """Name and title of the agents that this person may have run by the clock: those that start from words alone."""
    return [(agent.name, agent.title) for agent in startable(deps, person) if agent.from_text is not None]


def input_from(agent: AgentSpec[Any, Any], text: str, named: dict[str, str]) -> BaseModel:
    """An agent's input from what somebody typed: `key=value` pairs, or free text where the agent reads it. Raises
    `InvalidInput` that names each field and shows an example."""
    model: type[BaseModel] = agent.input
    fields = model.model_fields
    example = f"For example: `/ops run {agent.name} {example_of(agent)}`"
    try:
        if named and set(named) <= set(fields):
            return model.model_validate(named)
        if text and agent.from_text:
            read: BaseModel = agent.from_text(text[:TEXT])
            return read
        if not text and not any(info.is_required() for info in fields.values()):
            return model()
        required = [name for name, info in fields.items() if info.is_required()]
        if text and len(required) == 1:
            return model.model_validate({required[0]: text[:TEXT]})
    except ValidationError as error:
        raise InvalidInput(f"{_problems(agent, error)} {example}") from error
    missing = ", ".join(name for name, info in fields.items() if info.is_required())
    raise InvalidInput(f"{agent.title} needs {missing or 'input'}. {example}")


def input_from_message(agent: AgentSpec[Any, Any], text: str) -> BaseModel:
    """An agent's input from a message that somebody pointed at. Raises `InvalidInput`."""
    if agent.from_message:
        read: BaseModel = agent.from_message(text[:TEXT])
        return read
    if not text.strip():
        raise InvalidInput("This message has no text that I could work with.")
    return input_from(agent, text, {})


def example_of(agent: AgentSpec[Any, Any]) -> str:
    """How to type an input for this agent."""
    if agent.from_text:
        return "WHAT HAPPENED, IN YOUR WORDS"
    required = [name for name, info in agent.input.model_fields.items() if info.is_required()]
    return " ".join(f'{name}="..."' for name in required)


def _problems(agent: AgentSpec[Any, Any], error: ValidationError) -> str:
    found = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'input'}: {one['msg']}" for one in error.errors()[:5])
    return f"{agent.title} cannot use this input: {found}."
