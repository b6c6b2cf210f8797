"""Clicks and choices on messages, ephemerals and views."""

import asyncio

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.emulator import Emulator
from tests.emulator.conftest import cannot
from tests.emulator.forms import OPTIONS, answering, entry, modal, opened, plain
from tests.emulator.raw import connected


async def test_the_button_of_a_message_says_where_it_was_pressed(emu: Emulator, client: AsyncWebClient) -> None:
    button = {"type": "button", "action_id": "go", "text": plain("Go"), "value": "7"}
    picker = {"type": "users_select", "action_id": "who"}
    posted = await client.chat_postMessage(
        channel="C0PARTNER", text="x", blocks=[{"type": "actions", "block_id": "b1", "elements": [button, picker]}]
    )
    card = {"channel": "C0PARTNER", "ts": posted["ts"]}
    async with connected(emu) as (socket,):
        choose = asyncio.create_task(emu.click("eve", card, "who", "bo"))
        chosen = await answering(socket)
        assert chosen["actions"][0]["selected_user"] == "U0BO"
        press = asyncio.create_task(emu.click("eve", card, "go"))
        payload = await answering(socket)
        assert (await choose)["acked"]
        assert (await press)["acked"]
    assert payload["user"] == {"id": "U0EVE", "username": "eve", "name": "eve", "team_id": "T0OTHER"}
    assert payload["team"]["id"] == "T0LOCAL"
    assert payload["container"] == {
        "type": "message", "message_ts": posted["ts"], "channel_id": "C0PARTNER", "is_ephemeral": False,
    }  # fmt: skip
    assert payload["actions"][0] | {"action_ts": ""} == {
        "type": "button", "action_id": "go", "block_id": "b1", "text": plain("Go"), "value": "7", "action_ts": "",
    }  # fmt: skip
    assert payload["state"]["values"]["b1"]["who"]["selected_user"] == "U0BO"
    assert payload["message"]["ts"] == posted["ts"]
    assert payload["response_url"].startswith(emu.base_url)


async def test_an_element_outside_an_input_acts_at_once_and_one_in_an_input_waits(
    emu: Emulator, client: AsyncWebClient
) -> None:
    picker = {"type": "section", "block_id": "s", "text": plain("x"),
              "accessory": {"type": "static_select", "action_id": "it", "options": OPTIONS}}  # fmt: skip
    loud = entry("radio_buttons", dispatch_action=True)
    async with (
        connected(emu) as (socket,),
        opened(emu, client, socket, modal(picker, entry("plain_text_input"), loud)) as view,
    ):
        quiet = await emu.click("ana", view, "it", "words", block_id="plain_text_input")
        assert quiet["local"] is True
        for block_id in ("s", "radio_buttons"):
            choose = asyncio.create_task(emu.click("ana", view, "it", "red", block_id=block_id))
            payload = await answering(socket)
            assert (await choose)["acked"]
            assert payload["container"] == {"type": "view", "view_id": view["id"]}
        assert payload["view"]["state"]["values"]["plain_text_input"]["it"]["value"] == "words"


async def test_overflow_and_feedback_say_what_was_chosen(emu: Emulator, client: AsyncWebClient) -> None:
    overflow = {"type": "overflow", "action_id": "more", "options": OPTIONS}
    feedback = {"type": "feedback_buttons", "action_id": "vote",
                "positive_button": {"text": plain("Good"), "value": "up"},
                "negative_button": {"text": plain("Bad"), "value": "down"}}  # fmt: skip
    posted = await client.chat_postMessage(channel="C0OPS", text="x", blocks=[
        {"type": "actions", "elements": [overflow]}, {"type": "context_actions", "elements": [feedback]},
    ])  # fmt: skip
    card = {"channel": "C0OPS", "ts": posted["ts"]}
    async with connected(emu) as (socket,):
        choose = asyncio.create_task(emu.click("ana", card, "more", "blue"))
        assert (await answering(socket))["actions"][0]["selected_option"] == OPTIONS[2]
        await choose
        vote = asyncio.create_task(emu.click("ana", card, "vote", "down"))
        assert (await answering(socket))["actions"][0]["value"] == "down"
        await vote
    assert await cannot(emu.click("ana", card, "more", "pink")) == "option_not_found"
    assert await cannot(emu.click("ana", card, "nothing")) == "action_not_found"


async def test_an_external_select_asks_the_app_for_options(emu: Emulator, client: AsyncWebClient) -> None:
    async with connected(emu) as (socket,), opened(emu, client, socket, modal(entry("external_select"))) as view:
        ask = asyncio.create_task(emu.options("ana", view, "it", "gr"))
        payload = await answering(socket, {"options": [OPTIONS[1]]})
        assert (payload["type"], payload["value"], payload["action_id"]) == ("block_suggestion", "gr", "it")
        assert await ask == [OPTIONS[1]]


async def test_an_ephemeral_can_be_pressed_replaced_and_deleted(emu: Emulator, client: AsyncWebClient) -> None:
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "go", "text": plain("Go")}]}
    await client.chat_postEphemeral(channel="C0OPS", user="U0ANA", text="only you", blocks=[button])
    shown = (await emu.messages("C0OPS", viewer="ana"))[0]
    assert await cannot(emu.click("bo", shown, "go")) == "message_not_found"
    async with connected(emu) as (socket,):
        press = asyncio.create_task(emu.click("ana", shown, "go"))
        payload = await answering(socket)
        await press
    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    answer = AsyncWebhookClient(payload["response_url"])
    assert (await answer.send(text="replaced", replace_original=True)).body == "ok"
    assert [m["text"] for m in await emu.messages("C0OPS", viewer="ana")] == ["replaced"]
    assert (await answer.send(delete_original=True)).status_code == 200
    assert await emu.messages("C0OPS", viewer="ana") == []
