"""Faults on command: once, some times, for a while, or with a probability and a seed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.emulator.conftest import bolt, cannot, refused
from tests.emulator.raw import address, connected
from tests.until import until

Post = Callable[[], Awaitable[Any]]


@pytest.fixture
def post(client: AsyncWebClient) -> Post:
    return lambda: client.chat_postMessage(channel="C0OPS", text="x")


async def test_one_429_and_then_peace(emu: Emulator, post: Post) -> None:
    await emu.fault("rate_limited", {"method": "chat.*"}, retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        await post()
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    await post()


async def test_a_storm_lasts_as_long_as_it_was_told(emu: Emulator, post: Post) -> None:
    await emu.clock(speed=0)
    await emu.fault("rate_limited", for_seconds=30)
    for _ in range(5):
        assert await refused(post()) == "ratelimited"
    await emu.clock(advance=31)
    await post()


async def test_a_probability_with_a_seed_happens_the_same_way_again(emu: Emulator, client: AsyncWebClient) -> None:
    async def run() -> list[bool]:
        await emu.fault("error", {"method": "api.test"}, probability=0.5, seed=7, error="fatal_error")
        outcome = []
        for _ in range(20):
            try:
                await client.api_test()
                outcome.append(True)
            except SlackApiError:
                outcome.append(False)
        await emu.clear_faults()
        return outcome

    first = await run()
    assert first == await run()
    assert 3 < sum(first) < 17


async def test_any_error_can_be_asked_for(emu: Emulator, client: AsyncWebClient, post: Post) -> None:
    await emu.fault("error", {"method": "chat.update"}, error="edit_window_closed")
    posted = await post()
    assert await refused(client.chat_update(channel="C0OPS", ts=posted["ts"], text="y")) == "edit_window_closed"


async def test_a_server_error_has_no_json(emu: Emulator, post: Post) -> None:
    await emu.fault("server_error", status=502)
    with pytest.raises(SlackApiError) as caught:
        await post()
    assert caught.value.response.status_code == 502


async def test_a_malformed_reply_is_no_json_either(emu: Emulator, post: Post) -> None:
    await emu.fault("malformed_reply")
    with pytest.raises(SlackApiError):
        await post()
    assert len(await emu.messages("C0OPS")) == 1, "the post itself was carried out"


async def test_a_slow_answer_takes_its_time(emu: Emulator, post: Post) -> None:
    await emu.fault("slow", seconds=0.2)
    await post()
    assert (await emu.calls("chat.postMessage"))[0]["ms"] >= 200


async def test_a_lost_reply_keeps_the_post_and_a_cut_does_not(emu: Emulator, post: Post) -> None:
    await emu.fault("cut")
    with pytest.raises(aiohttp.ClientError):
        await post()
    assert await emu.messages("C0OPS") == []
    await emu.fault("lost_reply", {"method": "chat.postMessage"})
    with pytest.raises(aiohttp.ClientError):
        await post()
    assert len(await emu.messages("C0OPS")) == 1


async def test_the_default_retry_handler_posts_twice_after_a_lost_reply(emu: Emulator) -> None:
    client = AsyncWebClient(
        token=emu.bot_token, base_url=emu.api_url, retry_handlers=[AsyncConnectionErrorRetryHandler()]
    )
    await emu.fault("lost_reply", {"method": "chat.postMessage"})
    assert (await client.chat_postMessage(channel="C0OPS", text="x"))["ok"]
    assert len(await emu.messages("C0OPS")) == 2


async def test_faults_narrow_by_channel_and_count(emu: Emulator, client: AsyncWebClient) -> None:
    await emu.fault("error", {"channel": "C0OPS"}, error="fatal_error", times=2)
    await client.chat_postMessage(channel="C0SUPPORT", text="x")
    for _ in range(2):
        assert await refused(client.chat_postMessage(channel="C0OPS", text="x")) == "fatal_error"
    await client.chat_postMessage(channel="C0OPS", text="x")
    assert (await emu.act("list_faults"))["faults"] == []


async def test_a_refused_handshake_and_a_burnt_ticket(emu: Emulator) -> None:
    async with aiohttp.ClientSession() as http:
        for fault, status in (("refuse_connect", 503), ("burnt_ticket", 403)):
            await emu.fault(fault)
            with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
                await http.ws_connect(await address(http, emu))
            assert caught.value.status == status
        await http.ws_connect(await address(http, emu))


async def test_a_malformed_open(emu: Emulator) -> None:
    await emu.fault("malformed_reply", {"method": "apps.connections.open"})
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.ContentTypeError):
            await address(http, emu)


async def test_a_duplicate_is_the_same_envelope_twice(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        await emu.fault("duplicate_envelope", {"type": "events_api"}, copies=2)
        await emu.say("ana", "C0OPS", "x")
        frames = [await socket.frame() for _ in range(3)]
        assert frames[0] == frames[1] == frames[2]


async def test_a_reordered_envelope_comes_after_the_next(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        await emu.fault("reorder_envelope")
        await emu.say("ana", "C0OPS", "first")
        await emu.say("ana", "C0OPS", "second")
        assert [(await socket.frame())["payload"]["event"]["text"] for _ in range(2)] == ["second", "first"]


async def test_a_delayed_envelope_comes_late(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        await emu.fault("delay_envelope", seconds=0.15)
        await emu.say("ana", "C0OPS", "x")
        await socket.ack(await socket.frame())
        await until(lambda: emu.local.record.since(kind="envelope")[0]["acked"])
        assert emu.local.record.since(kind="envelope")[0]["ack_ms"] >= 150


@pytest.mark.parametrize("fault", ["lose_envelope", "drop_socket", "lose_ack"])
async def test_an_event_that_is_lost_comes_again(emu: Emulator, fault: str) -> None:
    await emu.act("settings", ack_seconds=0.1)
    async with connected(emu, 2) as sockets:
        await emu.fault(fault)
        await emu.say("ana", "C0OPS", "x")
        seen: list[int] = []

        async def listen(socket: Any) -> None:
            while True:
                frame = await socket.frame("events_api")
                seen.append(frame["retry_attempt"])
                await socket.ack(frame)

        listeners = [asyncio.create_task(listen(socket)) for socket in sockets]
        await until(lambda: emu.local.record.since(kind="envelope")[-1]["acked"])
        assert seen[-1] == 1
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)


async def test_a_refresh_in_the_middle_of_a_click(emu: Emulator, client: AsyncWebClient) -> None:
    button = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}
    await client.chat_postMessage(channel="C0OPS", text="x", blocks=[{"type": "actions", "elements": [button]}])
    card = await emu.wait_message("C0OPS", action_id="go")
    async with connected(emu) as (socket,):
        await emu.fault("refresh_mid_click", {"type": "interactive"})
        click = asyncio.create_task(emu.click("ana", card, "go"))
        assert (await socket.frame())["reason"] == "refresh_requested"
        await socket.ack(await socket.frame("interactive"))
        assert (await click)["acked"]


async def test_bolt_survives_a_dropped_socket(emu: Emulator) -> None:
    async with bolt(emu, sockets=2) as app:
        seen: list[str] = []

        @app.event("message")
        async def heard(event: dict[str, Any]) -> None:
            seen.append(event["text"])

        await emu.fault("drop_socket")
        await emu.say("ana", "C0OPS", "lost")
        await emu.say("ana", "C0OPS", "heard")
        await until(lambda: seen == ["heard"])


async def test_revoked_tokens_and_removed_apps(emu: Emulator, client: AsyncWebClient) -> None:
    await emu.act("revoke")
    assert await refused(client.auth_test()) == "token_revoked"
    async with aiohttp.ClientSession() as http:
        await address(http, emu)  # the app token lives on
    await emu.act("revoke", which="both")
    app = AsyncWebClient(token=emu.app_token, base_url=emu.api_url, retry_handlers=[])
    assert await refused(app.apps_connections_open(app_token=emu.app_token)) == "token_revoked"
    await emu.act("revoke", which="both", restore=True)
    assert (await client.auth_test())["ok"]
    await emu.act("uninstall")
    assert await refused(client.auth_test()) == "account_inactive"
    assert [e["what"] for e in await emu.traffic(only="envelope") if e["attempt"] == 0] == [
        "tokens_revoked", "tokens_revoked", "tokens_revoked", "app_uninstalled",
    ]  # fmt: skip
    await emu.act("install", app="A0CALMOPS")
    assert (await client.auth_test())["ok"]


async def test_the_clock_can_be_wrong_fast_and_frozen(emu: Emulator) -> None:
    import time

    await emu.clock(skew=-600)
    ts = await emu.say("ana", "C0OPS", "ten minutes ago")
    assert -601 < float(ts) - time.time() < -599  # noqa: TID251  the wall clock is what it is wrong by
    now = await emu.clock(speed=0)
    assert await emu.clock() == now
    await emu.clock(set=1_800_000_000)
    assert (await emu.say("ana", "C0OPS", "later")).startswith("1800000000.")
    before = await emu.clock(speed=1_000)
    await until(lambda: emu.local.clock.now() > before + 10)


async def test_faults_are_refused_when_they_make_no_sense(emu: Emulator) -> None:
    assert await cannot(emu.fault("gremlins")) == "unknown_fault"
    assert await cannot(emu.fault("slow", times="many")) == "invalid_number"
    assert await cannot(emu.act("faults", kind="slow", match="chat")) == "invalid_match"
    assert await cannot(emu.act("clock", advance="a while")) == "invalid_number"
