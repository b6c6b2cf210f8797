"""Opens the database a URL names: checked, and brought to this version's form."""

from pathlib import Path
from typing import Literal

from agents.core.clock import Clock
from agents.core.errors import Misconfigured
from storage.migrations.run import migrate
from storage.store import Store

_EXAMPLES = "sqlite:///path/to/calmops.db or postgresql+asyncpg://user@host/name"


async def open_store(
    url: str,
    clock: Clock,
    *,
    synchronous: Literal["FULL", "NORMAL"] = "FULL",
    upgrade: bool = True,
    check: bool = False,
) -> Store:
    """The store behind `url`: `sqlite:///FILE`, `sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://...`.

    `upgrade` runs the migrations that are missing; `check` also asks SQLite whether the file is whole, which takes about a
    second for each gigabyte. Raises `Misconfigured` for a URL that names no database we know, a database that a newer
    version wrote, or a file that is damaged; nothing is changed then.
    """
    store = _connect(url, clock, synchronous)
    try:
        if check:
            problem = await store.damage()
            if problem:
                raise Misconfigured(
                    f"The database is damaged ({problem}). Stop the bot and restore the last backup; see docs/howto/backup.md."
                )
        await migrate(store, upgrade=upgrade)
    except BaseException:
        await store.close()
        raise
    return store


def _connect(url: str, clock: Clock, synchronous: Literal["FULL", "NORMAL"]) -> Store:
    scheme, separator, rest = url.partition("://")
    dialect, _, _ = scheme.partition("+")
    if separator and dialect == "sqlite":
        path = Path(rest.removeprefix("/"))
        if not rest.removeprefix("/") or rest == "/:memory:":
            raise Misconfigured(
                "A database in memory would forget everything; name a file: sqlite:///path/to/calmops.db"
            )
        from storage.sqlite import SqliteStore

        path.parent.mkdir(parents=True, exist_ok=True)
        return SqliteStore(path, clock, synchronous=synchronous)
    if separator and dialect in ("postgresql", "postgres"):
        try:
            import asyncpg  # noqa: F401
        except ImportError:
            raise Misconfigured("Postgres needs an extra: pip install 'calmops[postgres]'") from None
        from storage.postgres import PostgresStore

        return PostgresStore(f"postgresql+asyncpg://{rest}", clock)
    raise Misconfigured(f"{_hidden(url)!r} names no database. Write {_EXAMPLES}.")


def _hidden(url: str) -> str:
    """A URL without the password in it."""
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://…@{tail}" if at else url
