"""Agent threads and sessions, and workflow steps."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator, start_emulator
from tests.emulator.conftest import bolt, cannot, manifest, refused


@pytest.fixture
async def thread(emu: Emulator) -> str:
    return await emu.say("ana", "C0OPS", "do something")


async def session(client: AsyncWebClient, thread: str, status: str, **more: Any) -> dict[str, Any]:
    answer = await client.api_call(
        "agents.sessions.setStatus", json={"channel_id": "C0OPS", "thread_ts": thread, "status": status, **more}
    )
    assert isinstance(answer.data, dict)
    return answer.data


async def shown(emu: Emulator) -> dict[str, Any]:
    state = await emu.act("state")
    return {"status": None, **(state["sessions"][0] if state["sessions"] else {})}


async def test_stop_ends_the_streams_and_tells_the_app(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    said = await session(client, thread, "processing", title="Triage", initiator_user_id="U0ANA")
    assert (said["agent_status"], said["title"]) == ("processing", "Triage")
    started = await client.chat_startStream(
        channel="C0OPS", thread_ts=thread, recipient_user_id="U0ANA", recipient_team_id="T0LOCAL"
    )
    async with bolt(emu) as app:
        seen: list[dict[str, Any]] = []

        @app.event("agent_session_stopped")
        async def stopped(event: dict[str, Any]) -> None:
            seen.append(event)

        await emu.stop_session("bo", "C0OPS", thread)
        await emu.wait("envelope", what="agent_session_stopped", acked=True)
    assert seen[0] | {"event_ts": ""} == {
        "type": "agent_session_stopped", "channel": "C0OPS", "thread_ts": thread, "user": "U0BO",
        "streaming_message_ts": [started["ts"]], "event_ts": "",
    }  # fmt: skip
    late = client.chat_appendStream(channel="C0OPS", ts=started["ts"], markdown_text="more")
    assert await refused(late) == "stopped_by_user"
    assert (await shown(emu))["status"] == "processing", "the status is the app's to change"
    await session(client, thread, "closed")
    assert await cannot(emu.stop_session("bo", "C0OPS", thread)) == "not_stoppable"


async def test_processing_falls_back_after_an_hour(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    await session(client, thread, "processing")
    await emu.clock(advance=1_800)
    await session(client, thread, "processing")
    await emu.clock(advance=3_000)
    assert (await shown(emu))["status"] == "processing"
    await emu.clock(advance=700)
    await emu.act("messages", channel="C0OPS")
    await emu.local.bulletin.until(lambda: True, 1)
    state = await emu.local.bulletin.until(
        lambda: next((s for s in emu.local.workspace.sessions.values() if s["status"] == "active"), None), 5
    )
    assert state is not None


async def test_a_title_counts_only_at_creation(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    await session(client, thread, "active", title="First")
    assert (await session(client, thread, "active", title="Second"))["title"] == "First"
    await client.api_call("agents.sessions.rename", json={"channel_id": "C0OPS", "thread_ts": thread, "title": "Third"})
    assert (await shown(emu))["title"] == "Third"
    await emu.act("rename_session", **{"as": "ana"}, channel="C0OPS", thread_ts=thread, title="Fourth")
    event = (await emu.traffic(only="envelope"))[-1]["payload"]["event"]
    assert (event["type"], event["previous_title"], event["title"]) == (
        "agent_session_title_changed", "Third", "Fourth",
    )  # fmt: skip


async def test_sessions_are_refused_in_slacks_words(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    async def calling(method: str = "setStatus", **args: Any) -> str:
        given = {"channel_id": "C0OPS", "thread_ts": thread, "status": "active", "title": "x"} | args
        return await refused(client.api_call(f"agents.sessions.{method}", json=given))

    assert await calling(status="asleep") == "invalid_status"
    assert await calling(thread_ts="") == "thread_ts_required"
    assert await calling(channel_id="C0GENERAL") == "not_authorized"
    assert await calling(initiator_user_id="U0CHO") == "user_not_found"
    assert await calling("rename") == "session_not_found"
    assert await calling("rename", title="x" * 201) == "invalid_name"


async def test_without_the_subscription_there_is_no_stop_button() -> None:
    async with start_emulator(manifest=manifest(events=["message.channels"])) as emu:
        client = AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, retry_handlers=[])
        ts = await emu.say("ana", "C0OPS", "x")
        said = await session(client, ts, "processing")
        assert said["warning"] == "missing_agent_session_stopped_event_subscription"
        assert await cannot(emu.stop_session("ana", "C0OPS", ts)) == "not_stoppable"


async def test_an_app_that_is_no_agent_has_no_sessions(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    features = {key: value for key, value in emu.local.manifest["features"].items() if key != "agent_view"}
    emu.local.app().adopt(emu.local.manifest | {"features": features})
    call = client.api_call(
        "agents.sessions.setStatus", json={"channel_id": "C0OPS", "thread_ts": thread, "status": "active"}
    )
    assert await refused(call) == "feature_disabled"
    prompts = client.assistant_threads_setSuggestedPrompts(channel_id="C0OPS", thread_ts=thread, prompts=[])
    assert await refused(prompts) == "not_agent_app"


async def test_a_status_fades_after_two_minutes_or_with_the_answer(
    client: AsyncWebClient, emu: Emulator, thread: str
) -> None:
    def status() -> str:
        return str(emu.local.workspace.threads[f"C0OPS:{thread}"]["status"])

    await client.assistant_threads_setStatus(channel_id="C0OPS", thread_ts=thread, status="is thinking...")
    assert status() == "is thinking..."
    await client.chat_postMessage(channel="C0OPS", thread_ts=thread, text="done")
    assert status() == ""
    await client.assistant_threads_setStatus(channel_id="C0OPS", thread_ts=thread, status="again")
    await emu.clock(advance=121)
    assert await emu.local.bulletin.until(lambda: status() == "" or None, 5)
    wrong = client.assistant_threads_setStatus(channel_id="C0OPS", thread_ts="1.1", status="x")
    assert await refused(wrong) == "invalid_thread_ts"


async def test_prompts_and_titles_are_kept(client: AsyncWebClient, emu: Emulator, thread: str) -> None:
    prompt = {"title": "What waits?", "message": "Show my inbox"}
    await client.assistant_threads_setSuggestedPrompts(channel_id="C0OPS", thread_ts=thread, prompts=[prompt])
    await client.assistant_threads_setTitle(channel_id="C0OPS", thread_ts=thread, title="Tickets")
    kept = emu.local.workspace.threads[f"C0OPS:{thread}"]
    assert (kept["prompts"], kept["title"]) == ([prompt], "Tickets")


async def test_what_a_person_looks_at_is_an_event(emu: Emulator) -> None:
    await emu.act("context", **{"as": "ana"}, channels=["ops"])
    await emu.act("context", **{"as": "ana"})
    events = [e["payload"]["event"] for e in await emu.traffic(only="envelope") if e["attempt"] == 0]
    assert events[0]["context"]["entities"][0]["value"] == "C0OPS"
    assert events[1]["context"] == {}


async def test_opening_the_messages_tab_is_an_event_too(emu: Emulator) -> None:
    opened = await emu.open_home("ana", tab="messages")
    event = (await emu.traffic(only="envelope"))[0]["payload"]["event"]
    assert (event["type"], event["tab"], event["channel"]) == ("app_home_opened", "messages", opened["channel"])


async def test_a_workflow_step_is_run_and_finished(emu: Emulator, client: AsyncWebClient) -> None:
    async with bolt(emu) as app:

        @app.event("function_executed")
        async def run(event: dict[str, Any], client: AsyncWebClient) -> None:
            identity = event["function_execution_id"]
            if event["inputs"]["ticket"] == "bad":
                await client.functions_completeError(function_execution_id=identity, error="no such ticket")
            else:
                await client.functions_completeSuccess(function_execution_id=identity, outputs={"verdict": "fine"})

        ids = [
            (await emu.act("function", callback_id="review", inputs={"ticket": ticket}))["function_execution_id"]
            for ticket in ("7", "bad")
        ]
        done = [
            await emu.local.bulletin.until(
                lambda i=identity: e if (e := emu.local.workspace.executions[i])["status"] != "running" else None,  # type: ignore[misc]
                5,
            )
            for identity in ids
        ]
    assert [d and (d["status"], d["outputs"], d["error"]) for d in done] == [
        ("completed", {"verdict": "fine"}, None), ("failed", None, "no such ticket"),
    ]  # fmt: skip
    again = client.functions_completeError(function_execution_id=ids[0], error="x")
    assert await refused(again) == "execution_not_in_running_state"
    unknown = client.functions_completeError(function_execution_id="Fx0", error="x")
    assert await refused(unknown) == "function_execution_not_found"
    third = await emu.act("function", callback_id="review", inputs={"ticket": "9"})
    wrong = client.functions_completeSuccess(function_execution_id=third["function_execution_id"], outputs={"x": 1})
    assert await refused(wrong) == "parameter_validation_failed"
    assert await cannot(emu.act("function", callback_id="nothing")) == "unknown_function"
