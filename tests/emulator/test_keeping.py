"""State on disk: it survives a restart, also a sudden one."""

import json
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import start_emulator
from bot.emulator.keeping import DataError
from tests.emulator.conftest import FULL
from tests.emulator.raw import connected
from tests.until import until


async def test_messages_homes_people_and_plans_survive(tmp_path: Path) -> None:
    async with start_emulator(manifest=FULL, data=tmp_path) as emu:
        client = AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, retry_handlers=[])
        ts = await emu.say("ana", "C0OPS", "before")
        await emu.say("bo", "C0OPS", "reply", thread_ts=ts)
        await client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [{"type": "divider"}]})
        await client.chat_postEphemeral(channel="C0OPS", user="U0ANA", text="gone after a reload")
        now = int(await emu.clock())
        await client.chat_scheduleMessage(channel="C0OPS", text="later", post_at=now + 600)
        await emu.act("user", name="kim", role="guest")
        dm = await emu.open_dm("ana", "Calmops")
    async with start_emulator(manifest=FULL, data=tmp_path) as emu:
        assert [m["text"] for m in await emu.messages("C0OPS", thread_ts=ts)] == ["before", "reply"]
        assert len(await emu.messages("C0OPS")) == 1
        assert (await emu.home("ana") or {})["type"] == "home"
        assert emu.local.who("kim").is_restricted
        assert await emu.open_dm("ana", "Calmops") == dm
        await emu.clock(advance=700)
        await emu.wait_message("C0OPS", text="later")
        assert await emu.say("ana", "C0OPS", "after") > ts


async def test_an_event_that_was_not_acknowledged_comes_after_the_restart(tmp_path: Path) -> None:
    async with start_emulator(manifest=FULL, data=tmp_path) as emu:
        await emu.say("ana", "C0OPS", "nobody listens")
        event_id = emu.local.record.since(kind="envelope")[0]["event_id"]
    async with start_emulator(manifest=FULL, data=tmp_path) as emu, connected(emu) as (socket,):
        await emu.clock(advance=61)
        frame = await socket.frame("events_api")
        assert frame["payload"]["event_id"] == event_id


async def test_a_change_is_on_disk_soon_without_a_stop(tmp_path: Path) -> None:
    async with start_emulator(manifest=FULL, data=tmp_path) as emu:
        await emu.say("ana", "C0OPS", "written")
        await until(lambda: (tmp_path / "state.json").exists() and "written" in (tmp_path / "state.json").read_text())
        saved = await emu.act("snapshot")
        assert Path(saved["path"]) == tmp_path / "state.json"


async def test_another_manifest_counts_at_the_next_start(tmp_path: Path) -> None:
    async with start_emulator(manifest=FULL, data=tmp_path):
        pass
    async with start_emulator(
        manifest=FULL | {"oauth_config": {"scopes": {"bot": ["commands"]}}}, data=tmp_path
    ) as emu:
        assert emu.local.app().facts.scopes == {"commands"}


@pytest.mark.parametrize("content", ["{broken", "[]", '{"other": 1}'])
async def test_a_folder_it_cannot_read_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "state.json").write_text(content)
    with pytest.raises(DataError, match="Move it away"):
        async with start_emulator(manifest=FULL, data=tmp_path):
            pass
    assert (tmp_path / "state.json").read_text() == content


async def test_a_reset_starts_afresh(tmp_path: Path) -> None:
    async with start_emulator(manifest=FULL, data=tmp_path) as emu:
        await emu.say("ana", "C0OPS", "x")
        await emu.fault("slow")
        await emu.reset()
        assert await emu.messages("C0OPS") == []
        assert (await emu.act("list_faults"))["faults"] == []
        assert emu.local.who("ana").id == "U0ANA"
    kept = json.loads((tmp_path / "state.json").read_text())
    assert kept["workspace"]["channels"]["C0OPS"]["messages"] == {}


async def test_without_a_folder_a_snapshot_is_the_answer() -> None:
    async with start_emulator(manifest=FULL) as emu:
        await emu.say("ana", "C0OPS", "x")
        state = (await emu.act("snapshot"))["state"]
        assert len(state["channels"]["C0OPS"]["messages"]) == 1
