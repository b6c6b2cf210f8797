"""The locks: every package by hash, no address of any registry, one version each, and nothing of ours left out."""

import re
import tomllib

import pytest

from tests.project.tree import ROOT

LOCKS = ("requirements.lock", "requirements.run.lock")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)


def pins(lock: str) -> dict[str, set[str]]:
    """Versions by package name; a package may have two, for different Pythons."""
    found: dict[str, set[str]] = {}
    for name, version, _ in PIN.findall((ROOT / lock).read_text()):
        found.setdefault(name, set()).add(version)
    return found


def required(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]
    return {re.split(r"[\[<>=!~;\s]", line)[0].lower() for line in wanted}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_packages_and_hashes_only(lock: str) -> None:
    lines = [line for line in (ROOT / lock).read_text().splitlines() if not line.lstrip().startswith("#")]
    other = [
        line
        for line in lines
        if not PIN.match(f"{line}") and not re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
    ]
    assert other == []
    assert "://" not in (ROOT / lock).read_text()


def test_full_lock_has_every_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert required(*extras) - set(pins("requirements.lock")) == set()


def test_run_lock_is_what_make_try_needs_and_not_more() -> None:
    run = set(pins("requirements.run.lock"))
    assert required("charts", "build") - run == set()
    assert run & (required("dev", "llm", "semantic", "postgres") - required("charts", "build")) == set()


def test_both_locks_agree() -> None:
    full = pins("requirements.lock")
    assert {name: found for name, found in pins("requirements.run.lock").items() if not found <= full[name]} == {}
