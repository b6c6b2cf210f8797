"""The record of everything, exported and replayed."""

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator, start_emulator
from tests.emulator.conftest import FULL, bolt, cannot


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def desk(app: AsyncApp) -> None:
    """A small app: every message gets a card, its button a modal, and the modal an answer in the thread."""

    @app.event("message")
    async def heard(event: dict[str, Any], client: AsyncWebClient) -> None:
        if not event.get("bot_id") and "thread_ts" not in event:
            button = {"type": "button", "action_id": "why", "text": plain("Why?"), "value": event["ts"]}
            await client.chat_postMessage(
                channel=event["channel"], thread_ts=event["ts"], text="card",
                blocks=[{"type": "actions", "elements": [button]}],
            )  # fmt: skip

    @app.action("why")
    async def why(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        element = {"type": "plain_text_input", "action_id": "text"}
        await client.views_open(trigger_id=body["trigger_id"], view={
            "type": "modal", "callback_id": "why", "title": plain("Why"), "submit": plain("Send"),
            "private_metadata": f"{body['channel']['id']} {body['actions'][0]['value']}",
            "blocks": [{"type": "input", "block_id": "b", "label": plain("Why?"), "element": element}],
        })  # fmt: skip

    @app.view("why")
    async def because(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        channel, ts = view["private_metadata"].split()
        words = view["state"]["values"]["b"]["text"]["value"]
        await client.chat_postMessage(channel=channel, thread_ts=ts, text=f"because {words}")


async def play(emu: Emulator) -> None:
    ts = await emu.say("ana", "C0OPS", "first")
    await emu.wait_message("C0OPS", action_id="why", thread_ts=ts)
    other = await emu.say("bo", "C0OPS", "second")
    card = await emu.wait_message("C0OPS", action_id="why", thread_ts=other)
    await emu.click("bo", card, "why")
    view = await emu.wait_view("bo", callback_id="why")
    await emu.submit("bo", view, {"b": "it must"})
    await emu.wait_message("C0OPS", text="because it must", thread_ts=other)
    await emu.react("ana", card, "tada")


async def test_a_scenario_is_replayed_in_a_fresh_workspace(emu: Emulator) -> None:
    async with bolt(emu) as app:
        desk(app)
        await play(emu)
        exported = await emu.export()
    assert [step["act"] for step in exported["scenario"]["acts"]] == ["say", "say", "action", "submit", "react"]
    assert "$message" in exported["scenario"]["acts"][2]["wanted"]["ts"]
    async with start_emulator(manifest=FULL) as fresh, bolt(fresh) as app:
        desk(app)
        await fresh.clock(advance=86_400)
        done = await fresh.replay(exported["scenario"])
        assert [step["acked"] for step in done["done"]] == [None, None, True, True, None]
        answer = await fresh.wait_message("C0OPS", text="because it must")
        parent = next(m for m in await fresh.messages("C0OPS") if m["ts"] == answer["thread_ts"])
        assert parent["text"] == "second"


async def test_a_scenario_that_does_not_fit_says_where_it_stopped(emu: Emulator) -> None:
    acts = [
        {"act": "say", "wanted": {"as": "ana", "channel": "C0OPS", "text": "x"}},
        {"act": "action", "wanted": {"as": "ana", "channel": "C0OPS", "ts": {"$message": {"author": "U0BO"}}}},
    ]
    assert await cannot(emu.replay({"acts": acts}, timeout=0.05)) == "replay_failed"
    assert await cannot(emu.replay({"nothing": True})) == "invalid_scenario"


async def test_every_call_is_recorded_with_its_answer_and_time(emu: Emulator, client: AsyncWebClient) -> None:
    await client.chat_postMessage(channel="C0OPS", text="x")
    call = (await emu.calls("chat.postMessage"))[0]
    assert call["args"]["text"] == "x"
    assert call["answer"]["ok"] is True
    assert call["ms"] > 0
    assert call["app"] == "A0CALMOPS"
    assert emu.bot_token not in str(await emu.traffic())


async def test_the_record_can_be_read_from_a_number_on(emu: Emulator, client: AsyncWebClient) -> None:
    await client.api_test()
    last = (await emu.act("traffic"))["last"]
    await client.auth_test()
    assert [entry["method"] for entry in await emu.traffic(last)] == ["auth.test"]
