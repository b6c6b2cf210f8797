"""Scopes from the manifest, and rates by tier."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator, start_emulator
from tests.emulator.conftest import manifest, refusal


async def test_a_scope_that_is_not_in_the_manifest_is_missing() -> None:
    async with start_emulator(manifest=manifest(scopes=["chat:write", "users:read"])) as emu:
        client = AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, retry_handlers=[])
        said = await refusal(client.reactions_add(channel="C0OPS", timestamp="1.1", name="eyes"))
        assert (said["error"], said["needed"]) == ("missing_scope", "reactions:write")
        assert said["provided"] == "chat:write,users:read"
        said = await refusal(client.conversations_history(channel="C0OPS"))
        assert set(said["needed"].split(",")) == {"channels:history", "groups:history", "im:history", "mpim:history"}


async def test_the_kind_of_channel_decides_the_scope() -> None:
    async with start_emulator(manifest=manifest(scopes=["channels:history", "im:write"])) as emu:
        client = AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, retry_handlers=[])
        await client.conversations_history(channel="C0OPS")
        said = await refusal(client.conversations_history(channel="C0FINANCE"))
        assert (said["error"], said["needed"]) == ("missing_scope", "groups:history")


async def test_views_need_no_scope() -> None:
    async with start_emulator(manifest=manifest(scopes=[])) as emu:
        client = AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, retry_handlers=[])
        await client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [{"type": "divider"}]})


async def limited(calling: object) -> int:
    with pytest.raises(SlackApiError) as caught:
        await calling  # type: ignore[misc]  # every caller passes a coroutine
    response = caught.value.response
    assert (response.status_code, response["error"]) == (429, "ratelimited")
    return int(response.headers["Retry-After"])


async def test_a_tier_two_method_is_limited_after_its_burst_and_recovers(client: AsyncWebClient, emu: Emulator) -> None:
    await emu.clock(speed=0)
    for _ in range(20):
        await client.users_list()
    assert await limited(client.users_list()) == 3
    await client.users_info(user="U0ANA")
    await emu.clock(advance=3)
    await client.users_list()
    assert await limited(client.users_list()) == 3


async def test_one_channel_takes_a_message_a_second_after_a_burst(client: AsyncWebClient, emu: Emulator) -> None:
    await emu.clock(speed=0)
    for number in range(10):
        await client.chat_postMessage(channel="C0OPS", text=str(number))
    assert await limited(client.chat_postMessage(channel="C0OPS", text="too much")) == 1
    await client.chat_postMessage(channel="C0SUPPORT", text="another channel")
    await emu.clock(advance=1)
    await client.chat_postMessage(channel="C0OPS", text="again")
    assert len(await emu.messages("C0OPS")) == 11


async def test_rates_can_be_switched_off(client: AsyncWebClient, emu: Emulator) -> None:
    await emu.act("settings", rates=False)
    for number in range(40):
        await client.chat_postMessage(channel="C0OPS", text=str(number))
    assert len(await emu.messages("C0OPS")) == 40
