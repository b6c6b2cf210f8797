"""What every test may ask for. The fixtures themselves stand in tests/fixtures, one small module for each kind."""

import logging
import os
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.fixtures.browser", "tests.fixtures.databases"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="take the long counts of tests that also have short ones")
    parser.addoption(
        "--all-tools",
        action="store_true",
        help="fail, instead of skip, where a program that tests need (Chromium, PostgreSQL) is absent",
    )


@pytest.fixture(autouse=True)
def no_configuration_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own tokens and settings never reach a test, nor a test them."""
    for name in list(os.environ):
        if name.startswith(("CALMOPS_", "SLACK_")):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """A test that starts the bot's own logging, as every command does, leaves none of it to the next."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def long_counts(request: pytest.FixtureRequest) -> bool:
    """True in `make chaos`: a test with a short and a long form takes the long one."""
    return bool(request.config.getoption("--long"))
