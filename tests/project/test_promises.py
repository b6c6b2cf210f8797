"""docs/why/promises.md and the tests say the same: every promise names its tests, and every test its promises."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.tree import ROOT

PAGE = ROOT / "docs" / "why" / "promises.md"
CODE = re.compile(r"\bS-[A-I]\d+\b")
NAMED = re.compile(r"`(tests/[\w/]+\.py(?:::\w+)+)`")
Pairs = set[tuple[str, str]]


def rows(page: str) -> dict[str, str]:
    """The rest of each promise's row, by its code."""
    return dict(re.findall(r"^\| (S-[A-I]\d+) \|(.*)$", page, re.MULTILINE))


def said_by_page(page: str) -> Pairs:
    """Promise and test, as the page names them."""
    return {(code, test) for code, row in rows(page).items() for test in NAMED.findall(row)}


def said_by_tests(source: str, place: str) -> Pairs:
    """Promise and test, as the docstrings of a file name them. Codes stand at the beginning, with commas between."""
    return {
        (code, f"{place}::{name}")
        for name, docstring in _tests(ast.parse(source).body)
        for code in CODE.findall(re.match(r"(S-[A-I]\d+(, )?)*", docstring).group())  # type: ignore[union-attr]  # may be empty
    }


def _tests(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}::{name}", docstring) for name, docstring in _tests(node.body))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name, ast.get_docstring(node) or ""


def test_every_promise_names_its_tests_or_says_why_there_are_none() -> None:
    known = rows(PAGE.read_text())
    assert len(known) > 60
    assert [code for code, row in known.items() if not NAMED.search(row) and "not tested: " not in row] == []


def test_page_and_docstrings_say_the_same() -> None:
    files = sorted((ROOT / "tests").rglob("*.py"))
    found = [said_by_tests(file.read_text(), str(file.relative_to(ROOT))) for file in files]
    by_tests, by_page = set[tuple[str, str]]().union(*found), said_by_page(PAGE.read_text())
    assert by_page - by_tests == set(), (
        "named by the page; the test is gone, or its docstring does not begin with the code"
    )
    assert by_tests - by_page == set(), "named by a docstring and not by the page"


def mentions(file: Path) -> set[str]:
    return set(CODE.findall(file.read_text()))


def test_no_code_is_used_that_the_page_does_not_explain() -> None:
    known = set(rows(PAGE.read_text()))
    places = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.py")]
    assert {str(file): mentions(file) - known for file in places if mentions(file) - known} == {}


@pytest.mark.parametrize(
    ("page", "source"),
    [
        ("| S-A1 | x | 1 | `tests/a.py::test_b` |", "def test_c():\n    'S-A1.'"),
        ("| S-A1 | x | 1 | `tests/a.py::test_b` |", "def test_b():\n    'Sometimes S-A1.'"),
        ("| S-A1 | x | 1 | `tests/a.py::TestX::test_b` |", "def test_b():\n    'S-A1.'"),
        ("| S-A1 | x | 1 | `tests/a.py::test_b` |", "def test_b():\n    'S-A1, S-A2: both.'"),
    ],
    ids=["a test that is gone", "a code that is only mentioned", "another place", "a code that the page lacks"],
)
def test_a_difference_is_noticed(page: str, source: str) -> None:
    assert said_by_page(page) != said_by_tests(source, "tests/a.py")


def test_sameness_is_seen() -> None:
    source = "class TestX:\n    async def test_b(self):\n        '''S-A1, S-B2: both.'''"
    row = "x | 1 | `tests/a.py::TestX::test_b` |"
    assert said_by_page(f"| S-A1 | {row}\n| S-B2 | {row}") == said_by_tests(source, "tests/a.py")
