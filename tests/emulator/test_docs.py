"""The pages about the local Slack say what the code does."""

import asyncio
import json
import re
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.emulator import Emulator
from bot.emulator.__main__ import main
from bot.emulator.seeds import seed_channels, seed_users
from tests.emulator.write_reference import written

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference" / "emulator.md"
HOWTO = ROOT / "docs" / "howto" / "emulator.md"
HERE = Path(__file__).parent


def test_the_tables_of_the_reference_are_those_of_the_code() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    assert page == written(page), "run tests/emulator/write_reference.py"


def behaviours() -> list[list[str]]:
    section = REFERENCE.read_text(encoding="utf-8").split("## Behaviours")[1].split("\n## ")[0]
    lines = [re.split(r"\s*\|\s*", line.strip("| ")) for line in section.splitlines() if line.startswith("| ")]
    return lines[1:]


def test_every_behaviour_is_shown_by_a_test_that_exists() -> None:
    for line in behaviours():
        file, _, name = line[-1].strip("` ").partition("::")
        assert f"def {name}(" in (HERE / file).read_text(encoding="utf-8"), line[0]


def test_every_behaviour_says_how_close_it_is() -> None:
    assert len(behaviours()) > 35
    for line in behaviours():
        assert line[1] in ("faithful", "simplified", "unknown"), line[0]


def test_the_company_in_the_howto_is_the_one_that_is_seeded() -> None:
    page = HOWTO.read_text(encoding="utf-8")
    for user in seed_users():
        assert user.name == "slackbot" or f"`{user.id}`" in page, user.id
    for channel in seed_channels("U0CALMOPS"):
        assert f"#{channel.name} `{channel.id}`" in page


def curls() -> list[list[str]]:
    """The curl lines of the howto, with the page's own variables filled in."""
    page = HOWTO.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in page.splitlines() if line.strip().startswith("curl ") and "$(" not in line]
    return [shlex.split(line.partition(" > ")[0].replace("$C", "{C}").replace('"$J"', '"Content-Type: application/json"'))
            for line in lines]  # fmt: skip


async def test_the_curl_examples_work(emu: Emulator) -> None:
    done = 0
    async with aiohttp.ClientSession() as http:
        for words in curls():
            url = next(w for w in words if w.startswith(("{C}", "http"))).replace("{C}", f"{emu.base_url}/_control")
            url = url.replace("http://127.0.0.1:8770", emu.base_url)
            headers = dict(w.split(": ", 1) for flag, w in pairwise(words) if flag == "-H")
            body = next((w for flag, w in pairwise(words) if flag == "-d"), None)
            verb = "DELETE" if "DELETE" in words else "POST" if body else "GET"
            async with http.request(verb, url, headers=headers, data=body) as response:
                answer: dict[str, Any] = await response.json()
                assert answer["ok"] is True, (words, answer)
                done += 1
            if url.endswith("/faults"):
                await emu.clear_faults()
    assert done >= 14


def test_the_program_says_what_an_app_needs_and_stops_when_told(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.emulator", "--port", "0", "--data", str(tmp_path)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(4)]
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()
    assert re.fullmatch(r"READY http://127\.0\.0\.1:\d+", lines[0])
    howto = [line.strip().partition("=")[0] for line in HOWTO.read_text(encoding="utf-8").splitlines() if "=" in line]
    for line in lines[1:]:
        assert line.partition("=")[0] in howto
    assert json.loads((tmp_path / "state.json").read_text(encoding="utf-8"))["workspace"]["team_id"] == "T0LOCAL"


async def test_what_keeps_it_from_starting_is_said_in_one_line(
    tmp_path: Path, emu: Emulator, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "broken.yml").write_text("a: [")
    (tmp_path / "list.yml").write_text("- a")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "state.json").write_text("{")
    for options, words in (
        (["--port", "0", "--manifest", str(tmp_path / "broken.yml")], "neither YAML nor JSON"),
        (["--port", "0", "--manifest", str(tmp_path / "list.yml")], "must be a mapping"),
        (["--port", "0", "--manifest", str(tmp_path / "absent.yml")], "cannot read the manifest"),
        (["--port", "0", "--data", str(tmp_path / "data")], "Move it away"),
        (["--port", emu.base_url.rpartition(":")[2]], "Choose another --port"),
    ):
        assert await asyncio.to_thread(main, options) == 2, options
        assert words in capsys.readouterr().err
