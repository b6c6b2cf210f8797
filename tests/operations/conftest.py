"""A town for each test, on SQLite; `any_town` on PostgreSQL too."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.operations.town import Town, town


@pytest_asyncio.fixture(name="town")
async def town_on_sqlite(sqlite_url: str) -> AsyncIterator[Town]:
    async with town(sqlite_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest_asyncio.fixture
async def any_town(any_url: str) -> AsyncIterator[Town]:
    async with town(any_url) as opened:
        yield opened
