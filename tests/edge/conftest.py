"""A local Slack for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.emulator import Emulator, start_emulator


@pytest_asyncio.fixture
async def emu() -> AsyncIterator[Emulator]:
    async with start_emulator(seed=1) as running:
        yield running
