"""A database that was migrated is the database that the tables describe, on both systems."""

import re

import pytest
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from agents.core.clock import FakeClock
from storage.open import open_store
from storage.tables import metadata


def sqlite_schema(connection: Connection) -> set[str]:
    """Every table and index as SQLite keeps it, without its layout and with the parts of a table in one order."""
    rows = connection.execute(
        text("SELECT type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'")
    )
    return {" ".join(sorted(re.split(r",\s*|\(\s*|\s*\)\s*", re.sub(r"\s+", " ", row.sql)))) for row in rows}


def other_schema(connection: Connection) -> dict[str, object]:
    """Columns, keys and indexes of every table."""
    seen = inspect(connection)
    return {
        table: (
            {(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)},
            sorted(seen.get_pk_constraint(table)["constrained_columns"]),
            sorted((str(i["name"]), i["unique"], str(i.get("dialect_options"))) for i in seen.get_indexes(table)),
            sorted(str(u["name"]) for u in seen.get_unique_constraints(table)),
        )
        for table in seen.get_table_names()
        if table != "alembic_version"
    }


async def test_a_migrated_sqlite_file_is_what_the_tables_say(sqlite_url: str) -> None:
    await (await open_store(sqlite_url, FakeClock())).close()
    with create_engine(sqlite_url.replace("+aiosqlite", "")).connect() as migrated:
        found = sqlite_schema(migrated)
    with create_engine("sqlite://").connect() as fresh:
        metadata.create_all(fresh)
        assert found == sqlite_schema(fresh)


@pytest.mark.postgres
async def test_a_migrated_postgres_database_is_what_the_tables_say(postgres_url: str) -> None:
    await (await open_store(postgres_url, FakeClock())).close()
    engine = create_async_engine(postgres_url)
    async with engine.begin() as connection:
        found = await connection.run_sync(other_schema)
        await connection.run_sync(metadata.drop_all)
        await connection.run_sync(metadata.create_all)
        assert await connection.run_sync(other_schema) == found
    await engine.dispose()
