"""What we know about the SDK and rely on: an upgrade that changes any of it announces itself here."""

import inspect
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from bot.edge import calls
from bot.edge.connection import Connection
from bot.edge.deliveries import read_frame
from bot.emulator import Emulator
from tests.edge.ledger import Ledger
from tests.edge.rig import edge_on


def app_with(process_before_response: bool, **more: Any) -> AsyncApp:
    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-x", bot_id="B1", bot_user_id="U1")

    return AsyncApp(
        name="facts",
        client=AsyncWebClient(base_url="http://127.0.0.1:9/api/"),
        authorize=authorize,
        process_before_response=process_before_response,
        **more,
    )


def request(body: dict[str, Any]) -> AsyncBoltRequest:
    return AsyncBoltRequest(mode="socket_mode", body=body)


EVENT = {
    "type": "event_callback",
    "team_id": "T1",
    "event": {"type": "message", "user": "U9", "text": "x", "channel": "C1"},
}


@pytest.mark.parametrize(("before", "status"), [(True, 500), (False, 200)])
async def test_only_with_process_before_response_is_a_failing_event_listener_noticed(before: bool, status: int) -> None:
    """By default an event is acknowledged before its listener runs: a crash there would lose it."""
    app = app_with(before)

    async def broken() -> None:
        raise RuntimeError("broken")

    app.event("message")(broken)
    assert (await app.async_dispatch(request(EVENT))).status == status


async def test_what_nobody_listens_to_is_not_acknowledged_by_bolt() -> None:
    assert (await app_with(True).async_dispatch(request(EVENT))).status == 404


async def test_whatever_a_middleware_puts_into_the_context_can_be_named_as_an_argument() -> None:
    app, seen = app_with(True), []

    async def introduce(context: Any, next: Any) -> Any:
        context["deps"] = "ours"
        return await next()

    async def listener(deps: str) -> None:
        seen.append(deps)

    app.use(introduce)
    app.event("message")(listener)
    await app.async_dispatch(request(EVENT))
    assert seen == ["ours"]


async def test_retry_fields_are_handed_to_listeners_as_headers() -> None:
    raw = {"type": "events_api", "envelope_id": "e", "payload": {}, "retry_attempt": 2, "retry_reason": "timeout"}
    frame = read_frame(raw)
    assert frame is not None
    assert (frame.retry_attempt, frame.retry_reason) == (2, "timeout")


def test_the_sdks_client_has_what_our_connection_replaces() -> None:
    for name in ("receive_messages", "connect_to_new_endpoint", "close"):
        assert inspect.iscoroutinefunction(getattr(SocketModeClient, name))
    source = inspect.getsource(SocketModeClient.__init__)
    for name in ("aiohttp_client_session", "message_processor", "message_receiver", "current_session"):
        assert name in source
    assert issubclass(Connection, SocketModeClient)


def test_the_sdk_would_send_a_lost_post_again_by_itself() -> None:
    """Hence `retry_handlers=[]` on every client of ours: two messages, and the caller would see one."""
    assert AsyncWebClient().retry_handlers
    assert AsyncWebClient(retry_handlers=[]).retry_handlers == []


async def test_no_client_of_ours_retries_by_itself(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        assert rig.edge.web.retry_handlers == []
        assert rig.edge.ingest._app.client.retry_handlers == []


def test_a_stream_cannot_carry_metadata_from_its_start() -> None:
    """The reason for docs/decisions/0007: without a key of ours a stream whose reply was lost is never found again."""
    assert "metadata" in inspect.signature(AsyncWebClient.chat_postMessage).parameters
    assert "metadata" in inspect.signature(AsyncWebClient.chat_stopStream).parameters
    assert "metadata" not in inspect.signature(AsyncWebClient.chat_startStream).parameters


def test_nothing_of_ours_is_streamed() -> None:
    assert [method for method in calls.METHODS.values() if "Stream" in method] == []
