"""Documents that cannot rot: links lead somewhere, commands exist, words mean one thing."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli.root import app
from tests.project.markdown import anchor, commands, documents, headings, links
from tests.project.tree import ROOT

MAKE_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
OF_THE_SYSTEM = {
    *("git", "cd", "mkdir", "mv", "cp", "apt", "sudo", "curl", "export", "docker"),
    *("python3", "pip", "pipx", "uv", "node", "npm", "psql", "pg_dump", "pg_restore"),
}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_links_lead_somewhere(document: Path) -> None:
    dead = []
    for link in links(document.read_text()):
        path, _, fragment = link.partition("#")
        target = document if not path else (document.parent / path).resolve()
        missing = not target.exists()
        if fragment and not missing and target.suffix == ".md":
            missing = fragment not in {anchor(heading) for heading in headings(target.read_text())}
        if missing:
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_commands_in_code_blocks_exist(document: Path) -> None:
    unknown = []
    for words in commands(document.read_text()):
        if words[0] == "make":
            targets = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
            unknown += [f"make {target}" for target in targets if target not in MAKE_TARGETS]
        elif words[0].removeprefix(".venv/bin/") == "calmops":
            unknown += unknown_parts(words[1:])
        elif words[0].removeprefix(".venv/bin/") not in OF_THE_SYSTEM | {"python", "pytest"}:
            unknown.append(" ".join(words))
    assert unknown == []


@pytest.mark.parametrize("document", documents(), ids=name_of)
def test_commands_in_sentences_exist(document: Path) -> None:
    named = re.findall(r"`calmops ([^`]+)`", document.read_text())
    assert [unknown for line in named for unknown in unknown_parts(shlex.split(line))] == []


def unknown_parts(words: list[str]) -> list[str]:
    """What of `calmops WORDS` the command line does not know: a subcommand, or an option of it."""
    command: Any = typer.main.get_command(app)
    path = ["calmops"]
    while words and hasattr(command, "commands"):
        if words[0].startswith("-"):
            break
        path.append(words.pop(0))
        command = command.commands.get(path[-1])
        if command is None:
            return [" ".join(path)]
    options = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
    given = [word.partition("=")[0] for word in words if word.startswith("-")]
    return [f"{' '.join(path)} {word}" for word in given if word not in options]


@pytest.mark.parametrize("line", ["bewitch", "try --fly", "run --role"])
def test_an_unknown_command_is_noticed(line: str) -> None:
    assert bool(unknown_parts(shlex.split(line))) is (line != "run --role")
