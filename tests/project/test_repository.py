"""What must never be in the repository: registry addresses, paths of somebody's machine, locks that hold either."""

import re
import subprocess

import pytest

from tests.project.tree import ROOT

HOSTS = re.compile("|".join(["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.", "deb" + r"\.debian"]))
PATHS = re.compile(r"(?<![\w.~$}])/(?:work|root|home|Users)/[A-Za-z.]")
TOKENS = re.compile(r"xox[abeoprs]-\d+-\d+-[A-Za-z0-9]{20}|xapp-\d-A[A-Z0-9]{8}[A-Z0-9]*-\d+-[0-9a-f]{40}")
RECORD_HOSTS = re.compile(r"(^|/)(uv\.lock|pylock.*\.toml|package-lock\.json)$")


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so there is no list of its files")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("never", [HOSTS, PATHS, TOKENS], ids=["registry hosts", "paths of a machine", "tokens"])
def test_no_file_holds(never: re.Pattern[str], tracked: list[str]) -> None:
    held = []
    for name in tracked:
        text = (ROOT / name).read_bytes().decode("utf-8", errors="ignore")
        held += [f"{name}: {found.group()}" for found in never.finditer(text)]
    assert held == []


@pytest.mark.parametrize(
    ("never", "planted"),
    [
        (HOSTS, "see https://py" + "pi.org/simple"),
        (PATHS, "open('/" + "home/ana/x')"),
        (TOKENS, "xoxb" + "-123456789012-1234567890123-" + "a1B2" * 6),
        (TOKENS, "xapp" + "-1-A0123456789-1234567890123-" + "a1b2" * 16),
    ],
)
def test_what_must_not_be_there_is_noticed(never: re.Pattern[str], planted: str) -> None:
    assert never.search(planted)


def test_no_lock_file_that_records_hosts(tracked: list[str]) -> None:
    assert [name for name in tracked if RECORD_HOSTS.search(name)] == []
