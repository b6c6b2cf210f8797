"""The unmodified SDK and Bolt work against the local Slack."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.emulator.conftest import bolt
from tests.until import until

BUTTON = {"type": "button", "action_id": "approve", "text": {"type": "plain_text", "text": "Approve"}, "value": "E1:1"}


async def test_a_message_reaches_the_app_and_its_answer_reaches_the_thread(emu: Emulator) -> None:
    async with bolt(emu) as app:

        @app.event("message")
        async def heard(event: dict[str, Any], say: Any) -> None:
            if not event.get("bot_id"):
                await say(text=f"heard: {event['text']}", thread_ts=event["ts"])

        ts = await emu.say("ana", "C0SUPPORT", "the printer is on fire & nobody cares")
        answer = await emu.wait_message("C0SUPPORT", text="heard", thread_ts=ts)
        assert answer["text"] == "heard: the printer is on fire &amp; nobody cares"
        assert answer["user"] == "U0CALMOPS"
        assert answer["bot_id"] == "B0CALMOPS"


async def test_a_command_is_acknowledged_with_an_answer_only_its_sender_sees(emu: Emulator) -> None:
    async with bolt(emu) as app:

        @app.command("/ops")
        async def ops(ack: Any, command: dict[str, Any]) -> None:
            await ack(f"you said {command['text']}")

        done = await emu.command("bo", "C0SUPPORT", "/ops run triage @ana")
        assert done["acked"]
        assert done["ack_ms"] < 3000
        assert done["response"]["text"] == "you said run triage <@U0ANA|ana>"
        assert [m["text"] for m in await emu.messages("C0SUPPORT", viewer="bo")] == ["you said run triage <@U0ANA|ana>"]
        assert await emu.messages("C0SUPPORT", viewer="ana") == []


async def test_a_click_opens_a_modal_whose_submission_changes_the_message(
    emu: Emulator, client: AsyncWebClient
) -> None:
    async with bolt(emu) as app:

        @app.action("approve")
        async def approve(ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view={
                "type": "modal", "callback_id": "edit", "private_metadata": body["container"]["message_ts"],
                "title": {"type": "plain_text", "text": "Edit"}, "submit": {"type": "plain_text", "text": "Save"},
                "blocks": [{
                    "type": "input", "block_id": "why", "label": {"type": "plain_text", "text": "Why?"},
                    "element": {"type": "plain_text_input", "action_id": "text"},
                }],
            })  # fmt: skip

        @app.view("edit")
        async def edited(ack: Any, view: dict[str, Any], client: AsyncWebClient) -> None:
            why = view["state"]["values"]["why"]["text"]["value"]
            if why == "no":
                await ack(response_action="errors", errors={"why": "Say more"})
                return
            await ack()
            await client.chat_update(channel="C0SUPPORT", ts=view["private_metadata"], text=f"approved: {why}")

        await client.chat_postMessage(
            channel="C0SUPPORT", text="please", blocks=[{"type": "actions", "elements": [BUTTON]}]
        )
        card = await emu.wait_message("C0SUPPORT", action_id="approve")
        assert (await emu.click("ana", card, "approve"))["acked"]
        view = await emu.wait_view("ana", callback_id="edit")
        assert (await emu.submit("ana", view))["errors"] == {"why": "Please complete this required field."}
        assert (await emu.submit("ana", view, {"why": "no"}))["errors"] == {"why": "Say more"}
        assert (await emu.submit("ana", view, {"why": "because"}))["view"] is None
        changed = await emu.wait_message("C0SUPPORT", text="approved: because")
        assert changed["ts"] == card["ts"]
        assert await emu.views("ana") == []


async def test_the_home_tab_is_published_when_it_is_opened(emu: Emulator) -> None:
    async with bolt(emu) as app:

        @app.event("app_home_opened")
        async def opened(event: dict[str, Any], client: AsyncWebClient) -> None:
            section = {"type": "section", "text": {"type": "mrkdwn", "text": f"Hello <@{event['user']}>"}}
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section]})

        await emu.open_home("dee")
        assert (await emu.wait_home("dee", text="Hello <@U0DEE>"))["type"] == "home"
        assert await emu.home("ana") is None


async def test_shortcuts_reach_the_app(emu: Emulator) -> None:
    async with bolt(emu) as app:
        seen: list[str] = []

        @app.shortcut("run_agent")
        async def run(ack: Any) -> None:
            await ack()
            seen.append("run_agent")

        @app.shortcut("triage_this")
        async def triage(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
            await ack()
            seen.append(shortcut["message"]["text"])
            await respond("on it")

        ts = await emu.say("cho", "C0SUPPORT", "help me")
        assert (await emu.shortcut("cho", "run_agent"))["acked"]
        assert (await emu.message_shortcut("cho", "triage_this", {"channel": "C0SUPPORT", "ts": ts}))["acked"]
        assert seen == ["run_agent", "help me"]
        assert (await emu.wait_ephemeral("cho", text="on it"))["ephemeral"]


async def test_a_mention_is_told_apart_from_a_message(emu: Emulator) -> None:
    async with bolt(emu) as app:
        seen: list[str] = []

        @app.event("app_mention")
        async def mentioned(event: dict[str, Any]) -> None:
            seen.append(event["text"])

        @app.event("message")
        async def heard() -> None:
            pass

        await emu.say("ana", "C0SUPPORT", "@Calmops what is up?")
        await until(lambda: seen)
        assert seen == ["<@U0CALMOPS> what is up?"]


async def test_nothing_answers_when_no_app_is_connected(emu: Emulator) -> None:
    done = await emu.command("bo", "C0SUPPORT", "/ops jobs")
    assert done["acked"] is False
    assert done["error_shown"] == '/ops failed with the error "dispatch_failed"'
    assert (await emu.wait_ephemeral("bo", text="dispatch_failed"))["user"] == "USLACKBOT"


async def test_several_sockets_share_the_work(emu: Emulator) -> None:
    async with bolt(emu, sockets=2) as app:
        seen: list[str] = []

        @app.event("message")
        async def heard(event: dict[str, Any]) -> None:
            seen.append(event["text"])

        for number in range(20):
            await emu.say("ana", "C0SUPPORT", f"message {number}")
        await until(lambda: len(seen) == 20)
        envelopes = await emu.traffic(only="envelope")
        assert {entry["connection"] for entry in envelopes} == {1, 2}
        await until(lambda: all(entry["acked"] for entry in emu.local.record.since(kind="envelope")))
