"""Allow-lists of imports, which the contracts in pyproject.toml (lists of what is forbidden) cannot express."""

import sys

import pytest

from tests.project.tree import Module, modules


def strangers(found: list[Module], allowed: tuple[str, ...], *, stdlib: bool) -> list[str]:
    """`place: import` for each import that is neither allowed by its beginning nor, if `stdlib`, Python's own."""
    return [
        f"{module.place}: {name}"
        for module in found
        for name in module.imports()
        if not any(name == start or name.startswith(f"{start}.") for start in allowed)
        and not (stdlib and name.partition(".")[0] in sys.stdlib_module_names)
    ]


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("agents.core", ("agents.core", "pydantic")),
        ("handlers.blocks", ("handlers.blocks", "handlers.ids", "agents.core", "pydantic")),
        ("bot.emulator", ("bot.emulator", "aiohttp", "yaml")),
    ],
)
def test_package_imports_only_what_it_may(package: str, allowed: tuple[str, ...]) -> None:
    found = modules(package)
    assert found, f"there is no {package}"
    assert strangers(found, allowed, stdlib=True) == []


def test_a_stranger_is_noticed() -> None:
    assert strangers(modules("storage.store"), ("agents.core",), stdlib=True) != []


def test_imports_of_our_rooms_are_absolute() -> None:
    import ast

    relative = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []
