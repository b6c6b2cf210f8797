"""What cannot start says so in one line, with exit code 2, and changes nothing."""

import asyncio
import signal
import socket
from pathlib import Path

import pytest

from bot.emulator import Emulator
from tests.e2e.processes import calmops, tokens_for
from tests.until import until


async def ended(log: Path, *arguments: str, variables: dict[str, str] | None = None) -> tuple[int, str]:
    """The exit code and the last line of a command that ends by itself."""
    async with calmops(*arguments, log=log, variables=variables) as bot:
        async with asyncio.timeout(100):
            code = await bot.process.wait()
    said = text_of(log)
    assert "Traceback" not in said
    lines = [line for line in said.splitlines() if line.startswith("calmops: ")]
    return code, lines[-1] if lines else said


def text_of(log: Path) -> str:
    return log.read_text(encoding="utf-8")


def databases(folder: Path) -> list[Path]:
    return list(folder.glob("**/*.db"))


@pytest.mark.timeout(120)
async def test_without_tokens_nothing_starts_and_no_database_is_made(tmp_path: Path) -> None:
    code, line = await ended(tmp_path / "log", "run", "--data", str(tmp_path / "data"))
    assert code == 2
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set" in line
    assert not databases(tmp_path)


@pytest.mark.timeout(120)
async def test_a_refused_token_ends_the_start(emu: Emulator, data: Path, tmp_path: Path) -> None:
    tokens = {**tokens_for(emu), "SLACK_BOT_TOKEN": "xoxb-local-somebody"}
    code, line = await ended(tmp_path / "log", "run", "--role", "edge", "--data", str(data), variables=tokens)
    assert code == 2
    assert "SLACK_BOT_TOKEN" in line
    assert "invalid_auth" in line
    assert "xoxb-local-somebody" not in text_of(tmp_path / "log")


@pytest.mark.timeout(120)
async def test_a_broken_policy_ends_the_start(emu: Emulator, data: Path, tmp_path: Path) -> None:
    (data / "calmops.toml").write_text("[agents.triage\n")
    code, line = await ended(tmp_path / "log", "run", "--role", "edge", "--data", str(data), variables=tokens_for(emu))
    assert code == 2
    assert "calmops.toml is not valid TOML" in line


@pytest.mark.timeout(120)
async def test_a_plain_address_that_is_not_this_machine_is_refused(tmp_path: Path) -> None:
    code, line = await ended(tmp_path / "log", "run", variables={"SLACK_API_URL": "http://10.1.2.3/api/"})
    assert code == 2
    assert "SLACK_API_URL must begin with https://" in line


@pytest.mark.timeout(120)
async def test_a_port_in_use_is_named(data: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        code, line = await ended(tmp_path / "log", "try", "--port", port, "--data", str(data))
    assert code == 2
    assert f"Port {port} is in use" in line


@pytest.mark.timeout(180)
async def test_a_second_bot_on_the_same_database_is_refused_and_the_first_goes_on(
    emu: Emulator, data: Path, tmp_path: Path
) -> None:
    """S-B11."""
    log = tmp_path / "first.log"
    async with calmops("run", "--role", "edge", "--data", str(data), log=log, variables=tokens_for(emu)) as first:
        await first.ready()
        code, line = await ended(
            tmp_path / "second.log", "run", "--role", "edge", "--data", str(data), variables=tokens_for(emu)
        )
        assert code == 2
        assert "Another edge already runs on this database" in line
        assert (await emu.command("ana", "C0OPS", "/ops help"))["acked"]


@pytest.mark.timeout(120)
async def test_a_second_signal_ends_at_once(emu: Emulator, data: Path, tmp_path: Path) -> None:
    """S-B5."""
    log = tmp_path / "log"
    async with calmops("run", "--data", str(data), log=log, variables=tokens_for(emu)) as bot:
        await bot.ready()
        bot.process.send_signal(signal.SIGTERM)
        bot.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            code = await bot.process.wait()
        assert code in (0, 1)


@pytest.mark.timeout(180)
async def test_a_token_that_is_revoked_while_running_ends_the_bot_with_one_line(
    emu: Emulator, data: Path, tmp_path: Path
) -> None:
    """S-A5, S-I4."""
    log = tmp_path / "log"
    async with calmops("run", "--data", str(data), log=log, variables=tokens_for(emu)) as bot:
        await bot.ready()
        await emu.fault("error", {"method": "apps.connections.open"}, error="token_revoked", times=100)
        await emu.drop_sockets()
        await until(lambda: bot.process.returncode is not None, seconds=40, what="the bot to end")
        assert bot.process.returncode == 2
        assert "calmops: Slack refused the app token (SLACK_APP_TOKEN)" in text_of(log)
