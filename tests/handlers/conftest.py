"""A desk for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.handlers.desk import Desk, open_desk


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    opened = await open_desk(tmp_path)
    yield opened
    await opened.store.close()
