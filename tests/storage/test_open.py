"""Opening a database: brought to this version's form, or refused with one line and left as it is."""

from pathlib import Path

import pytest
from sqlalchemy import inspect

from agents.core.clock import SystemClock
from agents.core.errors import Misconfigured
from storage.migrations.run import current, newest
from storage.open import open_store
from storage.store import Store, Tx
from storage.tables import metadata


def columns(tx: Tx) -> dict[str, dict[str, bool]]:
    look = inspect(tx.connection)
    return {
        table: {column["name"]: bool(column["nullable"]) for column in look.get_columns(table)}
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def indexes(tx: Tx) -> dict[str, set[str]]:
    look = inspect(tx.connection)
    return {
        table: {str(index["name"]) for index in look.get_indexes(table) if not str(index["name"]).startswith("sqlite_")}
        for table in metadata.tables
    }


async def test_a_database_made_by_migrations_is_what_the_code_expects(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, SystemClock())
    declared = {
        name: {column.name: bool(column.nullable) for column in table.c} for name, table in metadata.tables.items()
    }
    assert await store.read(columns) == declared
    found = await store.read(indexes)
    for name, table in metadata.tables.items():
        assert {str(index.name) for index in table.indexes} <= found[name]
    await store.close()


async def test_opening_again_changes_nothing(sqlite_url: str) -> None:
    first = await open_store(sqlite_url, SystemClock())
    before = await first.read(columns)
    await first.close()
    second = await open_store(sqlite_url, SystemClock())
    assert await second.read(columns) == before
    assert await second.read(current) == newest()
    await second.close()


async def _set_revision(store: Store, revision: str) -> None:
    await store.write(
        lambda tx: tx.connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    )


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(sqlite_url: str) -> None:
    store = await open_store(sqlite_url, SystemClock())
    await _set_revision(store, "9999")
    await store.close()
    with pytest.raises(Misconfigured, match="newer version"):
        await open_store(sqlite_url, SystemClock())
    with pytest.raises(Misconfigured, match="Nothing was changed"):
        await open_store(sqlite_url, SystemClock())


async def test_without_leave_to_upgrade_an_empty_database_stays_empty(sqlite_url: str) -> None:
    with pytest.raises(Misconfigured, match="calmops run"):
        await open_store(sqlite_url, SystemClock(), upgrade=False)


@pytest.mark.postgres
async def test_postgres_gets_the_same_tables(postgres_url: str) -> None:
    store = await open_store(postgres_url, SystemClock())
    assert set(await store.read(columns)) == set(metadata.tables)
    await store.close()


@pytest.mark.postgres
async def test_postgres_is_backed_up_by_its_own_tool(postgres_url: str, tmp_path: Path) -> None:
    store = await open_store(postgres_url, SystemClock())
    with pytest.raises(Misconfigured, match="pg_dump"):
        await store.backup(tmp_path / "backup")
    await store.close()


@pytest.mark.parametrize("url", ["", "mysql://host/name", "calmops.db", "sqlite://", "sqlite:///:memory:"])
async def test_a_url_that_names_no_database_is_answered_with_an_example(url: str) -> None:
    with pytest.raises(Misconfigured, match="sqlite:///"):
        await open_store(url, SystemClock())


async def test_a_password_in_a_url_is_never_repeated() -> None:
    with pytest.raises(Misconfigured) as refusal:
        await open_store("mysql://me:sesame@host/name", SystemClock())
    assert "sesame" not in str(refusal.value)
