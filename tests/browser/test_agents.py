"""What an agent shows around its thread: status, prompts, a session that can be stopped, a message that grows."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.until import until

pytestmark = pytest.mark.browser


async def test_a_status_stands_over_the_composer_until_the_answer_comes(desk: Desk) -> None:
    ts = await desk.slack.say("ana", "C0SUPPORT", "Where is my parcel?")
    await desk.visit(f"as=ana&channel=C0SUPPORT&thread={ts}")
    line = desk.at("thread-pane").get_by_test_id("status-line")
    await expect(line).to_be_hidden()
    await desk.app.client.assistant_threads_setStatus(channel_id="C0SUPPORT", thread_ts=ts, status="is thinking…")
    await expect(line).to_have_text("Tester is thinking…")
    await expect(desk.message(ts)).to_contain_text("is thinking…")
    await desk.app.client.chat_postMessage(channel="C0SUPPORT", thread_ts=ts, text="On its way")
    await expect(line).to_be_hidden()


async def test_a_running_session_is_stopped_with_its_button(desk: Desk) -> None:
    ts = await desk.slack.say("ana", "C0SUPPORT", "Sort the inbox")
    await desk.visit()
    await _session(desk, ts, "processing")
    await desk.message(ts).get_by_test_id("stop").click()
    event = await until(lambda: next((e for e in desk.app.events if e["type"] == "agent_session_stopped"), None))
    assert (event["thread_ts"], event["user"]) == (ts, "U0ANA")
    await _session(desk, ts, "suspended")
    await expect(desk.message(ts).get_by_test_id("stop")).to_have_count(0)


async def test_a_waiting_session_says_so_in_its_thread(desk: Desk) -> None:
    ts = await desk.slack.say("ana", "C0SUPPORT", "Sort the inbox")
    await _session(desk, ts, "suspended")
    await desk.visit(f"as=ana&channel=C0SUPPORT&thread={ts}")
    await expect(desk.at("thread-pane").get_by_test_id("status-line")).to_have_text("Tester waits for a person")


async def test_a_prompt_is_sent_with_one_press(desk: Desk) -> None:
    dm = await desk.slack.open_dm("ana", "U0CALMOPS")
    ts = await desk.slack.say("ana", dm, "Hello")
    await desk.app.client.assistant_threads_setSuggestedPrompts(
        channel_id=dm,
        thread_ts=ts,
        title="Try one of these",
        prompts=[{"title": "Open tickets", "message": "Which are open?"}],
    )
    await desk.visit(f"as=ana&app=A0CALMOPS&tab=messages&thread={ts}")
    await desk.at("thread-pane").get_by_test_id("prompt").click()
    await expect(desk.at("thread-pane")).to_contain_text("Which are open?")


async def test_a_streamed_answer_grows_and_ends(desk: Desk) -> None:
    ts = await desk.slack.say("ana", "C0SUPPORT", "Tell me more")
    await desk.visit(f"as=ana&channel=C0SUPPORT&thread={ts}")
    stream = await desk.app.client.chat_startStream(
        channel="C0SUPPORT",
        thread_ts=ts,
        recipient_user_id="U0ANA",
        recipient_team_id="T0LOCAL",
        markdown_text="**One**",
    )
    pane = desk.at("thread-pane")
    await expect(pane.locator(".caret-live")).to_be_visible()
    await desk.app.client.chat_appendStream(channel="C0SUPPORT", ts=stream["ts"], markdown_text=" two")
    await expect(pane).to_contain_text("One two")
    await expect(pane.locator("strong", has_text="One")).to_be_visible()
    await desk.app.client.chat_stopStream(channel="C0SUPPORT", ts=stream["ts"])
    await expect(pane.locator(".caret-live")).to_have_count(0)


async def _session(desk: Desk, ts: str, status: str) -> None:
    await desk.app.client.api_call(
        "agents.sessions.setStatus",
        json={"channel_id": "C0SUPPORT", "thread_ts": ts, "status": status, "title": "Inbox"},
    )
