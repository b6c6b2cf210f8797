"""What people taught is kept once, in order, and can be forgotten."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from agents.core.clock import FakeClock
from agents.core.reasoning import Example, Lesson
from storage.lessons import TableBook, forget
from storage.open import open_store
from storage.store import Store


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    opened = await open_store(url, FakeClock())
    yield opened
    await opened.close()


def lesson(key: str, label: str, **rest: object) -> Lesson:
    return Lesson(key=key, task="queue", example=Example(text=f"text {key}", label=label, **rest), by="T1/U1")  # type: ignore[arg-type]


async def test_lesson_counts_once(store: Store) -> None:
    book = TableBook(store)
    await book.remember([lesson("a", "billing", weight=2.0, ref="ticket 1"), lesson("b", "orders", wrong=True)])
    await book.remember([lesson("a", "access")])

    assert await book.learned("queue") == (
        Example(text="text a", label="billing", weight=2.0, ref="ticket 1"),
        Example(text="text b", label="orders", wrong=True),
    )
    assert await book.learned("priority") == ()


async def test_what_a_record_taught_can_be_forgotten(store: Store) -> None:
    book = TableBook(store)
    await book.remember([lesson("a", "billing", ref="ticket 1"), lesson("b", "orders", ref="ticket 2")])

    assert await store.write(lambda tx: forget(tx, "ticket 1")) == 1
    assert [example.ref for example in await book.learned("queue")] == ["ticket 2"]
