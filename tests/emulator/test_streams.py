"""Streaming messages."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.emulator.conftest import refused


@pytest.fixture
async def thread(emu: Emulator) -> str:
    return await emu.say("ana", "C0OPS", "do something")


async def begin(client: AsyncWebClient, thread: str, **more: Any) -> str:
    started = await client.chat_startStream(
        channel="C0OPS", thread_ts=thread, recipient_user_id="U0ANA", recipient_team_id="T0LOCAL", **more
    )
    return str(started["ts"])


async def test_text_tasks_and_plans_grow_in_place(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    ts = await begin(client, thread, markdown_text="Look", task_display_mode="plan")
    await client.chat_appendStream(channel="C0OPS", ts=ts, markdown_text="ing")
    task = {"type": "task_update", "id": "t1", "title": "Read tickets", "status": "in_progress"}
    title = {"type": "plan_update", "title": "Reading"}
    await client.chat_appendStream(channel="C0OPS", ts=ts, chunks=[title, task], markdown_text="")
    done = task | {"status": "complete", "output": "12 read"}
    await client.chat_appendStream(channel="C0OPS", ts=ts, chunks=[done], markdown_text="")
    live = (await emu.messages("C0OPS", thread_ts=thread))[1]
    assert live["stream"] == "live"
    assert live["text"] == "Looking"
    plan = next(block for block in live["blocks"] if block["type"] == "plan")
    assert (plan["title"], [t["status"] for t in plan["tasks"]]) == ("Reading", ["complete"])
    stopped = await client.chat_stopStream(channel="C0OPS", ts=ts, markdown_text=" done", blocks=[{"type": "divider"}])
    assert stopped["message"]["text"] == "Looking done"
    assert "stream" not in (await emu.messages("C0OPS", thread_ts=thread))[1]


async def test_tasks_stand_between_the_text_on_a_timeline(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    ts = await begin(client, thread)
    task = {"type": "task_update", "id": "t1", "title": "Ask", "status": "error"}
    await client.chat_appendStream(channel="C0OPS", ts=ts, markdown_text="one", chunks=[task])
    await client.chat_appendStream(channel="C0OPS", ts=ts, markdown_text="two")
    live = (await emu.messages("C0OPS", thread_ts=thread))[1]
    assert [block["type"] for block in live["blocks"]] == ["markdown", "task_card", "markdown"]


async def test_a_stream_in_a_channel_needs_its_reader(client: AsyncWebClient, thread: str) -> None:
    start = client.chat_startStream(channel="C0OPS", thread_ts=thread)
    assert await refused(start) == "missing_recipient_user_id"
    start = client.chat_startStream(channel="C0OPS", thread_ts=thread, recipient_user_id="U0ANA")
    assert await refused(start) == "missing_recipient_team_id"


async def test_a_stream_has_an_end(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    ts = await begin(client, thread)
    assert await refused(client.chat_update(channel="C0OPS", ts=ts, text="x")) == "streaming_state_conflict"
    await client.chat_stopStream(channel="C0OPS", ts=ts)
    late = client.chat_appendStream(channel="C0OPS", ts=ts, markdown_text="x")
    assert await refused(late) == "message_not_in_streaming_state"
    assert await refused(client.chat_stopStream(channel="C0OPS", ts="1.1")) == "message_not_found"
    assert (
        await refused(client.chat_appendStream(channel="C0OPS", ts=thread, markdown_text="x"))
        == "message_not_owned_by_app"
    )


@pytest.mark.parametrize(
    ("chunk", "error"),
    [
        ({"type": "song"}, "invalid_chunks"),
        ({"type": "task_update", "id": "t"}, "invalid_chunks"),
        ({"type": "task_update", "id": "t", "title": "x" * 257, "status": "pending"}, "invalid_chunks"),
        ({"type": "task_update", "id": "t", "title": "x", "status": "asleep"}, "invalid_chunks"),
        ({"type": "blocks", "blocks": [{"type": "alert", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"type": "blocks", "blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
    ],
)
async def test_a_refused_chunk_leaves_no_trace(
    client: AsyncWebClient, emu: Emulator, thread: str, chunk: dict[str, Any], error: str
) -> None:
    ts = await begin(client, thread, markdown_text="kept")
    good = {"type": "task_update", "id": "t0", "title": "good", "status": "pending"}
    append = client.chat_appendStream(channel="C0OPS", ts=ts, chunks=[good, chunk], markdown_text="")
    assert await refused(append) == error
    live = (await emu.messages("C0OPS", thread_ts=thread))[1]
    assert [block["type"] for block in live["blocks"]] == ["markdown"]


async def test_a_stream_holds_twelve_thousand_characters(client: AsyncWebClient, thread: str) -> None:
    ts = await begin(client, thread, markdown_text="x" * 12_000)
    assert await refused(client.chat_appendStream(channel="C0OPS", ts=ts, markdown_text="y")) == "msg_blocks_too_long"
