"""What could be turned against us is looked for in every line of our code: ruff carries the checks of bandit."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.tree import ROOMS, ROOT


def found_in(*places: str) -> set[str]:
    """What the scan says of these files, by the configuration that `make lint` uses: the codes of its rules."""
    command = ["ruff", "check", "--config", "pyproject.toml", "--output-format", "concise", "--no-cache", *places]
    scanned = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert scanned.returncode in (0, 1), scanned.stderr
    return set(re.findall(r": (S\d+) ", scanned.stdout))


def test_nothing_is_found_in_our_code() -> None:
    """S-G8."""
    assert found_in(*ROOMS) == set()


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("import subprocess\nsubprocess.run(input(), shell=True)\n", "S602"),
        ("eval(input())\n", "S307"),
        ("import pickle\npickle.loads(b'')\n", "S301"),
        ("import yaml\nyaml.load(input())\n", "S506"),
        ("import hashlib\nhashlib.md5(b'')\n", "S324"),
        ("import ssl\nssl._create_unverified_context()\n", "S323"),
        ('def f(tx, name):\n    tx.execute(f"SELECT * FROM jobs WHERE name = {name}")\n', "S608"),
    ],
)
def test_a_planted_flaw_is_found(tmp_path: Path, code: str, rule: str) -> None:
    """S-G8."""
    (tmp_path / "planted.py").write_text(code)
    assert rule in found_in(str(tmp_path))
