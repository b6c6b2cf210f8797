"""The command line on a real database, run as `calmops ...` would run it but in this process."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agents.core.clock import SystemClock
from bot.cli import run_command
from bot.config.built_in import give_policy
from bot.settings import read_settings
from storage.open import open_store
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]
Do = Callable[[Callable[[Tx], Any]], Any]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a policy, and no database yet."""
    monkeypatch.chdir(tmp_path)
    give_policy(tmp_path / "data" / "calmops.toml")
    return tmp_path / "data"


@pytest.fixture
def do(data: Path) -> Do:
    """Does something in the database, which is made by that."""

    def run(work: Callable[[Tx], Any]) -> Any:
        async def once() -> Any:
            store = await open_store(read_settings(calmops_data=data).database_url, SystemClock())
            try:
                return await store.write(work)
            finally:
                await store.close()

        with asyncio.Runner() as runner:
            return runner.run(once())

    run(lambda _: None)
    return run


@pytest.fixture
def calmops(data: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command line; `--data` is added unless told otherwise."""

    def run(*arguments: str, with_data: bool = True) -> Ran:
        capsys.readouterr()
        words = [*arguments, *(["--data", str(data)] if with_data else [])]
        code = run_command(words)
        said = capsys.readouterr()
        return Ran(code=code, out=said.out, err=said.err)

    return run
