"""Each engine test runs on SQLite; those that ask for `any_store` run on PostgreSQL too."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from agents.core.clock import SystemClock
from storage.open import open_store
from storage.store import Store


@pytest_asyncio.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await open_store(sqlite_url, SystemClock())
    yield opened
    await opened.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest_asyncio.fixture
async def any_store(any_url: str) -> AsyncIterator[Store]:
    opened = await open_store(any_url, SystemClock())
    yield opened
    await opened.close()
