"""Brings a database to the form this version needs, in one transaction, or refuses."""

from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from agents.core.errors import Misconfigured
from storage.store import Store, Tx
from storage.tables import metadata

_LOCK = 0x4D494752
"""Two processes that start at once migrate one after the other."""


async def migrate(store: Store, *, upgrade: bool = True) -> None:
    """Runs every revision that the database has not seen. Raises `Misconfigured` for a database that a newer version
    wrote, for one that no released version wrote, and, without `upgrade`, for one that is older."""
    if await store.read(current) == newest():
        await store.read(_check_form)
        return
    await store.write(lambda tx: _upgrade(tx, allowed=upgrade))


def current(tx: Tx) -> str | None:
    """The revision of the database; None for an empty one."""
    return MigrationContext.configure(tx.connection).get_current_revision()


@lru_cache(maxsize=1)
def newest() -> str | None:
    """The revision that this version of the code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _check_form(tx: Tx) -> None:
    """A database from a state of the code between two releases has the right revision and still lacks something."""
    there = inspect(tx.connection).get_multi_columns()
    present = {(key[1], column["name"]) for key, columns in there.items() for column in columns}
    missing = [f"{table.name}.{column.name}" for table in metadata.sorted_tables for column in table.columns]
    missing = [name for name in missing if tuple(name.split(".")) not in present]
    if missing:
        raise Misconfigured(
            f"This database lacks {missing[0]}{' and more' if len(missing) > 1 else ''}: a version of Calmops between two "
            "releases made it. Move it away and start anew, or go back to that version. Nothing was changed."
        )


def _upgrade(tx: Tx, *, allowed: bool) -> None:
    if tx.dialect == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    at = current(tx)
    if at == newest():
        return
    known = {revision.revision for revision in ScriptDirectory.from_config(_config()).walk_revisions()}
    if at is not None and at not in known:
        raise Misconfigured(
            f"This database was written by a newer version of Calmops (revision {at}, this version knows {newest()}). "
            "Install that version again, or restore a backup from before the upgrade. Nothing was changed."
        )
    if not allowed:
        raise Misconfigured(
            "This database was written by an older version of Calmops. Start `calmops run` once to upgrade it."
        )
    config = _config()
    config.attributes["connection"] = tx.connection
    command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config
