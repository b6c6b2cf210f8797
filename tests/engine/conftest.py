"""Each engine test runs on SQLite; those that ask for `any_store` run on PostgreSQL too."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agents.core.clock import SystemClock
from storage.open import open_store
from storage.store import Store


@pytest_asyncio.fixture(scope="session")
async def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh database, made once and copied for each test."""
    path = tmp_path_factory.mktemp("migrated") / "calmops.db"
    store = await open_store(f"sqlite:///{path}", SystemClock())
    await store.close()
    return path


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained models are kept for the run, so that only its first test trains."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def unsampled(monkeypatch: pytest.MonkeyPatch) -> None:
    """One automatic call in a hundred would be put to people; not where a test is about the others."""
    monkeypatch.setattr("bot.engine.ruling.is_sampled", lambda *_: False)


@pytest_asyncio.fixture
async def store(migrated: Path, sqlite_path: Path, sqlite_url: str) -> AsyncIterator[Store]:
    shutil.copy(migrated, sqlite_path)
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
