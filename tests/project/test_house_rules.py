"""House rules that a syntax tree can check: they hold everywhere, and each check notices what is planted for it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.project.offences import builds_at_import, catches_everything, reads_environment, reads_wall_clock
from tests.project.tree import Module, modules

NAMES_THAT_SAY_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "service",
    "services",
    "base",
    "misc",
    "common",
}


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`excused` maps the file that may do it to the reason; `offences` are sources that the check must notice."""

    check: Callable[[ast.Module], Iterator[int]]
    excused: dict[str, str] = field(default_factory=dict)
    offences: list[str]


RULES = {
    "only settings reads the environment": Rule(
        check=reads_environment,
        excused={"bot/settings.py": "every setting enters there"},
        offences=["import os\nhome = os.environ['HOME']", "from os import environ", "import os\nos.getenv('HOME')"],
    ),
    "only the clock reads the wall clock": Rule(
        check=reads_wall_clock,
        excused={
            "agents/core/clock.py": "this is the clock",
            "bot/emulator/clock.py": "the local Slack imports nothing of ours, so it has its own",
        },
        offences=["import time\nf = lambda: time.time()", "from time import time", "x = datetime.datetime.now(UTC)"],
    ),
    "nobody else catches everything": Rule(
        check=catches_everything,
        excused={
            "storage/writer.py": "the writer thread hands the caller whatever its function raised",
            "bot/edge/deliver.py": "where the outbox sends: one row must not stop the others",
            "bot/cli/root.py": "the end of the command line: our own errors become one line, any other is raised again",
            "bot/engine/runner.py": "where the engine settles a job",
        },
        offences=["try: f()\nexcept: pass", "try: f()\nexcept (OSError, Exception): pass"],
    ),
    "nothing is built at import": Rule(
        check=builds_at_import,
        excused={"storage/migrations/env.py": "Alembic runs it as a script, when a migration is asked for"},
        offences=["connection = sqlite3.connect('x')", "app = AsyncApp()", "if True:\n    scheduler.start()"],
    ),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_rule_holds(rule: Rule) -> None:
    found = [f"{module.place}:{line}" for module in modules() for line in rule.check(module.tree)]
    assert [place for place in found if place.partition(":")[0] not in rule.excused] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_rule_notices_offences(rule: Rule) -> None:
    unnoticed = [source for source in rule.offences if not list(rule.check(ast.parse(source)))]
    assert unnoticed == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_every_excuse_is_needed(rule: Rule) -> None:
    guilty = {module.place for module in modules() if list(rule.check(module.tree))}
    assert set(rule.excused) - guilty == set()


def test_modules_are_named_for_what_they_hold() -> None:
    def says_nothing(module: Module) -> bool:
        return not NAMES_THAT_SAY_NOTHING.isdisjoint(module.name.split("."))

    assert [module.place for module in modules() if says_nothing(module)] == []
