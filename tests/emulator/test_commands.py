"""Slash commands, response_url, and typed text."""

import asyncio

from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.emulator import Emulator
from tests.emulator.conftest import cannot
from tests.emulator.raw import connected


async def test_a_response_url_works_five_times_within_thirty_minutes(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        command = asyncio.create_task(emu.command("ana", "C0OPS", "/plain"))
        frame = await socket.frame("slash_commands")
        await socket.ack(frame)
        await command
    url = AsyncWebhookClient(frame["payload"]["response_url"])
    for number in range(4):
        assert (await url.send(text=f"answer {number}")).body == "ok"
    assert (await url.send(text="for all", response_type="in_channel")).status_code == 200
    used = await url.send(text="too often")
    assert (used.status_code, "used_url" in used.body) == (404, True)
    assert [m["text"] for m in await emu.messages("C0OPS", viewer="bo")] == ["for all"]
    assert len(await emu.messages("C0OPS", viewer="ana")) == 5
    for identity in emu.local.workspace.response_urls:
        emu.local.workspace.response_urls[identity].uses = 0
    await emu.clock(advance=1_801)
    assert (await url.send(text="too late")).status_code == 404


async def test_a_wrong_answer_by_response_url_is_refused(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        command = asyncio.create_task(emu.command("ana", "C0OPS", "/plain"))
        frame = await socket.frame("slash_commands")
        await socket.ack(frame, {"text": ""})
        assert (await command)["refused"]["error"] == "no_text"
    answer = await AsyncWebhookClient(frame["payload"]["response_url"]).send(text="x", blocks=[{"type": "nonsense"}])
    assert "invalid_blocks" in answer.body
    gone = await AsyncWebhookClient(f"{emu.base_url}/response/nothing").send(text="x")
    assert gone.status_code == 404


async def test_the_payload_of_a_command(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        for command, text in (("/ops", "ask <@U0BO|bo> in <#C0OPS|ops> &lt;b&gt;"), ("/plain", "ask @bo in #ops <b>")):
            run = asyncio.create_task(emu.command("dee", "C0FINANCE", f"{command} ask @bo in #ops <b>"))
            frame = await socket.frame("slash_commands")
            assert frame["accepts_response_payload"] is True
            payload = frame["payload"]
            assert payload["text"] == text
            assert (payload["channel_name"], payload["user_name"]) == ("privategroup", "dee")
            await socket.ack(frame)
            await run


async def test_commands_that_cannot_be_given(emu: Emulator) -> None:
    assert await cannot(emu.command("ana", "C0OPS", "/nothing")) == "unknown_command"
    assert await cannot(emu.command("old", "C0OPS", "/ops")) == "account_inactive"
    assert await cannot(emu.command("cho", "C0OPS", "/ops")) == "not_in_channel"
    assert await cannot(emu.act("command", **{"as": "ana"}, channel="ops", command="/ops", thread_ts="1.1")) == (
        "command_not_supported_in_threads"
    )


async def test_typed_text_is_escaped_linked_and_mentioned(emu: Emulator) -> None:
    await emu.say(
        "ana", "C0OPS", "<!channel> & @bo, @ops @here #support https://x.example/?a=1&b=2. <@U0BO> <@U9> :eyes:"
    )
    message = (await emu.messages("C0OPS"))[0]
    assert message["text"] == (
        "&lt;!channel&gt; &amp; <@U0BO>, <!subteam^S0OPS> <!here> <#C0SUPPORT> "
        "<https://x.example/?a=1&amp;b=2>. <@U0BO> &lt;@U9&gt; :eyes:"
    )
    parts = message["blocks"][0]["elements"][0]["elements"]
    assert [part["type"] for part in parts if part["type"] != "text"] == [
        "user", "usergroup", "broadcast", "channel", "link", "user", "emoji",
    ]  # fmt: skip
    assert parts[0] == {"type": "text", "text": "<!channel> & "}
    await emu.say("ana", "C0OPS", "<!channel>", raw=True)
    assert (await emu.messages("C0OPS"))[1]["text"] == "<!channel>"
