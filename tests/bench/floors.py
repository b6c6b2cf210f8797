"""What this machine can do at all: the same physical work with nothing of ours around it."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession, WSMsgType, web

from tests.bench.figures import Figure, median

KILOBYTE = "x" * 1024


def sqlite_commits(folder: Path, synchronous: str, count: int) -> Figure:
    """One row of 1 KB and a commit, with Python's own driver in WAL mode; microseconds each."""
    connection = sqlite3.connect(folder / f"floor-{synchronous}.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={synchronous}")
    connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
    took = []
    for _ in range(count):
        begun = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows (text) VALUES (?)", (KILOBYTE,))
        connection.execute("COMMIT")
        took.append(time.perf_counter() - begun)
    connection.close()
    return Figure(name=f"floor: sqlite3 commit, {synchronous}", median=median(took) * 1e6, unit="us")


async def websocket_echo(count: int) -> Figure:
    """1 KB there and back between two ends in one process; microseconds a round trip."""
    async with _echo_server() as address, ClientSession() as session, session.ws_connect(address) as socket:
        took = []
        for _ in range(count):
            begun = time.perf_counter()
            await socket.send_str(KILOBYTE)
            await socket.receive_str()
            took.append(time.perf_counter() - begun)
    return Figure(name="floor: WebSocket echo, 1 KB", median=median(took) * 1e6, unit="us")


@asynccontextmanager
async def _echo_server() -> AsyncIterator[str]:
    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await socket.send_str(message.data)
        return socket

    app = web.Application()
    app.router.add_get("/", echo)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def thread_hop(count: int) -> Figure:
    """To another thread and back into the event loop: what a write through the store's own thread costs at least."""
    loop = asyncio.get_running_loop()
    took = []
    for _ in range(count):
        begun = time.perf_counter()
        await loop.run_in_executor(None, int)
        took.append(time.perf_counter() - begun)
    return Figure(name="floor: thread hop and back", median=median(took) * 1e6, unit="us")
