"""What people's decisions taught, for the reasoner to learn from."""

from collections.abc import Sequence

from sqlalchemy import delete, select

from agents.core.reasoning import Example, Lesson
from storage.dialects import insert_new
from storage.store import Store, Tx
from storage.tables import examples

MOST_LEARNED = 5_000
_LONGEST_TEXT = 4_000


class TableBook:
    """The `ExampleBook` of this bot."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def learned(self, task: str) -> tuple[Example, ...]:
        return await self._store.read(lambda tx: learned(tx, task))

    async def remember(self, lessons: Sequence[Lesson]) -> None:
        await self._store.write(lambda tx: remember(tx, lessons))


def learned(tx: Tx, task: str) -> tuple[Example, ...]:
    """The newest lessons of a task, oldest first."""
    rows = tx.execute(
        select(examples).where(examples.c.task == task).order_by(examples.c.id.desc()).limit(MOST_LEARNED)
    ).all()
    return tuple(
        Example(text=row.text, label=row.label, weight=row.weight, wrong=row.wrong, ref=row.ref)
        for row in reversed(rows)
    )


def remember(tx: Tx, lessons: Sequence[Lesson]) -> None:
    """Keeps lessons; one whose key is known stays as it is."""
    for lesson in lessons:
        example = lesson.example
        row = {
            "key": lesson.key,
            "task": lesson.task,
            "text": example.text[:_LONGEST_TEXT],
            "label": example.label,
            "weight": example.weight,
            "wrong": example.wrong,
            "ref": example.ref,
            "by": lesson.by,
            "at": tx.now,
        }
        insert_new(tx, examples, ["key"], row)


def forget(tx: Tx, ref: str) -> int:
    """Removes what was learned from one record, such as "ticket 482". Returns how many lessons that were."""
    return tx.execute(delete(examples).where(examples.c.ref == ref)).rowcount
