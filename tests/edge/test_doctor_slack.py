"""The doctor asks Slack about tokens, approvers and channels, and changes nothing there."""

from pathlib import Path
from typing import Any

import pytest

from agents.core.policy import Policy
from bot.doctor.finding import Finding
from bot.doctor.running import check_running
from bot.doctor.slack import check_slack
from bot.emulator import Emulator
from tests.edge.ledger import Ledger
from tests.edge.rig import edge_on, settings_for
from tests.until import until


def policy(**values: Any) -> Policy:
    rules = {"owner": {"users": ["U0ANA"]}, "approvers": {"users": ["U0BO"]}, "channels": ["C0SUPPORT"], **values}
    return Policy.model_validate({"agents": {"clerk": rules}})


async def problems(emu: Emulator, data: Path, wanted: Policy) -> list[str]:
    found = await check_slack(settings_for(emu, data), wanted, [])
    return [one.what for one in found if one.level == "problem"]


async def test_a_workspace_in_order_has_no_problem(emu: Emulator, tmp_path: Path) -> None:
    assert await problems(emu, tmp_path, policy()) == []
    called = {entry["method"] for entry in await emu.calls()}
    assert called <= {"auth.test", "apps.connections.open", "users.info", "usergroups.users.list", "conversations.info"}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"approvers": {"users": ["U0OLD"]}}, "U0OLD is deactivated"),
        ({"approvers": {"users": ["U0GUS"]}}, "U0GUS is a guest"),
        ({"approvers": {"users": ["U0EVE"]}}, "U0EVE is from another company"),
        ({"approvers": {"users": ["U0NOBODY"]}}, "cannot be looked up"),
        ({"approvers": {}}, "nobody may approve at this moment"),
        ({"approvers": {"groups": ["S0NOWHERE"]}}, "S0NOWHERE cannot be looked up"),
        ({"channels": ["C0GENERAL"]}, "The bot is not in #general"),
        ({"channels": ["C0NOWHERE"]}, "C0NOWHERE: channel_not_found"),
    ],
)
async def test_each_fault_is_named(emu: Emulator, tmp_path: Path, values: dict[str, Any], sentence: str) -> None:
    """S-I6."""
    assert any(sentence in what for what in await problems(emu, tmp_path, policy(**values)))


async def test_an_archived_channel_is_named(emu: Emulator, tmp_path: Path) -> None:
    await emu.act("archive", channel="C0SUPPORT")
    assert any("#support is archived" in what for what in await problems(emu, tmp_path, policy()))


async def test_a_group_without_members_is_named(emu: Emulator, tmp_path: Path) -> None:
    await emu.act("usergroup", usergroup="support-leads", users=[])
    wanted = policy(approvers={"groups": ["S0SUPPORT"]})
    assert any("S0SUPPORT has no members" in what for what in await problems(emu, tmp_path, wanted))


async def test_a_refused_token_is_named(emu: Emulator, tmp_path: Path) -> None:
    await emu.fault("error", {"method": "auth.test"}, error="account_inactive")
    assert any("removed from the workspace" in what for what in await problems(emu, tmp_path, policy()))


async def test_the_state_of_the_sockets_is_told(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        well = await check_running(tmp_path)
        await emu.fault("refuse_connect", for_seconds=5)
        await emu.drop_sockets()
        await until(lambda: rig.edge.connections.state.connected == 0, what="the sockets to be gone")
        ill: list[Finding] = await check_running(tmp_path)

        assert [one.level for one in well] == ["ok"]
        assert any("No socket to Slack is open" in one.what for one in ill if one.level == "problem")
    assert [one.level for one in await check_running(tmp_path)] == ["note"]
