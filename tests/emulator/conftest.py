"""A local Slack per test, and an app on it made of the unmodified SDK and Bolt."""

import copy
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import ActError, Emulator, start_emulator
from bot.emulator.facts import Facts
from bot.emulator.founding import everything
from bot.emulator.methods import TABLE
from bot.emulator.wire import PLAIN_ERRORS

FULL: dict[str, Any] = everything(Facts())
FULL["features"]["slash_commands"] = [
    {"command": "/ops", "description": "Do things", "should_escape": True},
    {"command": "/plain", "description": "Do things plainly"},
]
FULL["features"]["shortcuts"] = [
    {"name": "Triage", "callback_id": "triage_this", "type": "message", "description": "Triage"},
    {"name": "Run", "callback_id": "run_agent", "type": "global", "description": "Run"},
]
FULL["functions"] = {
    "review": {
        "title": "Review",
        "input_parameters": {"properties": {"ticket": {"type": "string"}}},
        "output_parameters": {"properties": {"verdict": {"type": "string"}}},
    }
}


def manifest(**changes: Any) -> dict[str, Any]:
    """The full manifest with some of its scopes or events replaced."""
    changed = copy.deepcopy(FULL)
    if "scopes" in changes:
        changed["oauth_config"]["scopes"]["bot"] = changes["scopes"]
    if "events" in changes:
        changed["settings"]["event_subscriptions"]["bot_events"] = changes["events"]
    return changed


@pytest.fixture
async def emu() -> AsyncIterator[Emulator]:
    async with start_emulator(manifest=FULL, seed=1) as emulator:
        yield emulator
        for call in emulator.local.record.since(kind="call"):
            check_error_is_slacks(emulator, call)


def check_error_is_slacks(emulator: Emulator, call: dict[str, Any]) -> None:
    """Whatever a test made the local Slack refuse, it refused in words that Slack lists for the method."""
    name, answer = call["method"], call["answer"] or {}
    if name in ("api.test", "response_url") or "fault" in call or answer.get("ok", True):
        return
    facts = emulator.local.facts.methods.get(name)
    assert answer["error"] in PLAIN_ERRORS or (facts and facts.lists(answer["error"])), (name, answer)
    assert answer["error"] in PLAIN_ERRORS or answer["error"] in TABLE[name].errors, f"{name} does not declare {answer}"


async def refusal(calling: Awaitable[Any]) -> dict[str, Any]:
    """The answer of a call that must be refused."""
    with pytest.raises(SlackApiError) as caught:
        await calling
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer


async def refused(calling: Awaitable[Any]) -> str:
    """Only the error's name."""
    return str((await refusal(calling))["error"])


async def cannot(acting: Awaitable[Any]) -> str:
    """The code of a control command that must fail."""
    with pytest.raises(ActError) as caught:
        await acting
    assert caught.value.detail, "a control error says what is wrong in a sentence"
    return caught.value.code


@pytest.fixture
async def client(emu: Emulator) -> AsyncWebClient:
    return AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, retry_handlers=[])


@asynccontextmanager
async def bolt(emu: Emulator, *, sockets: int = 1, **options: Any) -> AsyncIterator[AsyncApp]:
    """A connected Bolt app; listeners may be added before and after."""
    app = AsyncApp(
        token=emu.bot_token,
        client=AsyncWebClient(token=emu.bot_token, base_url=emu.api_url),
        process_before_response=True,
        **options,
    )
    handlers = [AsyncSocketModeHandler(app, emu.app_token) for _ in range(sockets)]
    for handler in handlers:
        handler.client.web_client = app.client
        await handler.connect_async()
    await emu.wait_connected(sockets)
    try:
        yield app
    finally:
        for handler in handlers:
            await handler.close_async()


@pytest.fixture(scope="session")
def reference() -> Path:
    """Slack's published facts, where this checkout has them beside it."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "slack"
    if not (folder / "methods.json").is_file():
        pytest.skip("the reference data (../shared/slack) is not here")
    return folder
