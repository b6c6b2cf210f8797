"""Messages to Slack: each once, in order, no faster than Slack allows, and never silently lost."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.core.contract import Lane
from agents.core.ids import person_id
from agents.core.job import Source
from bot.edge.deliver import Deliverer
from bot.edge.outbox import Sender
from bot.edge.pacing import Pace
from bot.emulator import Emulator
from storage import jobs, outbox
from storage.outbox import Urgency, put
from storage.store import Tx
from tests.edge.ledger import Ledger
from tests.edge.rig import Rig, edge_on
from tests.until import until

ANA = person_id("T0LOCAL", "U0ANA")


def say(tx: Tx, text: str, *, channel: str = "C0SUPPORT", stream: str = "s", **more: Any) -> int:
    """Queues a plain message."""
    values: dict[str, Any] = {"urgency": Urgency.RESULT, **more}
    return put(tx, "post", "reply", stream=stream, channel=channel, text=text, **values)


async def texts(emu: Emulator, channel: str = "C0SUPPORT") -> list[str]:
    """What the bot said in a channel, oldest first."""
    return [m["text"] for m in await emu.messages(channel, viewer="bo") if m["user"] == "U0CALMOPS"]


async def test_messages_of_one_stream_keep_their_order(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.write(lambda tx: [say(tx, f"number {n}") for n in range(4)])
        await rig.settled()

        assert await texts(emu) == [f"number {n}" for n in range(4)]


async def test_every_message_says_that_it_unfurls_nothing_and_carries_only_its_key(
    emu: Emulator, tmp_path: Path
) -> None:
    """S-G2."""
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.write(lambda tx: say(tx, "look at https://example.org/?q=1"))
        await rig.settled()
        [call] = await emu.calls("chat.postMessage")
        [row] = await rig.outbox()

        assert call["args"]["unfurl_links"] in (False, "false", "0", 0)
        assert call["args"]["unfurl_media"] in (False, "false", "0", 0)
        assert str(row.key) in str(call["args"]["metadata"])
        assert "example.org" not in str(call["args"]["metadata"])


async def test_urgent_messages_leave_before_digests(emu: Emulator, tmp_path: Path) -> None:
    """S-A6."""
    async with edge_on(emu, tmp_path, register=Ledger().register, start=False) as rig:
        await rig.write(lambda tx: say(tx, "digest", stream="d", urgency=Urgency.DIGEST))
        await rig.write(lambda tx: say(tx, "card", stream="c", urgency=Urgency.ESCALATION))
        await rig.write(lambda tx: say(tx, "critical", stream="x", urgency=Urgency.CRITICAL))
        await rig.edge.start()
        await rig.settled()

        assert await texts(emu) == ["critical", "card", "digest"]


async def test_nothing_is_sent_while_slack_says_wait_and_everything_afterwards_in_order(
    emu: Emulator, tmp_path: Path
) -> None:
    """S-A6: a storm of refusals."""
    async with edge_on(emu, tmp_path, register=Ledger().register, start=False) as rig:
        await emu.fault("rate_limited", {"method": "chat.postMessage"}, times=3, retry_after=1)
        await rig.write(lambda tx: [say(tx, f"thread {n}") for n in range(3)])
        await rig.write(lambda tx: say(tx, "digest", channel="C0OPS", stream="d", urgency=Urgency.DIGEST))
        await rig.edge.start()
        await rig.settled()
        calls = await emu.calls("chat.postMessage")
        refused = [call["at"] for call in calls if call.get("fault") == "rate_limited"]

        assert len(refused) == 3
        for moment in refused:
            # What was on its way when the refusal came back could not know of it.
            later = [call["at"] for call in calls if call["at"] > moment + 0.5]
            assert min(later) - moment >= 0.95
        assert await texts(emu) == ["thread 0", "thread 1", "thread 2"]
        assert await texts(emu, "C0OPS") == ["digest"]


async def test_one_channel_gets_no_more_than_about_one_message_a_second(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.write(lambda tx: [say(tx, f"number {n}", stream=f"s{n}", urgency=Urgency.ANSWER) for n in range(8)])
        await rig.settled()
        times = [call["at"] for call in await emu.calls("chat.postMessage")]

        assert len(times) == 8
        assert times[4] - times[0] >= 3.9
        assert times[7] - times[3] >= 3.9


@pytest.mark.parametrize("fault", ["lost_reply", "server_error", "malformed_reply"])
async def test_a_message_whose_reply_was_lost_is_there_once(emu: Emulator, tmp_path: Path, fault: str) -> None:
    """S-A7."""
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault(fault, {"method": "chat.postMessage"})
        await rig.write(lambda tx: say(tx, "once", subject="job:1"))
        await rig.settled()

        assert await texts(emu) == ["once"]
        [(channel, ts)] = await rig.read(lambda tx: outbox.places(tx, "job:1", "reply"))
        assert channel == "C0SUPPORT"
        assert ts in [m["ts"] for m in await emu.messages("C0SUPPORT")]


async def test_a_reply_in_a_thread_whose_answer_was_lost_is_found_in_the_thread(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        parent = await emu.say("ana", "C0SUPPORT", "a question")
        await emu.fault("lost_reply", {"method": "chat.postMessage"})
        await rig.write(lambda tx: say(tx, "an answer", thread_ts=parent))
        await rig.settled()
        thread = await emu.messages("C0SUPPORT", thread_ts=parent)

        assert [m["text"] for m in thread] == ["a question", "an answer"]


async def test_many_lost_replies_leave_one_message_each(emu: Emulator, tmp_path: Path, long_counts: bool) -> None:
    """S-A7 in number."""
    number = 200 if long_counts else 20
    channels = ["C0SUPPORT", "C0OPS", "C0FINANCE", "C0PARTNER"]
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault("lost_reply", {"method": "chat.postMessage"}, probability=0.5, seed=7)
        await rig.write(
            lambda tx: [
                say(tx, f"m{n}", channel=channels[n % 4], stream=f"s{n}", urgency=Urgency.ANSWER) for n in range(number)
            ]
        )
        await until(lambda: _nothing_waits(rig), seconds=60 if not long_counts else 600, what="the outbox to be empty")
        found = Counter([text for channel in channels for text in await texts(emu, channel)])

        assert found == Counter(f"m{n}" for n in range(number))


async def test_a_call_that_never_reached_slack_is_simply_made_again(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault("cut", {"method": "chat.postMessage"})
        await rig.write(lambda tx: say(tx, "once"))
        await rig.settled()

        assert await texts(emu) == ["once"]


async def test_a_message_that_was_being_sent_when_the_bot_died_is_there_once(
    emu: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after Slack took the message and before we wrote that down."""

    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        killed = asyncio.Event()

        def die(*_: Any) -> None:
            killed.set()
            raise asyncio.CancelledError

        with monkeypatch.context() as patch:
            patch.setattr(Deliverer, "_sent", die)
            await rig.write(lambda tx: say(tx, "once"))
            await until(killed.is_set, seconds=30, what="the bot to die")
        assert [row.state for row in await rig.outbox()] == ["sending"]
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.settled()

        assert await texts(emu) == ["once"]
        assert [row.state for row in await rig.outbox()] == ["sent"]


async def test_without_the_right_to_read_the_channel_a_lost_message_is_sent_again(
    emu: Emulator, tmp_path: Path
) -> None:
    """Better two than none; a card's second copy decides the same question."""
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault("error", {"method": "conversations.history"}, error="missing_scope")
        await emu.fault("lost_reply", {"method": "chat.postMessage"})
        await rig.write(lambda tx: say(tx, "twice at worst"))
        await rig.settled()

        assert await texts(emu) == ["twice at worst"] * 2


async def test_blocks_that_slack_dislikes_are_replaced_by_the_plain_text(emu: Emulator, tmp_path: Path) -> None:
    broken = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.write(
            lambda tx: put(
                tx,
                "post",
                "note",
                stream="s",
                urgency=Urgency.RESULT,
                channel="C0SUPPORT",
                text="in words",
                blocks=broken,
            )
        )
        await rig.settled()

        assert await texts(emu) == ["in words"]


async def test_a_row_that_cannot_be_drawn_does_not_hold_up_the_others(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.write(
            lambda tx: put(tx, "post", "no_such_view", stream="a", urgency=Urgency.CRITICAL, channel="C0SUPPORT")
        )
        await rig.write(lambda tx: say(tx, "still said"))
        await rig.settled()

        assert [row.state for row in await rig.outbox()] == ["failed", "sent"]
        assert await texts(emu) == ["still said"]


async def test_a_private_word_reaches_somebody_who_left_the_channel_as_a_direct_message(
    emu: Emulator, tmp_path: Path
) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.write(
            lambda tx: put(
                tx,
                "ephemeral",
                "note",
                stream="p",
                urgency=Urgency.ANSWER,
                channel="C0FINANCE",
                user=ANA,
                text="only for you",
                blocks=[],
            )
        )
        await rig.settled()
        direct = await emu.open_dm("ana", "U0CALMOPS")

        assert [m["text"] for m in await emu.messages(direct)] == ["only for you"]


async def test_a_result_for_a_channel_that_is_gone_goes_to_who_asked(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        job, _ = await rig.write(
            lambda tx: jobs.add(
                tx,
                agent="clerk",
                agent_version="1",
                lane=Lane.FAST,
                priority=0,
                deadline_at=tx.now + 60,
                summary="x",
                input={},
                requester=ANA,
                source=Source(),
            )
        )
        await emu.act("archive", channel="C0SUPPORT")
        await rig.write(lambda tx: say(tx, "the result", job_id=job))
        await rig.settled()
        direct = await emu.open_dm("ana", "U0CALMOPS")

        assert [m["text"] for m in await emu.messages(direct)] == ["the result"]


async def test_a_worker_hears_who_somebody_is_and_what_slack_answers(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        who = await rig.write(
            lambda tx: put(tx, "read", "person", stream="r1", urgency=Urgency.CRITICAL, person=ANA, fresh=True)
        )
        info = await rig.write(
            lambda tx: put(
                tx,
                "read",
                "slack",
                stream="r2",
                urgency=Urgency.CRITICAL,
                method="conversations.info",
                args={"channel": "C0SUPPORT"},
            )
        )
        forbidden = await rig.write(
            lambda tx: put(
                tx,
                "read",
                "slack",
                stream="r3",
                urgency=Urgency.CRITICAL,
                method="chat.postMessage",
                args={"channel": "C0SUPPORT"},
            )
        )
        await rig.settled()
        answers = {row.id: row.answer for row in await rig.outbox()}

        assert answers[who]["kind"] == "member"
        assert answers[who]["groups"] == ["S0SUPPORT"]
        assert answers[info]["channel"]["name"] == "support"
        assert answers[forbidden]["ok"] is False
        assert await texts(emu) == []


async def test_two_senders_on_one_database_send_each_message_once(emu: Emulator, tmp_path: Path) -> None:
    """S-B11 for messages: the claim decides."""
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        loop = asyncio.get_running_loop()
        other = Sender(
            store=rig.bot.store, clock=rig.bot.clock, pace=Pace(), steady=loop.time, deliver=rig.edge.deliverer
        )
        running = asyncio.create_task(other.run())
        channels = ["C0SUPPORT", "C0OPS", "C0FINANCE", "C0PARTNER"]
        await rig.write(lambda tx: [say(tx, f"m{n}", channel=channels[n % 4], stream=f"s{n}") for n in range(12)])
        other.wake()
        await until(lambda: _nothing_waits(rig), seconds=30, what="the outbox to be empty")
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        found = Counter([text for channel in channels for text in await texts(emu, channel)])

        assert found == Counter(f"m{n}" for n in range(12))


async def _nothing_waits(rig: Rig) -> bool:
    return not await rig.outbox(outbox.outbox.c.state.in_(["queued", "sending"]))


async def test_many_updates_for_one_place_leave_as_one_message(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register, start=False) as rig:
        await rig.write(lambda tx: [say(tx, f"update {n}", stream=f"s{n}") for n in range(7)])
        await rig.write(lambda tx: say(tx, "elsewhere", channel="C0OPS", stream="o"))
        await rig.edge.start()
        await rig.settled()
        [together] = await texts(emu)

        assert together.startswith("7 updates")
        assert [f"update {n}" in together for n in range(7)] == [True] * 7
        assert await texts(emu, "C0OPS") == ["elsewhere"]
        assert Counter(row.state for row in await rig.outbox()) == {"merged": 6, "sent": 2}


async def test_updates_that_leave_together_are_there_once_when_the_reply_is_lost(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register, start=False) as rig:
        await emu.fault("lost_reply", {"method": "chat.postMessage"})
        await rig.write(lambda tx: [say(tx, f"update {n}", stream=f"s{n}") for n in range(6)])
        await rig.edge.start()
        await rig.settled()

        assert len(await texts(emu)) == 1


async def test_updates_that_could_not_leave_together_are_brought_one_by_one(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register, start=False) as rig:
        await emu.fault("error", {"method": "chat.postMessage"}, error="cannot_reply_to_message")
        await rig.write(lambda tx: [say(tx, f"update {n}", stream=f"s{n}") for n in range(5)])
        await rig.edge.start()
        await rig.settled()

        assert sorted(await texts(emu)) == [f"update {n}" for n in range(1, 5)]
        assert Counter(row.state for row in await rig.outbox()) == {"failed": 1, "sent": 4}


async def test_questions_and_answers_are_never_lumped_together(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register, start=False) as rig:
        await rig.write(lambda tx: [say(tx, f"answer {n}", stream=f"s{n}", urgency=Urgency.ANSWER) for n in range(6)])
        await rig.edge.start()
        await rig.settled()

        assert len(await texts(emu)) == 6
