"""The import contracts of pyproject.toml: each one catches a violation planted for it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.tree import ROOMS, ROOT

PLANTS = {
    "rooms": [
        ("handlers.planted_up", "import bot.planted"),
        ("storage.planted_up", "import handlers.planted"),
        ("agents.core.planted_up", "import storage.planted"),
    ],
    "work-is-blind": [
        ("handlers.planted_agent", "import agents.library.planted"),
        ("storage.planted_agent", "import agents.reasoning.planted"),
    ],
    "agents-are-guests": [
        ("agents.library.planted_guest", "import storage.planted"),
        ("agents.tools.planted_guest", "import slack_sdk"),
        ("agents.reasoning.planted_guest", "import handlers.planted"),
    ],
    "core-is-pure": [
        ("agents.core.planted_tool", "import agents.tools.planted"),
        ("agents.core.planted_web", "import aiohttp"),
        ("agents.core.planted_sql", "import sqlite3"),
    ],
    "views-are-pure": [
        ("handlers.blocks.planted_query", "import storage.planted"),
        ("handlers.blocks.planted_slack", "import slack_sdk"),
    ],
    "independent-witness": [
        ("bot.emulator.planted_ours", "import agents.core.planted"),
        ("bot.emulator.planted_sdk", "import slack_sdk"),
    ],
    "one-room-with-sql": [
        ("bot.planted_sql", "import sqlalchemy"),
        ("handlers.planted_sql", "import aiosqlite"),
        ("agents.library.planted_sql", "import asyncpg"),
    ],
    "one-clockwork": [("handlers.planted_clock", "import apscheduler")],
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What lint-imports says of each contract, by id, over a copy of the house with every violation in it."""
    house = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", house)
    for room in ROOMS:
        shutil.copytree(ROOT / room, house / room, ignore=shutil.ignore_patterns("__pycache__"))
    for target in ("bot", "handlers", "storage", "agents.core", "agents.library", "agents.tools", "agents.reasoning"):
        plant(house, f"{target}.planted", "")
    for plants in PLANTS.values():
        for module, line in plants:
            plant(house, module, f"{line}\n")
    lint = Path(sys.executable).with_name("lint-imports")
    return {
        contract: subprocess.run(
            [lint, "--no-cache", "--no-logo", "--contract", contract],
            cwd=house,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        for contract in PLANTS
    }


def plant(house: Path, module: str, text: str) -> None:
    path = house.joinpath(*module.split(".")).with_suffix(".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(text)


@pytest.mark.parametrize("contract", PLANTS)
def test_contract_catches_what_was_planted(contract: str, verdicts: dict[str, str]) -> None:
    said = verdicts[contract]
    assert "BROKEN" in said
    missed = [module for module, _ in PLANTS[contract] if f"{module} -> " not in said]
    assert missed == []


def test_every_contract_has_a_plant() -> None:
    import tomllib

    configured = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert [contract["id"] for contract in configured] == list(PLANTS)
