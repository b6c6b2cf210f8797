"""What SQLite and Postgres say differently."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from storage.store import Tx


def upsert(tx: Tx, table: Table, key: Sequence[str], row: dict[str, Any]) -> None:
    """Inserts a row, or overwrites the one with the same key columns."""
    rest = {name: value for name, value in row.items() if name not in key}
    if tx.dialect == "postgresql":
        tx.execute(postgresql.insert(table).values(**row).on_conflict_do_update(index_elements=list(key), set_=rest))
    else:
        tx.execute(sqlite.insert(table).values(**row).on_conflict_do_update(index_elements=list(key), set_=rest))


def insert_new(tx: Tx, table: Table, key: Sequence[str], row: dict[str, Any]) -> bool:
    """Inserts a row unless one with the same key columns is there. Returns whether it was inserted."""
    if tx.dialect == "postgresql":
        done = tx.execute(postgresql.insert(table).values(**row).on_conflict_do_nothing(index_elements=list(key)))
    else:
        done = tx.execute(sqlite.insert(table).values(**row).on_conflict_do_nothing(index_elements=list(key)))
    return done.rowcount == 1


def insert_new_id(tx: Tx, table: Table, row: dict[str, Any]) -> int | None:
    """Inserts a row unless any unique key of it is taken. Returns its id, or None when it was taken."""
    number = table.c.id
    if tx.dialect == "postgresql":
        return tx.execute(postgresql.insert(table).values(**row).on_conflict_do_nothing().returning(number)).scalar()
    return tx.execute(sqlite.insert(table).values(**row).on_conflict_do_nothing().returning(number)).scalar()
