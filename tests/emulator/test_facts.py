"""The local Slack against Slack's published facts: error names, scopes, tiers, arguments, and how much is covered."""

import ast
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.emulator import emulator as package
from bot.emulator.facts import Facts
from bot.emulator.methods import TABLE
from bot.emulator.rates import PER_MINUTE
from bot.emulator.wire import PLAIN_ERRORS
from tests.emulator.write_facts import NOT_IN_THE_REFERENCE, facts

FACTS = Facts()
SOURCES = sorted(Path(package.__file__).parent.rglob("*.py"))
# Words that are no errors of a Web API method: answers of a response_url, and of a modal's acknowledgement.
ELSEWHERE = {"expired_url", "used_url", "invalid_url", "invalid_response_action", "invalid_attachments"}


@pytest.fixture(scope="session")
def published(reference: Path) -> dict[str, Any]:
    methods: dict[str, Any] = json.loads((reference / "methods.json").read_text(encoding="utf-8"))
    return methods


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_error_a_method_may_answer_is_on_slacks_list(name: str) -> None:
    listed = FACTS.methods[name]
    assert sorted(error for error in TABLE[name].errors if not listed.lists(error)) == []


@cache
def raised() -> dict[str, str]:
    """Each literal code of a SlackError in the source, with the file it stands in."""
    found = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SlackError":
                first = node.args[0]
                for code in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        found[code.value] = path.name
    return found


def test_every_error_in_the_source_is_declared_by_a_method() -> None:
    declared = {error for method in TABLE.values() for error in method.errors} | PLAIN_ERRORS | ELSEWHERE
    assert {code: where for code, where in raised().items() if code not in declared} == {}
    assert len(raised()) > 60


def test_every_declared_error_can_happen() -> None:
    declared = {error for method in TABLE.values() for error in method.errors}
    composed = {"invalid_blocks", "invalid_message", "invalid_view"}  # `invalid_{kind}` of blocks.validate
    asked = {"invalid_limit", "invalid_cursor", "invalid_ts_oldest", "invalid_ts_latest"}
    assert sorted(declared - set(raised()) - composed - asked - _passed_as_words()) == []


@cache
def _passed_as_words() -> set[str]:
    """Error names handed to a function that raises them (`limit_error="invalid_limit"`)."""
    words = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                given = [*node.args, *(keyword.value for keyword in node.keywords)]
                words |= {a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return words


def test_the_facts_file_is_what_the_reference_says(reference: Path) -> None:
    kept = json.loads((Path(package.__file__).parent / "facts.json").read_text(encoding="utf-8"))
    assert kept == facts(reference), "run tests/emulator/write_facts.py"


def test_every_tier_has_a_rate() -> None:
    assert {method.tier for method in FACTS.methods.values()} <= set(PER_MINUTE)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_method_is_described(name: str) -> None:
    method = TABLE[name]
    assert method.run.__doc__
    assert method.faith == "faithful" or method.note, "say what is simplified or unknown"
    assert name in FACTS.methods or name in NOT_IN_THE_REFERENCE


def test_arguments_that_slack_requires_are_required_here_too(published: dict[str, Any]) -> None:
    for name, method in TABLE.items():
        for argument in published[name]["required"]:
            assert argument in FACTS.methods[name].required or argument in method.required_checked_inside, (
                name,
                argument,
            )


def test_coverage_is_printed(published: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    families = ("auth", "api", "apps.connections", "blocks", "chat", "conversations", "users", "usergroups", "views",
                "reactions", "files", "assistant", "agents", "functions", "team", "bots", "emoji")  # fmt: skip
    mine = [name for name in published if name.startswith(tuple(f"{family}." for family in families))]
    spoken = [name for name in mine if name in TABLE]
    declared = sum(len(TABLE[name].errors) for name in spoken)
    with capsys.disabled():
        print(
            f"\nWeb API: {len(TABLE)} of {len(published)} methods spoken, {len(spoken)} of {len(mine)} in the families "
            f"that bots use; {declared} method errors, all on Slack's lists"
        )
    assert len(spoken) == len(TABLE)
