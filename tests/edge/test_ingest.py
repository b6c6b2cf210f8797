"""Deliveries: stored, handled once, acknowledged."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.edge.deliveries import Frame
from bot.edge.ingest import REPLAYS, Ingest
from bot.emulator import Emulator
from storage import controls, envelopes
from tests.edge.ledger import Ledger
from tests.edge.rig import edge_on
from tests.until import until

BUTTON = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "action_id": "known.go", "value": "7", "text": {"type": "plain_text", "text": "Go"}},
            {"type": "button", "action_id": "older.go", "value": "7", "text": {"type": "plain_text", "text": "Old"}},
        ],
    }
]


async def acked(emu: Emulator) -> list[dict[str, Any]]:
    return [entry for entry in await emu.traffic(only="envelope") if entry["acked"]]


async def unacked(emu: Emulator) -> list[dict[str, Any]]:
    return [entry for entry in await emu.traffic(only="envelope") if not entry["acked"]]


async def test_a_message_a_command_and_a_click_are_stored_and_acknowledged(emu: Emulator, tmp_path: Path) -> None:
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await emu.say("ana", "C0SUPPORT", "hello")
        answer = await emu.command("ana", "C0SUPPORT", "/ops help")
        posted = await rig.edge.web.chat_postMessage(channel="C0SUPPORT", text="press", blocks=BUTTON)
        click = await emu.click("bo", {"channel": "C0SUPPORT", "ts": posted["ts"]}, "known.go")
        await rig.settled()

        assert answer["response"]["text"] == "number 1"
        assert click["acked"]
        assert ledger.of("message") == ["hello"]
        assert ledger.of("command") == ["help"]
        assert ledger.of("action") == ["7"]
        assert not await unacked(emu)
        assert [row.kind for row in await rig.envelopes()].count("slash_commands") == 1


async def test_what_is_acknowledged_is_in_the_database_at_that_moment(
    emu: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        stored_at_ack: list[int] = []
        acknowledge = Ingest._acknowledge

        async def look_then_acknowledge(self: Ingest, connection: Any, frame: Frame, payload: Any) -> None:
            stored_at_ack.append(len(await rig.envelopes()))
            await acknowledge(self, connection, frame, payload)

        monkeypatch.setattr(Ingest, "_acknowledge", look_then_acknowledge)
        for number in range(3):
            await emu.say("ana", "C0SUPPORT", f"message {number}")
        await rig.settled()

        assert stored_at_ack
        assert all(number >= 1 for number in stored_at_ack)


@pytest.mark.parametrize("times", [200])
async def test_a_repeated_event_is_acknowledged_each_time_and_handled_once(
    emu: Emulator, tmp_path: Path, times: int, long_counts: bool
) -> None:
    """S-A1."""
    number = 1000 if long_counts else times
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await emu.fault("duplicate_envelope", {"type": "events_api"}, times=number, copies=1)
        for count in range(number):
            await emu.say("ana", "C0SUPPORT", f"message {count}")
            if count % 10 == 0:
                await emu.redeliver()
        await rig.settled()

        assert sorted(ledger.of("message")) == sorted(f"message {count}" for count in range(number))
        assert rig.edge.ingest.counts.repeated >= number
        assert not await unacked(emu)


async def test_a_repeated_command_gets_the_first_answer_again(emu: Emulator, tmp_path: Path) -> None:
    """S-A1."""
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await emu.command("ana", "C0SUPPORT", "/ops one")
        again = await emu.redeliver()
        entry = await until(
            lambda: _entry(emu, again["envelope_id"], attempts=2), what="the second delivery to be acknowledged"
        )
        await rig.settled()

        assert entry["response"]["text"] == "number 1"
        assert ledger.of("command") == ["one"]


async def test_a_repetition_after_a_restart_is_recognised(emu: Emulator, tmp_path: Path) -> None:
    """S-A1."""
    first, second = Ledger(), Ledger()
    async with edge_on(emu, tmp_path, register=first.register) as rig:
        await emu.say("ana", "C0SUPPORT", "only once")
        await emu.command("ana", "C0SUPPORT", "/ops once")
        await rig.settled()
    async with edge_on(emu, tmp_path, register=second.register) as rig:
        sent = [entry for entry in await emu.traffic(only="envelope") if entry["acked"]]
        for entry in sent:
            await emu.redeliver(entry["event_id"] or entry["envelope_id"])
        await until(lambda: rig.edge.ingest.counts.repeated == len(sent), what="the repetitions")
        await rig.settled()

        assert first.of("message") == ["only once"]
        assert second.seen == []


async def test_two_copies_at_the_same_moment_share_one_run(emu: Emulator, tmp_path: Path) -> None:
    ledger = Ledger(hold=asyncio.Event())
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await emu.fault("duplicate_envelope", {"type": "slash_commands"}, copies=3)
        asking = asyncio.create_task(emu.command("ana", "C0SUPPORT", "/ops once"))
        await until(lambda: rig.edge.ingest.counts.repeated == 3, what="three copies to arrive")
        assert ledger.hold is not None
        ledger.hold.set()
        answer = await asking

        assert answer["response"]["text"] == "number 1"
        assert ledger.of("command") == ["once"]


async def test_what_was_stored_and_not_handled_before_a_crash_is_handled_at_the_start(
    emu: Emulator, tmp_path: Path
) -> None:
    ledger = Ledger()
    payload = {
        "type": "event_callback",
        "event_id": "EvLOST",
        "api_app_id": "A0CALMOPS",
        "team_id": "T0LOCAL",
        "event": {"type": "message", "channel": "C0SUPPORT", "user": "U0ANA", "text": "lost?", "ts": "1.1"},
    }
    async with edge_on(emu, tmp_path, register=Ledger().register, start=False) as rig:
        await rig.write(
            lambda tx: envelopes.store(tx, key="event:EvLOST", envelope_id="e1", kind="events_api", payload=payload)
        )
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await rig.settled()
        assert ledger.of("message") == ["lost?"]


async def test_a_command_taken_up_after_a_restart_is_answered_by_message(emu: Emulator, tmp_path: Path) -> None:
    """Its acknowledgement is gone; the person is told all the same."""
    held, ledger = Ledger(hold=asyncio.Event()), Ledger()
    await emu.act("settings", ack_seconds=0.2)
    async with edge_on(emu, tmp_path, register=held.register) as rig:
        answer = await emu.command("ana", "C0SUPPORT", "/ops late")
        assert not answer["acked"]
        for task in list(rig.edge.ingest._tasks):
            task.cancel()  # the process dies here
    async with edge_on(emu, tmp_path, register=ledger.register):
        told = await emu.wait_ephemeral("ana", text="number 1")

        assert told["channel"] == "C0SUPPORT"
        assert ledger.of("command") == ["late"]


async def test_an_event_whose_listener_fails_is_kept_and_tried_again(emu: Emulator, tmp_path: Path) -> None:
    ledger = Ledger(fail={"message"})
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await emu.say("ana", "C0SUPPORT", "try me")
        await until(lambda: rig.edge.ingest.counts.failed == 1, what="the listener to fail")
        await until(lambda: not rig.edge.ingest.in_hand, what="the delivery to be put down")
        await until(lambda: acked(emu), what="the acknowledgement: we hold the event")
        assert [row.handled_at for row in await rig.envelopes()] == [None]
        ledger.fail.clear()
        await rig.edge.ingest.replay(all_of_them=True)

        assert ledger.of("message") == ["try me"]
        await rig.settled()


async def test_an_event_that_fails_again_and_again_is_set_aside_and_the_audit_says_so(
    emu: Emulator, tmp_path: Path
) -> None:
    ledger = Ledger(fail={"message"})
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await emu.say("ana", "C0SUPPORT", "never works")
        await until(lambda: rig.edge.ingest.counts.failed == 1, what="the listener to fail")
        await until(lambda: not rig.edge.ingest.in_hand, what="the delivery to be put down")
        for _ in range(REPLAYS + 2):
            await rig.edge.ingest.replay(all_of_them=True)

        assert rig.edge.ingest.counts.failed == REPLAYS
        assert (await rig.events()).count("delivery.set_aside") == 1


async def test_unknown_events_buttons_dialogs_and_commands_are_acknowledged_and_people_are_told(
    emu: Emulator, tmp_path: Path
) -> None:
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        posted = await rig.edge.web.chat_postMessage(channel="C0SUPPORT", text="press", blocks=BUTTON)
        click = await emu.click("bo", {"channel": "C0SUPPORT", "ts": posted["ts"]}, "older.go")
        told = await emu.wait_ephemeral("bo", text="older version")
        await emu.open_home("ana")
        await rig.settled()

        assert click["acked"]
        assert "Nothing was changed" in told["text"]
        assert not await unacked(emu)
        assert ledger.of("action") == []


async def test_a_kind_of_delivery_that_nobody_knows_is_acknowledged_and_counted(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        delivery = emu.local.deliveries.event("A0CALMOPS", {"type": "novelty"}, "novelty")
        delivery.kind = "novelty"
        emu.local.deliveries._attempt(delivery)
        await until(lambda: rig.edge.ingest.counts.unknown == 1, what="the unknown delivery")
        await until(lambda: delivery.entry["acked"], what="its acknowledgement")


async def test_slacks_word_that_it_holds_events_back_is_acknowledged_told_and_not_stored(
    emu: Emulator, tmp_path: Path
) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        payload = {
            "type": "app_rate_limited",
            "team_id": "T0LOCAL",
            "minute_rate_limited": 1,
            "api_app_id": "A0CALMOPS",
        }
        delivery = emu.local.deliveries.event("A0CALMOPS", payload, "app_rate_limited")
        await until(lambda: delivery.entry["acked"], what="the acknowledgement")

        assert rig.edge.ingest.counts.notices == {"app_rate_limited": 1}
        assert not await rig.envelopes()


async def test_a_question_for_menu_options_is_answered_and_not_stored(emu: Emulator, tmp_path: Path) -> None:
    menu = {
        "type": "actions",
        "elements": [
            {"type": "external_select", "action_id": "pick", "placeholder": {"type": "plain_text", "text": "Pick"}}
        ],
    }
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        posted = await rig.edge.web.chat_postMessage(channel="C0SUPPORT", text="pick", blocks=[menu])
        options = await emu.options("bo", {"channel": "C0SUPPORT", "ts": posted["ts"]}, "pick", "o")
        await rig.settled()

        assert [option["value"] for option in options] == ["1"]
        assert "interactive" not in [row.kind for row in await rig.envelopes()]


async def test_a_delivery_for_another_app_reaches_no_listener(emu: Emulator, tmp_path: Path) -> None:
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        event = {"type": "message", "channel": "C0SUPPORT", "user": "U0ANA", "text": "not ours", "ts": "1.1"}
        payload = {
            "type": "event_callback",
            "event_id": "EvX",
            "api_app_id": "A0SOMEONE",
            "team_id": "T0LOCAL",
            "event": event,
        }
        delivery = emu.local.deliveries.event("A0CALMOPS", payload, "message")
        await until(lambda: delivery.entry["acked"], what="the acknowledgement")
        await rig.settled()

        assert ledger.seen == []


async def test_handled_deliveries_forget_their_text_and_keep_their_answer(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.command("ana", "C0SUPPORT", "/ops secret words")
        await rig.settled()

        async def forgotten() -> bool:
            return all(row.payload == {} for row in await rig.envelopes())

        await until(forgotten, what="the text to be forgotten")
        assert [row.answer for row in await rig.envelopes()] == [{"text": "number 1"}]
        assert list(await rig.read(lambda tx: controls.all_of(tx, "did:"))) == ["did:secret words"]


async def test_a_stop_waits_for_what_is_in_hand(emu: Emulator, tmp_path: Path) -> None:
    ledger = Ledger(hold=asyncio.Event())
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        asking = asyncio.create_task(emu.command("ana", "C0SUPPORT", "/ops slow"))
        await until(lambda: rig.edge.ingest.in_hand, what="the command to be in hand")
        stopping = asyncio.create_task(rig.edge.stop())
        assert ledger.hold is not None
        ledger.hold.set()
        answer = await asking
        await stopping

        assert answer["acked"]


async def _entry(emu: Emulator, envelope_id: str, *, attempts: int) -> dict[str, Any] | None:
    found = [e for e in await emu.traffic(only="envelope") if e["envelope_id"] == envelope_id and e["acked"]]
    return found[-1] if len(found) >= attempts else None
