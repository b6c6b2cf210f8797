"""The names of steps in the journal and of tools, as people read them."""

from collections.abc import Iterable, Mapping

from agents.core.contract import AgentSpec, Registry
from agents.core.errors import NotFound

SILENT = ("reply", "gather", "sleep", "event", "ask", "spawn")
"""Steps that people see elsewhere, or that say nothing to them."""


def step_words(names: Iterable[str], agent: AgentSpec | None) -> tuple[str, ...]:  # type: ignore[type-arg]  # of any input
    """Steps in their order: a verb first, tools by their title, repetitions and inner steps left out."""
    said: list[str] = []
    for name in names:
        plain = name.partition("#")[0]
        if plain.partition(" ")[0] in SILENT:
            continue
        words = _read_title(plain, agent) or plain
        words = words[:1].upper() + words[1:]
        if words not in said:
            said.append(words)
    return tuple(said)


def tool_titles(registry: Registry, agent: str) -> Mapping[str, str]:
    """What people call each tool of an agent, by the name that machines use."""
    found = registry.find(agent)
    return {tool.name: tool.title for tool in found.tools} if found else {}


def tool_title(registry: Registry, agent: str, tool: str) -> str:
    """What people call a tool; its own name where the agent has it no more."""
    return tool_titles(registry, agent).get(tool, tool)


def _read_title(name: str, agent: AgentSpec | None) -> str | None:  # type: ignore[type-arg]
    """The title of the tool behind `read find_similar`."""
    if agent is None or not name.startswith("read "):
        return None
    try:
        return agent.tool(name.removeprefix("read ")).title
    except NotFound:
        return None
