"""A real desk and a real memory on SQLite, and one trained reasoner for the whole run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from agents.core.clock import FakeClock
from agents.core.desk import TicketDesk
from agents.core.reasoning import ExampleBook, Reasoner
from agents.reasoning.local import LocalReasoner, default_tasks
from storage.desk import TableDesk
from storage.lessons import TableBook
from storage.open import open_store
from storage.store import Store


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest_asyncio.fixture
async def store(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path / 'calmops.db'}", clock)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trained models are kept for the run, so that only its first test trains."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def reasoner(model_folder: Path) -> LocalReasoner:
    return LocalReasoner(default_tasks(), cache=model_folder)


@pytest.fixture
def ports(store: Store, reasoner: LocalReasoner) -> dict[type, object]:
    return {TicketDesk: TableDesk(store), ExampleBook: TableBook(store), Reasoner: reasoner}
