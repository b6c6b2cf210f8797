"""A version of the bot to come, and this one, on the same database: questions that wait outlive the upgrade, and the older
of two versions keeps its hands off."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import text

from agents.core.clock import SystemClock
from agents.core.errors import Misconfigured
from agents.core.records import EscalationState, Verdict
from agents.core.status import JobStatus
from storage.migrations import run
from storage.open import open_store
from tests.operations.town import town

NEXT = '''"""A column more."""

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9001", "{newest}", None, None


def upgrade() -> None:
    with op.batch_alter_table("escalations") as table:
        table.add_column(sa.Column("later", sa.Text(), nullable=True))
'''


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


@contextmanager
def next_version(folder: Path) -> Iterator[None]:
    """Within the block the code knows one migration more than this version does."""
    scripts = folder / "migrations"
    shutil.copytree(Path(run.__file__).parent, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "r9001_later.py").write_text(NEXT.format(newest=run.newest()))

    def config() -> Config:
        found = Config()
        found.set_main_option("script_location", str(scripts))
        found.set_main_option("path_separator", "os")
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "_config", config)
        run.newest.cache_clear()
        try:
            yield
        finally:
            run.newest.cache_clear()


async def test_questions_that_wait_outlive_an_upgrade_and_the_older_version_is_refused(
    any_url: str, tmp_path: Path
) -> None:
    """S-B10."""
    async with town(any_url) as old:
        asked = [await old.ask() for _ in range(3)]
        await old.answer(asked[0], verdict=Verdict.REJECTED)
    with next_version(tmp_path):
        async with town(any_url) as new:
            assert await new.read(run.current) == "9001"
            assert (await new.answer(asked[1])).complete
            assert (await new.job_of(asked[1])).status is JobStatus.QUEUED
            assert (await new.question(asked[0].id)).verdict is Verdict.REJECTED
            assert (await new.question(asked[2].id)).state is EscalationState.PENDING
    with pytest.raises(Misconfigured, match=r"newer version .*Nothing was changed"):
        await open_store(any_url, SystemClock())


def dump(path: Path) -> list[str]:
    """Everything in a database, as SQL."""
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


async def test_an_older_version_changes_nothing_in_a_newer_database(sqlite_path: Path, tmp_path: Path) -> None:
    """S-B10, downgrade."""
    url = f"sqlite:///{sqlite_path}"
    with next_version(tmp_path):
        async with town(url) as new:
            await new.ask()
    before = dump(sqlite_path)
    with pytest.raises(Misconfigured, match="newer version"):
        await open_store(url, SystemClock())
    assert dump(sqlite_path) == before


async def test_a_database_from_between_two_releases_is_refused_in_words(any_url: str) -> None:
    """Its revision is right, its form is not."""
    store = await open_store(any_url, SystemClock())
    await store.write(lambda tx: tx.execute(text("ALTER TABLE schedules DROP COLUMN history")))
    await store.close()
    with pytest.raises(Misconfigured, match=r"lacks schedules\.history: .* Move it away"):
        await open_store(any_url, SystemClock())
