"""Where finished work goes when it leaves the database."""

from pathlib import Path

from bot.config.file import BotOptions
from bot.settings import Settings
from storage.archive import Archive


def archive_of(settings: Settings, options: BotOptions) -> Archive | None:
    """The archive that calmops.toml names, relative to the data folder. Without a word about it: beside a SQLite database,
    and none with Postgres, whose edges may be on several machines."""
    if options.archive is not None:
        return Archive(settings.calmops_data / options.archive) if options.archive else None
    scheme, _, path = settings.database_url.partition(":///")
    return Archive(Path(path).parent / "archive") if scheme == "sqlite" else None
