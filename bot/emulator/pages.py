"""The page in the browser: its files, and the WebSocket that tells it what its person may see."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import WSMsgType, web

from bot.emulator.local import LOCAL

PAGE = Path(__file__).with_name("page")


@dataclass
class OpenPages:
    """The sockets of open pages."""

    sockets: set[web.WebSocketResponse] = field(default_factory=set)

    async def close(self) -> None:
        """The server is stopping."""
        for socket in list(self.sockets):
            await socket.close(code=1001, message=b"the local Slack is stopping")


PAGES: web.AppKey[OpenPages] = web.AppKey("pages", OpenPages)


def dumps(value: object) -> str:
    """JSON for pages and tests."""
    return json.dumps(value, default=str)


async def handle_page_socket(request: web.Request) -> web.StreamResponse:
    """The page's own WebSocket: everything its person may see, as it happens."""
    local = request.app[LOCAL]
    viewer = local.who(request.query.get("as", "ana"))
    socket = web.WebSocketResponse(heartbeat=20.0)
    await socket.prepare(request)
    request.app[PAGES].sockets.add(socket)
    subscription = local.bulletin.subscribe(viewer.id)

    async def push() -> None:
        while True:
            notice = await subscription.queue.get()
            try:
                await socket.send_str(dumps(notice))
            except (ConnectionError, RuntimeError):
                return

    pusher = asyncio.create_task(push(), name="page")
    try:
        await socket.send_str(dumps({"type": "hello", "me": viewer.id, "traffic": local.record.count}))
        async for message in socket:
            if message.type is WSMsgType.ERROR:
                break
    except (ConnectionError, RuntimeError):
        pass  # the browser went away; what it wanted to know no longer matters
    finally:
        pusher.cancel()
        local.bulletin.unsubscribe(subscription)
        request.app[PAGES].sockets.discard(socket)
    return socket


async def handle_index(request: web.Request) -> web.StreamResponse:  # noqa: ARG001  a handler's signature
    """The page."""
    index = PAGE / "index.html"
    if not index.is_file():
        return web.Response(text="The local Slack is running. Its page is not part of this installation.")
    return web.FileResponse(index, headers={"Cache-Control": "no-cache"})


async def handle_permalink(request: web.Request) -> web.StreamResponse:
    """Open the page at a message."""
    digits = request.match_info["message"].removeprefix("p")
    ts = f"{digits[:-6]}.{digits[-6:]}"
    thread = request.query.get("thread_ts", "")
    target = f"/?channel={request.match_info['channel']}&ts={ts}" + (f"&thread_ts={thread}" if thread else "")
    raise web.HTTPFound(target)


async def handle_favicon(request: web.Request) -> web.StreamResponse:  # noqa: ARG001  a handler's signature
    """No icon."""
    return web.Response(status=204)
