"""Slack's other official clients, unmodified: the synchronous ones, and Bolt for JavaScript."""

import asyncio
import contextlib
import gc
import logging
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.aiohttp import SocketModeClient as AioSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook import WebhookClient

from bot.emulator import Emulator
from tests.until import until

JAVASCRIPT = Path(__file__).with_name("bolt_smoke.js")
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "calmops-tests" / "bolt-js-4"


async def test_the_synchronous_web_client(emu: Emulator) -> None:
    client = WebClient(token=emu.bot_token, base_url=emu.api_url, retry_handlers=[])

    def work() -> dict[str, Any]:
        assert client.auth_test()["user_id"] == "U0CALMOPS"
        posted = client.chat_postMessage(channel="C0OPS", text="x", blocks=[{"type": "divider"}])
        client.reactions_add(channel="C0OPS", timestamp=posted["ts"], name="eyes")
        pages = [page["members"] for page in client.users_list(limit=4)]
        client.files_upload_v2(channel="C0OPS", content="a,b", filename="t.csv")
        with pytest.raises(SlackApiError, match="channel_not_found"):
            client.conversations_info(channel="C0NONE")
        return {"ts": posted["ts"], "people": sum(map(len, pages))}

    done = await asyncio.to_thread(work)
    assert (await emu.messages("C0OPS"))[0]["ts"] == done["ts"]
    assert done["people"] == len(emu.local.workspace.users)


# The builtin client leaves its old socket to the garbage collector after a refresh.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
async def test_the_builtin_socket_mode_client(emu: Emulator) -> None:
    client = SocketModeClient(
        app_token=emu.app_token,
        web_client=WebClient(token=emu.bot_token, base_url=emu.api_url),
        ping_interval=0.2,
    )
    answered: list[str] = []

    def answer(client: Any, request: SocketModeRequest) -> None:
        client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload={"text": "hi"}))
        WebhookClient(request.payload["response_url"]).send(text="later")
        answered.append(request.type)

    client.socket_mode_request_listeners.append(answer)
    await asyncio.to_thread(client.connect)
    try:
        await emu.wait_connected()
        done = await emu.command("ana", "C0OPS", "/ops x")
        assert done["response"]["text"] == "hi"
        await emu.wait_ephemeral("ana", text="later")
        await asyncio.sleep(0.5)  # two ping intervals: the client drops a server that does not answer pings
        assert emu.local.sockets.open_count("A0CALMOPS") == 1
        await emu.disconnect("refresh_requested")
        await emu.wait_connected(1)
        await until(client.is_connected)
        assert answered == ["slash_commands"]
    finally:
        # Its threads race for its socket while it closes; the second call finds the socket gone and ends the threads.
        with contextlib.suppress(AttributeError):
            await asyncio.to_thread(client.close)
        await asyncio.to_thread(client.close)
        del client
        gc.collect()


async def test_the_aiohttp_socket_mode_client(emu: Emulator) -> None:
    client = AioSocketModeClient(
        app_token=emu.app_token, web_client=AsyncWebClient(token=emu.bot_token, base_url=emu.api_url), ping_interval=0.2
    )

    async def answer(client: Any, request: SocketModeRequest) -> None:
        await client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    client.socket_mode_request_listeners.append(answer)
    await client.connect()
    try:
        await emu.wait_connected()
        assert (await emu.command("ana", "C0OPS", "/ops x"))["acked"]
        await emu.drop_sockets()
        await emu.wait_connected(1)
        assert (await emu.command("ana", "C0OPS", "/ops x"))["acked"]
    finally:
        await client.close()


@pytest.fixture(scope="session")
def bolt_js() -> Path:
    """A folder with @slack/bolt from npm, kept between runs."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Bolt for JavaScript needs node and npm, which are not here")
    if not (CACHE / "node_modules" / "@slack" / "bolt").is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(
                [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(CACHE), "@slack/bolt@4"],
                check=True, capture_output=True, timeout=150,
            )  # fmt: skip
        except (subprocess.SubprocessError, OSError) as error:
            pytest.skip(f"npm could not install @slack/bolt: {error}")
    return CACHE


@pytest.fixture
async def javascript(emu: Emulator, bolt_js: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        "PATH": os.environ["PATH"], "NODE_PATH": str(bolt_js / "node_modules"), "HOME": os.environ.get("HOME", "/"),
        "SLACK_API_URL": emu.api_url, "SLACK_BOT_TOKEN": emu.bot_token, "SLACK_APP_TOKEN": emu.app_token,
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        "node", str(JAVASCRIPT), env=environment, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        _, said = await process.communicate()
        logging.getLogger(__name__).info("node said: %s", said.decode()[-2000:])


@pytest.mark.timeout(240)
async def test_bolt_for_javascript(emu: Emulator, javascript: asyncio.subprocess.Process) -> None:
    await emu.wait_connected(timeout=30)
    ts = await emu.say("ana", "C0OPS", "hello javascript")
    card = await emu.wait_message("C0OPS", text="card for", thread_ts=ts)
    assert (await emu.click("bo", card, "approve"))["acked"]
    await emu.wait_message("C0OPS", text="approved by <@U0BO>")
    done = await emu.command("ana", "C0OPS", "/ops open")
    assert done["acked"]
    view = await emu.wait_view("ana", callback_id="form")
    assert (await emu.submit("ana", view, {"why": "no"}))["errors"] == {"why": "say more"}
    assert (await emu.submit("ana", view, {"why": "because"}))["view"] is None
    await emu.open_home("ana")
    await emu.wait_home("ana", text="home of <@U0ANA>")
