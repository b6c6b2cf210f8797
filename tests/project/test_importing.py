"""Importing a module of ours defines things and does nothing: no file, socket, thread, process or database."""

import subprocess
import sys
from pathlib import Path

from tests.project.tree import ROOT, modules

WATCH = Path(__file__).with_name("watched_import.py")


def watched_import(*names: str) -> list[str]:
    done = subprocess.run([sys.executable, WATCH, *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_importing_everything_does_nothing() -> None:
    scripts = ("__main__", "migrations.env")
    assert watched_import(*(module.name for module in modules() if not module.name.endswith(scripts))) == []


def test_a_module_that_does_something_is_noticed() -> None:
    assert watched_import("tests.project.busy_import") != []
