"""Before anything is connected: both tokens are tried, and what is wrong is one line."""

import json
from pathlib import Path

import aiohttp
import pytest

from agents.core.errors import Misconfigured
from bot.edge.preflight import check_token_forms
from bot.emulator import Emulator
from bot.settings import read_settings
from tests.edge.ledger import Ledger
from tests.edge.rig import edge_on
from tests.until import until


@pytest.mark.parametrize(
    ("bot", "app", "sentence"),
    [
        (None, None, r"^SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set\."),
        ("xoxb-1", None, r"^SLACK_APP_TOKEN is not set\."),
        (None, "xapp-1", r"^SLACK_BOT_TOKEN is not set\."),
        ("xapp-1", "xoxb-1", r"swapped"),
        ("xoxp-1", "xapp-1", r"SLACK_BOT_TOKEN must begin with xoxb-"),
        ("xoxb-1", "nonsense", r"SLACK_APP_TOKEN must begin with xapp-"),
    ],
)
def test_missing_and_mixed_up_tokens_are_named(bot: str | None, app: str | None, sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence) as caught:
        check_token_forms(read_settings(slack_bot_token=bot, slack_app_token=app))
    assert "\n" not in str(caught.value)
    for token in (bot, app):
        assert not token or len(token) < 7 or token not in str(caught.value)


@pytest.mark.parametrize(
    ("method", "error", "sentence"),
    [
        ("auth.test", "invalid_auth", r"Slack refused the bot token \(SLACK_BOT_TOKEN\): .*\(invalid_auth\)"),
        ("auth.test", "account_inactive", r"SLACK_BOT_TOKEN.*removed from the workspace"),
        ("apps.connections.open", "not_allowed_token_type", r"SLACK_APP_TOKEN.*wrong kind"),
        ("apps.connections.open", "missing_scope", r"SLACK_APP_TOKEN.*lacks the scope"),
    ],
)
async def test_what_slack_refuses_is_said_in_one_line(
    emu: Emulator, tmp_path: Path, method: str, error: str, sentence: str
) -> None:
    await emu.fault("error", {"method": method}, error=error, needed="connections:write")
    with pytest.raises(Misconfigured, match=sentence):
        async with edge_on(emu, tmp_path, register=Ledger().register):
            raise AssertionError("connected")


async def test_a_server_that_does_not_answer_is_named(emu: Emulator, tmp_path: Path) -> None:
    address = emu.api_url
    await emu.fault("cut", {"method": "auth.test"}, times=5)
    with pytest.raises(Misconfigured, match=rf"^{address} does not answer"):
        async with edge_on(emu, tmp_path, register=Ledger().register):
            raise AssertionError("connected")


async def test_slack_is_not_asked_who_we_are_again(emu: Emulator, tmp_path: Path) -> None:
    """Bolt alone would ask at its first delivery, and drop that delivery when the question fails."""
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await emu.fault("server_error", {"method": "auth.test"}, times=50)
        answer = await emu.command("ana", "C0OPS", "/ops one")
        await rig.settled()

        assert answer["acked"]
        assert ledger.of("command") == ["one"]
        assert len(await emu.calls("auth.test")) == 1


async def test_health_is_told_on_this_machine_only(emu: Emulator, tmp_path: Path) -> None:
    """S-G6."""
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig, aiohttp.ClientSession() as session:
        told = json.loads((tmp_path / "health.json").read_text())
        assert told["url"].startswith("http://127.0.0.1:")
        async with session.get(told["url"]) as response:
            assert response.status == 200
            assert (await response.json())["sockets"]["connected"] == 2
        await emu.fault("refuse_connect", for_seconds=5)
        await emu.drop_sockets()
        await until(lambda: rig.edge.connections.state.connected == 0, what="the sockets to be gone")
        async with session.get(told["url"]) as response:
            assert response.status == 503
            assert "No socket to Slack is open" in (await response.json())["problems"][0]
    assert not (tmp_path / "health.json").exists()
