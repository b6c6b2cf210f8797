"""Socket Mode: tickets, hello, several sockets, disconnects, pings."""

import asyncio

import aiohttp
import pytest

from bot.emulator import Emulator
from tests.emulator.conftest import cannot
from tests.emulator.raw import Socket, address, connected
from tests.until import until


async def test_hello_says_how_many_sockets_there_are(emu: Emulator) -> None:
    async with aiohttp.ClientSession() as http:
        for number in (1, 2):
            socket = Socket(await http.ws_connect(await address(http, emu)))
            hello = await socket.frame()
            assert hello["num_connections"] == number
            assert hello["connection_info"] == {"app_id": "A0CALMOPS"}
            assert hello["debug_info"]["approximate_connection_time"] == 18060


async def test_a_ticket_is_good_once(emu: Emulator) -> None:
    async with aiohttp.ClientSession() as http:
        url = await address(http, emu)
        await http.ws_connect(url)
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await http.ws_connect(url)
        assert caught.value.status == 403


async def test_the_eleventh_socket_is_one_too_many(emu: Emulator) -> None:
    async with connected(emu, 10), aiohttp.ClientSession() as http:
        socket = Socket(await http.ws_connect(await address(http, emu)))
        frame = await socket.frame()
        assert (frame["type"], frame["reason"]) == ("disconnect", "too_many_websockets")
        assert (await socket.socket.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "too_many_websockets"])
async def test_every_reason_of_a_disconnect_is_announced_before_the_close(emu: Emulator, reason: str) -> None:
    async with connected(emu) as (socket,):
        assert await emu.disconnect(reason, after=0.05) == 1
        assert (await socket.frame("disconnect"))["reason"] == reason
        assert (await socket.socket.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
        await emu.wait_connected(0)


async def test_a_socket_under_warning_still_gets_envelopes_and_one_to_be_refreshed_does_not(emu: Emulator) -> None:
    async with connected(emu, 2) as (one, other):
        await emu.disconnect("warning")
        frames = await asyncio.gather(one.frame(), other.frame())
        assert [frame["type"] for frame in frames] == ["disconnect", "disconnect"]
        for number in range(8):
            await emu.say("ana", "C0OPS", str(number))
        assert {entry["connection"] for entry in await emu.traffic(only="envelope")} == {1, 2}
        await emu.disconnect("refresh_requested")
        await until(lambda: emu.local.sockets.open_count("A0CALMOPS") == 0)
        done = await emu.command("ana", "C0OPS", "/ops x")
        assert done["reason"] == "no_connection"


async def test_a_dropped_socket_ends_without_a_word(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        assert await emu.drop_sockets() == 1
        assert (await socket.socket.receive()).type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)


async def test_pings_are_answered(emu: Emulator) -> None:
    async with aiohttp.ClientSession() as http:
        socket = await http.ws_connect(await address(http, emu), autoping=False)
        await socket.receive()
        await socket.ping(b"are you there")
        pong = await socket.receive()
        assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"are you there")


async def test_a_frame_that_is_no_acknowledgement_is_noted_and_survived(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        await socket.socket.send_str("not json")
        await socket.socket.send_json(["a list"])
        await socket.socket.send_json({"envelope_id": "never-sent"})
        await until(lambda: len(emu.local.record.since(kind="note")) == 3)
        await emu.say("ana", "C0OPS", "still there?")
        assert (await socket.frame("events_api"))["payload"]["event"]["text"] == "still there?"


async def test_an_unknown_reason_is_refused(emu: Emulator) -> None:
    assert await cannot(emu.disconnect("boredom")) == "unknown_reason"
