"""Envelopes: acknowledged in time or not, repeated or not, and recorded."""

import asyncio
from typing import Any

from bot.emulator import Emulator, start_emulator
from tests.emulator.conftest import FULL, manifest
from tests.emulator.raw import connected
from tests.until import until


async def test_an_event_has_the_whole_wrapper(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        ts = await emu.say("eve", "C0PARTNER", "hello from Acme")
        frame = await socket.frame("events_api")
        assert frame["accepts_response_payload"] is False
        assert (frame["retry_attempt"], frame["retry_reason"]) == (0, "")
        payload = frame["payload"]
        assert payload["type"] == "event_callback"
        assert payload["event_id"].startswith("Ev")
        assert payload["is_ext_shared_channel"] is True
        assert payload["authorizations"][0]["user_id"] == "U0CALMOPS"
        event = payload["event"]
        assert (event["ts"], event["channel_type"], event["user_team"]) == (ts, "channel", "T0OTHER")
        assert event["blocks"][0]["type"] == "rich_text"


async def test_an_unacknowledged_event_comes_again_at_once_then_after_one_and_five_minutes(emu: Emulator) -> None:
    await emu.act("settings", ack_seconds=0.05)
    async with connected(emu) as (socket,):
        await emu.clock(speed=0)
        await emu.say("ana", "C0OPS", "x")
        first = await socket.frame("events_api")
        again = await socket.frame("events_api")
        assert again["payload"]["event_id"] == first["payload"]["event_id"]
        assert again["envelope_id"] != first["envelope_id"]
        assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
        for attempt, wait in ((2, 60), (3, 300)):
            await until(lambda: len(emu.local.deliveries.pending()) == 1)
            await until(lambda: not any(e["reason"] == "" for e in _attempts(emu)))
            await emu.clock(advance=wait - 1)
            assert len(_attempts(emu)) == attempt
            await emu.clock(advance=1.1)
            assert (await socket.frame("events_api"))["retry_attempt"] == attempt
        await until(lambda: any(n["what"] == "an event was given up" for n in emu.local.record.since(kind="note")))


def _attempts(emu: Emulator) -> list[dict[str, Any]]:
    return [entry | {"reason": entry.get("reason", "")} for entry in emu.local.record.since(kind="envelope")]


async def test_hourly_repetitions_are_a_setting(emu: Emulator) -> None:
    await emu.act("settings", hourly_retries=True)
    await emu.say("ana", "C0OPS", "nobody is connected")
    for wait in (61, 301, 3601, 3601):
        before = len(_attempts(emu))
        await emu.clock(advance=wait)
        await until(lambda before=before: len(_attempts(emu)) == before + 1)  # type: ignore[misc]


async def test_an_event_is_acknowledged_on_any_socket(emu: Emulator) -> None:
    async with connected(emu, 2) as (one, other):
        await emu.say("ana", "C0OPS", "x")
        waiting = {asyncio.create_task(s.frame("events_api")): s for s in (one, other)}
        done, pending = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in pending:
            task.cancel()
        receiver = waiting[done.pop()]
        frame = emu.local.record.since(kind="envelope")[0]
        await (other if receiver is one else one).ack(frame)
        await until(lambda: emu.local.record.since(kind="envelope")[0]["acked"])
        entry = emu.local.record.since(kind="envelope")[0]
        assert entry["ack_connection"] != entry["connection"]
        assert entry["ack_ms"] > 0


async def test_a_command_is_never_repeated_and_fails_visibly(emu: Emulator) -> None:
    await emu.act("settings", ack_seconds=0.05)
    async with connected(emu) as (socket,):
        done = await emu.command("ana", "C0OPS", "/ops x")
        assert (done["acked"], done["reason"]) == (False, "timeout")
        assert "operation_timeout" in done["error_shown"]
        frame = await socket.frame("slash_commands")
        assert "retry_attempt" not in frame
        await emu.clock(advance=1_000)
        page = emu.local.bulletin.subscribe("U0ANA")
        await socket.ack(frame, {"text": "too late"})
        await until(lambda: _attempts(emu)[0].get("late"))
        assert len(_attempts(emu)) == 1
        told = [page.queue.get_nowait()["type"] for _ in range(page.queue.qsize())]
        assert told == ["traffic"], "nobody is told that it worked after all"
        assert [m["user"] for m in await emu.messages("C0OPS", viewer="ana")] == ["USLACKBOT"], "a late answer is lost"


async def test_only_subscribed_events_with_their_scope_are_sent() -> None:
    async with start_emulator(manifest=manifest(events=["message.channels", "app_mention"])) as emu, connected(emu):
        await emu.say("ana", "C0OPS", "hello @Calmops")
        await emu.say("bo", "C0FINANCE", "private")
        assert [e["what"] for e in await emu.traffic(only="envelope")] == ["message", "app_mention"]
    async with start_emulator(manifest=manifest(scopes=["chat:write"])) as emu:
        await emu.say("ana", "C0OPS", "no scope, no event")
        assert await emu.traffic(only="envelope") == []


async def test_an_app_hears_nothing_of_channels_it_is_not_in(emu: Emulator) -> None:
    await emu.say("ana", "C0GENERAL", "hello @Calmops")
    assert await emu.traffic(only="envelope") == []


async def test_changes_deletions_and_reactions_are_events(emu: Emulator) -> None:
    ts = await emu.say("ana", "C0OPS", "one")
    await emu.act("edit", **{"as": "ana"}, channel="C0OPS", ts=ts, text="two")
    await emu.react("bo", {"channel": "C0OPS", "ts": ts}, "eyes")
    await emu.react("bo", {"channel": "C0OPS", "ts": ts}, "eyes", remove=True)
    await emu.act("delete", **{"as": "ana"}, channel="C0OPS", ts=ts)
    seen = [e for e in await emu.traffic(only="envelope") if e["attempt"] == 0]
    assert [e["what"] for e in seen] == [
        "message", "message.message_changed", "reaction_added", "reaction_removed", "message.message_deleted",
    ]  # fmt: skip
    changed = seen[1]["payload"]["event"]
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("one", "two")


async def test_membership_people_groups_and_sharing_are_events(emu: Emulator) -> None:
    await emu.act("join", **{"as": "cho"}, channel="C0OPS")
    await emu.act("user", name="cho", role="guest")
    await emu.act("usergroup", handle="ops", users=["bo"])
    await emu.act("share", channel="C0OPS", team="T0OTHER")
    await emu.act("share", channel="C0OPS", team="T0OTHER", shared=False)
    await emu.act("leave", channel="C0OPS", user="U0CALMOPS")
    seen = [e for e in await emu.traffic(only="envelope") if e["attempt"] == 0]
    assert [e["what"] for e in seen] == [
        "member_joined_channel", "user_change", "subteam_members_changed", "channel_shared", "channel_unshared",
        "channel_left",
    ]  # fmt: skip
    assert seen[1]["payload"]["event"]["user"]["is_restricted"] is True
    assert seen[2]["payload"]["event"]["removed_users"] == ["U0DEE"]


async def test_thirty_thousand_events_an_hour_and_no_more(emu: Emulator) -> None:
    await emu.act("settings", hourly_events=3)
    for number in range(6):
        await emu.say("ana", "C0OPS", str(number))
    seen = [e["payload"] for e in await emu.traffic(only="envelope") if e["attempt"] == 0]
    assert [payload["type"] for payload in seen] == ["event_callback"] * 3 + ["app_rate_limited"]
    assert seen[3]["minute_rate_limited"] % 60 == 0
    await emu.clock(advance=3_601)
    await emu.say("ana", "C0OPS", "a new hour")
    assert (await emu.traffic(only="envelope"))[-1]["payload"]["event"]["text"] == "a new hour"


async def test_anything_can_be_delivered_again_on_demand(emu: Emulator) -> None:
    async with connected(emu) as (socket,):
        await emu.say("ana", "C0OPS", "x")
        first = await socket.frame("events_api")
        await socket.ack(first)
        await emu.redeliver(first["payload"]["event_id"])
        again = await socket.frame("events_api")
        assert again["payload"] == first["payload"]
        assert again["retry_attempt"] == 1
        command = asyncio.create_task(emu.command("ana", "C0OPS", "/ops x"))
        sent = await socket.frame("slash_commands")
        await socket.ack(sent)
        await command
        await emu.redeliver(sent["envelope_id"])
        repeated = await socket.frame("slash_commands")
        assert repeated == sent, "a command that comes twice is the same envelope"


async def test_a_bots_own_message_is_an_event_too() -> None:
    async with start_emulator(manifest=FULL) as emu, connected(emu) as (socket,):
        await emu.act("usergroup")  # no event of its own
        from slack_sdk.web.async_client import AsyncWebClient

        client = AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, retry_handlers=[])
        await client.chat_postMessage(channel="C0OPS", text="mine")
        event = (await socket.frame("events_api"))["payload"]["event"]
        assert (event["user"], event["bot_id"], event["app_id"]) == ("U0CALMOPS", "B0CALMOPS", "A0CALMOPS")
