"""Agents and systems of one's own: the modules that CALMOPS_EXTENSIONS names."""

import importlib
import traceback
from collections.abc import Callable, Mapping, Sequence
from types import ModuleType
from typing import Any

from agents.core.contract import AgentSpec
from agents.core.errors import Misconfigured

HOWTO = "docs/howto/agents.md shows how to write one"


def own_agents(names: Sequence[str]) -> tuple[AgentSpec[Any, Any], ...]:
    """What the modules call `agents`, in their order. Raises `Misconfigured` with one line."""
    found: list[AgentSpec[Any, Any]] = []
    for name in names:
        agents = getattr(_module(name), "agents", ())
        if not isinstance(agents, list | tuple) or not all(isinstance(one, AgentSpec) for one in agents):
            raise Misconfigured(f"CALMOPS_EXTENSIONS: {name}.agents must be a tuple of AgentSpec; {HOWTO}.")
        found += agents
    return tuple(found)


def own_systems(names: Sequence[str]) -> dict[type, object]:
    """What the modules' functions `ports` connect, by the type that agents and tools ask for; later ones win. Called once in
    each worker. Raises `Misconfigured` with one line."""
    connected: dict[type, object] = {}
    for name in names:
        build = getattr(_module(name), "ports", None)
        if build is None:
            continue
        made = _called(name, build) if callable(build) else None
        if not isinstance(made, Mapping) or not all(isinstance(kind, type) for kind in made):
            raise Misconfigured(f"CALMOPS_EXTENSIONS: {name}.ports() must return objects by their type; {HOWTO}.")
        connected |= made
    return connected


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise Misconfigured(f"CALMOPS_EXTENSIONS names {name}, which cannot be imported: {_what(error)}.") from error


def _called(name: str, build: Callable[[], object]) -> object:
    try:
        return build()
    except Exception as error:
        raise Misconfigured(f"CALMOPS_EXTENSIONS: {name}.ports() does not work: {_what(error)}.") from error


def _what(error: Exception) -> str:
    """What somebody else's code raised, and where."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = "" if isinstance(error, ModuleNotFoundError) else f", in {where.filename}, line {where.lineno}"
    return f"{type(error).__name__}: {error}{place}"
