"""What every test of a promise starts from."""

from collections.abc import AsyncIterator

import pytest_asyncio

from agents.core.clock import SystemClock
from storage.open import open_store
from storage.store import Store
from tests.operations.town import Town, town


@pytest_asyncio.fixture
async def store(sqlite_url: str) -> AsyncIterator[Store]:
    opened = await open_store(sqlite_url, SystemClock())
    yield opened
    await opened.close()


@pytest_asyncio.fixture(name="town")
async def town_on_sqlite(sqlite_url: str) -> AsyncIterator[Town]:
    async with town(sqlite_url) as opened:
        yield opened
