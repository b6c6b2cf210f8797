"""A small Bolt app for the browser tests: it does what its buttons say and remembers what it was sent."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.browser import kit

Json = dict[str, Any]
FOUND = [kit.option("Northwind", "northwind"), kit.option("Contoso", "contoso")]


@dataclass(kw_only=True)
class Tester:
    """What the app heard, newest last, and how it should answer."""

    client: AsyncWebClient
    actions: list[Json] = field(default_factory=list)
    submissions: list[Json] = field(default_factory=list)
    closed: list[Json] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)
    answer_submission: Json | None = None
    presses: int = 0

    def values(self) -> Json:
        """`state.values` of the newest submission, without the level of action ids."""
        state = self.submissions[-1]["view"]["state"]["values"]
        return {action: value for block in state.values() for action, value in block.items()}

    def action(self, action_id: str) -> Json | None:
        """The newest action with this id."""
        return next(
            (a for body in reversed(self.actions) for a in body["actions"] if a["action_id"] == action_id), None
        )


@asynccontextmanager
async def running(emulator: Emulator) -> AsyncIterator[Tester]:
    """The app, connected to this local Slack."""
    client = AsyncWebClient(token=emulator.bot_token, base_url=emulator.api_url)
    identity = await client.auth_test()

    async def authorize(**_: Any) -> AuthorizeResult:
        return AuthorizeResult.from_auth_test_response(auth_test_response=identity, bot_token=emulator.bot_token)

    app = AsyncApp(client=client, authorize=authorize, process_before_response=True)
    tester = Tester(client=client)
    _listen(app, tester)
    handler = AsyncSocketModeHandler(app, emulator.app_token, web_client=client)
    handler.client.web_client = AsyncWebClient(base_url=emulator.api_url)
    await handler.connect_async()
    await emulator.wait_connected(1)
    try:
        yield tester
    finally:
        await handler.close_async()


def _listen(app: AsyncApp, tester: Tester) -> None:
    _commands(app)
    _clicks(app, tester)
    _views(app, tester)
    _events(app, tester)


def _commands(app: AsyncApp) -> None:
    @app.command("/kit")
    async def kit_command(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_postMessage(channel=command["channel_id"], text="Every element", blocks=kit.kit())

    @app.command("/form")
    async def form_command(ack: Any, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=kit.form())

    @app.command("/whisper")
    async def whisper(ack: Any, command: Json) -> None:
        await ack(text=f"You said: {command['text'] or 'nothing'}")

    @app.command("/silent")
    async def silent_command() -> None:
        await asyncio.sleep(0)

    for shortcut in ("new_note", "take_copy"):
        app.shortcut(shortcut)(_open_form)


async def _open_form(ack: Any, body: Json, client: AsyncWebClient) -> None:
    await ack()
    about = body.get("message", {}).get("text", "")
    await client.views_open(
        trigger_id=body["trigger_id"], view=kit.form("About it" if about else "A note", metadata=about)
    )


def _clicks(app: AsyncApp, tester: Tester) -> None:
    @app.action("silent")
    async def silent(body: Json) -> None:
        tester.actions.append(body)

    @app.action("push_view")
    async def push(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        depth = 2 if body["view"]["callback_id"] == "form" else 3
        await client.views_push(trigger_id=body["trigger_id"], view=kit.second(depth))

    @app.action("redraw")
    async def redraw(ack: Any, body: Json, client: AsyncWebClient) -> None:
        tester.actions.append(body)
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=kit.form("Drawn again"))

    @app.action("home_count")
    async def count(ack: Any, body: Json, client: AsyncWebClient) -> None:
        await ack()
        tester.presses += 1
        await client.views_publish(user_id=body["user"]["id"], view=kit.home(tester.presses))

    @app.action(re.compile("^(?!silent$)"))
    async def other(ack: Any, body: Json) -> None:
        tester.actions.append(body)
        await ack()

    @app.options(re.compile(".*"))
    async def options(ack: Any, body: Json) -> None:
        typed = body.get("value", "").lower()
        await ack(options=[o for o in FOUND if typed in o["text"]["text"].lower()])


def _views(app: AsyncApp, tester: Tester) -> None:
    @app.view(re.compile(".*"))
    async def submitted(ack: Any, body: Json) -> None:
        tester.submissions.append(body)
        answer, tester.answer_submission = tester.answer_submission, None
        if answer == {"silent": True}:
            return
        await ack(**(answer or {}))

    @app.view_closed(re.compile(".*"))
    async def closed(ack: Any, body: Json) -> None:
        tester.closed.append(body)
        await ack()


def _events(app: AsyncApp, tester: Tester) -> None:
    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=kit.home(tester.presses))

    @app.event(re.compile(".*"))
    async def heard(event: Json) -> None:
        tester.events.append(event)
