"""Documents that cannot rot: links lead somewhere, commands exist, words mean one thing."""

import re
from pathlib import Path

import pytest

from tests.project.markdown import anchor, commands, documents, headings, links
from tests.project.tree import ROOT

MAKE_TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
OF_THE_SYSTEM = {
    "git",
    "cd",
    "apt",
    "sudo",
    "curl",
    "export",
    "pip",
    "python3",
    "uv",
    "pipx",
    "slack",
    "docker",
    "psql",
    "createdb",
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
        elif words[0].removeprefix(".venv/bin/") not in OF_THE_SYSTEM | {"calmops", "python", "pytest"}:
            unknown.append(" ".join(words))
    assert unknown == []
