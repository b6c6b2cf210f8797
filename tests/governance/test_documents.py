"""docs/why/approvals.md says what a press of the button means; every sentence of it names tests that exist."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "why" / "approvals.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def sentences() -> list[str]:
    """Each statement of the page with the lines that follow it."""
    found: list[str] = []
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("- "):
            found.append(line)
        elif line.startswith("  ") and found:
            found[-1] += line
        elif line.startswith("#"):
            found.append("")
    return [one for one in found if one]


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_sentence_names_a_test_that_holds_it() -> None:
    assert len(sentences()) > 30
    assert [one for one in sentences() if not NAMED.search(one)] == []


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(DOCUMENT.read_text(encoding="utf-8"))
    gone = [
        f"{file}::{test}" for file, test in named if not (ROOT / file).exists() or test not in names_in(ROOT / file)
    ]
    assert gone == []
