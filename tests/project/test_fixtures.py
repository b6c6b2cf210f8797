"""The ground that other tests stand on. Also one test for each mark, so that running a mark never finds nothing."""

import os
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from playwright.async_api import Page

from tests.until import until


def test_settings_from_outside_do_not_reach_a_test() -> None:
    assert [name for name in os.environ if name.startswith(("CALMOPS_", "SLACK_"))] == []


def test_sqlite_path_is_free(sqlite_path: Path, sqlite_url: str) -> None:
    assert not sqlite_path.exists()
    assert sqlite_path.parent.is_dir()
    assert sqlite_url.endswith(str(sqlite_path))


@pytest.mark.postgres
async def test_postgres_gives_each_test_an_empty_database(postgres_url: str) -> None:
    connection = await asyncpg.connect(postgres_url.replace("+asyncpg", ""))
    try:
        tables = await connection.fetch("SELECT * FROM information_schema.tables WHERE table_schema = 'public'")
    finally:
        await connection.close()
    assert tables == []


@pytest.mark.browser
async def test_chromium_shows_and_clicks(page: Page) -> None:
    await page.set_content("<button onclick='this.textContent = \"Pressed\"'>Press</button>")
    await page.click("button")
    assert await page.inner_text("button") == "Pressed"


async def test_until_returns_the_first_true_answer() -> None:
    answers: Iterator[int] = iter([0, 0, 3, 4])
    assert await until(lambda: next(answers)) == 3


async def test_until_says_what_never_came() -> None:
    with pytest.raises(AssertionError, match="for a card; the last answer was None"):
        await until(lambda: None, seconds=0.02, what="a card")


@pytest.mark.chaos
def test_counts_are_short_unless_asked(long_counts: bool, request: pytest.FixtureRequest) -> None:
    assert long_counts is request.config.getoption("--long")
