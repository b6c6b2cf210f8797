"""A second Slack that shares nothing with the local one: the few methods without which nothing works, and no others.

It answers as tersely as it may: no `ok` beside what was asked for, no echo of metadata, no history, no scopes, no files, and
`unknown_method` for the rest. What the bot does on it, it can do on any server that speaks like Slack.
"""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

BOT_TOKEN, APP_TOKEN = "xoxb-bare-1", "xapp-bare-1"
TEAM, BOT_USER = "T7BARE", "U7BOT"
CHANNEL = "C0SUPPORT"


@dataclass(kw_only=True)
class BareSlack:
    """What came in and what is shown. `messages` are all that were posted, by their `ts`, as they look now."""

    url: str = ""
    messages: dict[str, dict[str, Any]] = field(default_factory=dict)
    whispers: list[dict[str, Any]] = field(default_factory=list)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    views: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    numbers: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a bot on this server."""
        return {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_API_URL": f"{self.url}/api/"}

    async def deliver(self, kind: str, payload: dict[str, Any]) -> Any:
        """Sends an envelope on the newest socket; the payload of its acknowledgement."""
        envelope = f"envelope-{self.numbers()}"
        self.answers[envelope] = asyncio.get_running_loop().create_future()
        frame = {
            "type": kind,
            "envelope_id": envelope,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        await self.sockets[-1].send_json(frame)
        async with asyncio.timeout(30):
            return await self.answers[envelope]

    async def write(self, user: str, text: str) -> str:
        """Somebody writes in the channel. Returns the message's `ts`."""
        ts = f"1795255{self.numbers():03}.000100"
        event = {"type": "message", "channel": CHANNEL, "channel_type": "channel", "user": user, "text": text, "ts": ts}
        await self.deliver(
            "events_api", {"type": "event_callback", "team_id": TEAM, "event_id": f"Ev{self.numbers()}", "event": event}
        )
        return ts

    async def command(self, user: str, text: str) -> Any:
        """Somebody types `/ops`."""
        return await self.deliver(
            "slash_commands",
            {
                "command": "/ops", "text": text, "user_id": user, "team_id": TEAM, "channel_id": CHANNEL,
                "trigger_id": f"t{self.numbers()}", "response_url": f"{self.url}/respond",
            },
        )  # fmt: skip

    async def press(self, user: str, message: dict[str, Any], action_id: str) -> Any:
        """Somebody presses a button of a message."""
        for block in message["blocks"]:
            for element in block.get("elements", []):
                if element.get("action_id") == action_id:
                    action = {**element, "block_id": block.get("block_id", "b"), "action_ts": "1"}
                    break
        return await self.deliver(
            "interactive",
            {
                "type": "block_actions", "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM}, "actions": [action],
                "trigger_id": f"t{self.numbers()}", "response_url": f"{self.url}/respond",
                "channel": {"id": CHANNEL}, "message": {"ts": message["ts"]},
                "container": {"type": "message", "message_ts": message["ts"], "channel_id": CHANNEL},
            },
        )  # fmt: skip

    def answer(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        """What a method says."""
        match method:
            case "auth.test":
                return {"user_id": BOT_USER, "team_id": TEAM, "bot_id": "B7", "url": f"{self.url}/"}
            case "apps.connections.open":
                return {"url": f"{self.url.replace('http', 'ws')}/socket"}
            case "users.info":
                return {"user": {"id": given["user"], "team_id": TEAM, "name": given["user"].lower()}}
            case "usergroups.users.list":
                return {"users": []}
            case "conversations.open":
                return {"channel": {"id": f"D{given['users']}"}}
            case "chat.postMessage":
                ts = f"1795256{self.numbers():03}.000200"
                self.messages[ts] = {**given, "ts": ts}
                return {"ts": ts, "channel": given["channel"]}
            case "chat.update":
                if given["ts"] not in self.messages:
                    return {"ok": False, "error": "message_not_found"}
                self.messages[given["ts"]] |= given
                return {"ts": given["ts"], "channel": given["channel"]}
            case "chat.postEphemeral":
                self.whispers.append(given)
                return {"message_ts": "1"}
            case "views.publish":
                self.homes[given["user_id"]] = given["view"]
                return {"view": {"id": "V1"}}
            case "views.open":
                self.views.append(given["view"])
                return {"view": {"id": "V2", **given["view"]}}
            case _:
                self.unknown.add(method)
                return {"ok": False, "error": "unknown_method"}

    async def serve_api(self, request: web.Request) -> web.Response:
        given: dict[str, Any] = await request.json() if request.content_type == "application/json" else {}
        if request.content_type != "application/json":
            given = {key: _value(value) for key, value in {**request.query, **await request.post()}.items()}
        return web.json_response({"ok": True, **self.answer(request.match_info["method"], given)})

    async def serve_socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                acked = json.loads(message.data)
                if not self.answers[acked["envelope_id"]].done():
                    self.answers[acked["envelope_id"]].set_result(acked.get("payload"))
        self.sockets.remove(socket)
        return socket

    async def serve_response(self, request: web.Request) -> web.Response:
        self.whispers.append(await request.json())
        return web.Response(text="ok")


def _value(text: Any) -> Any:
    """A form field; lists and objects come as JSON in it."""
    if isinstance(text, str) and text[:1] in "[{":
        return json.loads(text)
    return text


@asynccontextmanager
async def bare_slack() -> AsyncIterator[BareSlack]:
    """The server, until the end of the block."""
    slack = BareSlack()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", slack.serve_api)
    app.router.add_get("/socket", slack.serve_socket)
    app.router.add_post("/respond", slack.serve_response)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield slack
    finally:
        await runner.cleanup()
