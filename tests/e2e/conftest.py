"""A local Slack, and a data folder with the policy of the local company."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.config.built_in import give_policy
from bot.emulator import Emulator, start_emulator


@pytest_asyncio.fixture
async def emu() -> AsyncIterator[Emulator]:
    async with start_emulator(seed=1) as running:
        yield running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    give_policy(tmp_path / "data" / "calmops.toml")
    return tmp_path / "data"
