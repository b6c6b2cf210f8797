"""The control API over HTTP, and the page's WebSocket."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator, connect_emulator
from bot.emulator.control.table import ACTS
from tests.emulator.conftest import cannot
from tests.until import until


@pytest.fixture
async def http(emu: Emulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=f"{emu.base_url}/_control/") as session:
        yield session


async def said(response: aiohttp.ClientResponse, status: int = 200) -> dict[str, Any]:
    assert response.status == status, await response.text()
    body = await response.json()
    assert isinstance(body, dict)
    return body


async def test_a_page_gets_everything_at_its_start(http: aiohttp.ClientSession) -> None:
    state = await said(await http.get("state", params={"as": "ana"}))
    assert state["me"]["id"] == "U0ANA"
    assert {c["name"] for c in state["channels"]} == {"support", "ops", "general", "partner-acme"}
    assert state["apps"][0]["commands"][0]["command"] == "/ops"
    assert state["apps"][0]["connected"] == 0
    for person, visible in (("gus", {"support"}), ("eve", {"partner-acme"}), ("bo", {"finance"})):
        state = await said(await http.get("state", params={"as": person}))
        assert visible <= {c["name"] for c in state["channels"]}
    guest = await said(await http.get("state", params={"as": "gus"}))
    assert {c["name"] for c in guest["channels"]} == {"support"}


async def test_acts_and_reads_over_http(http: aiohttp.ClientSession, emu: Emulator) -> None:
    posted = await said(await http.post("say", json={"as": "ana", "channel": "ops", "text": "hello"}))
    listed = await said(await http.get("messages", params={"as": "bo", "channel": "C0OPS", "limit": 10}))
    assert [m["ts"] for m in listed["messages"]] == [posted["ts"]]
    waited = await said(await http.post("wait", json={"kind": "message", "match": {"text": "hello"}}))
    assert waited["found"]["ts"] == posted["ts"]
    state = await said(await http.get("state", params={"as": "bo"}))
    assert next(c["unread"] for c in state["channels"] if c["id"] == "C0OPS") == 1
    await said(await http.post("mark", json={"as": "bo", "channel": "ops"}))
    state = await said(await http.get("state", params={"as": "bo"}))
    assert next(c["unread"] for c in state["channels"] if c["id"] == "C0OPS") == 0


async def test_faults_have_three_verbs(http: aiohttp.ClientSession) -> None:
    await said(await http.post("faults", json={"kind": "slow", "seconds": 1}))
    listed = await said(await http.get("faults"))
    assert (listed["faults"][0]["kind"], "lost_reply" in listed["kinds"]) == ("slow", True)
    assert (await said(await http.delete("faults")))["faults"] == []


@pytest.mark.parametrize(
    ("path", "body", "error"),
    [
        ("dance", {}, "unknown_control"),
        ("say", {"as": "nobody", "channel": "ops", "text": "x"}, "user_not_found"),
        ("say", {"as": "ana", "channel": "nowhere", "text": "x"}, "channel_not_found"),
        ("say", {"as": "ana", "channel": "ops", "text": "  "}, "no_text"),
        ("say", {"as": "old", "channel": "ops", "text": "x"}, "account_inactive"),
        ("say", {"as": "gus", "channel": "ops", "text": "x"}, "not_in_channel"),
        ("say", {"as": "ana", "channel": "ops", "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ("submit", {"as": "ana", "view_id": "V0", "values": []}, "view_not_found"),
        ("submit", {"as": "ana", "view_id": "V0", "values": "x"}, "invalid_values"),
        ("user", {"name": "x", "role": "king"}, "unknown_role"),
        ("wait", {"kind": "miracle"}, "unknown_kind"),
        ("wait", {"kind": "message", "match": {"text": "never"}, "timeout": 0.01}, "timeout"),
        ("wait", {"timeout": "long"}, "invalid_request"),
        ("messages", {"as": "ana", "channel": "ops", "limit": "few"}, "invalid_number"),
        ("install", {"name": "x", "bot_token": "xoxb-123456-7"}, "invalid_auth"),
        ("install", {"name": "x", "manifest": {"features": ["x"]}}, "invalid_manifest"),
        ("upload", {"as": "ana", "channel": "ops", "content": "%%%"}, "invalid_content"),
        ("react", {"as": "ana", "channel": "ops", "ts": "1.1", "name": "x"}, "message_not_found"),
    ],
)
async def test_a_wrong_request_is_refused_with_a_sentence(
    http: aiohttp.ClientSession, path: str, body: dict[str, Any], error: str
) -> None:
    answer = await said(await http.post(path, json=body), 400)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert len(answer["detail"]) > 10


async def test_a_body_that_is_no_json_object_is_refused(http: aiohttp.ClientSession) -> None:
    json = {"Content-Type": "application/json"}
    assert (await said(await http.post("say", data="{broken", headers=json), 400))["error"] == "invalid_json"
    assert (await said(await http.post("say", data="[1]", headers=json), 400))["error"] == "json_not_object"
    assert (await said(await http.post("say", data={"as": "ana"}), 400))["error"] == "use_json"
    assert (await said(await http.get("say"), 400))["error"] == "use_post"
    large = io.BytesIO(b'{"text": "' + b"x" * 10_000_000 + b'"}')
    assert (await said(await http.post("say", data=large, headers=json), 400))["error"] == "request_too_large"
    assert (await said(await http.get("state")))["ok"] is True, "the server lives on"


async def test_every_page_is_told_what_its_person_may_see(emu: Emulator, client: AsyncWebClient) -> None:
    async with aiohttp.ClientSession() as http:
        ana = await http.ws_connect(f"{emu.base_url}/_control/ws?as=ana")
        gus = await http.ws_connect(f"{emu.base_url}/_control/ws?as=gus")
        assert (await ana.receive_json())["me"] == "U0ANA"
        assert (await gus.receive_json())["me"] == "U0GUS"
        await client.chat_postMessage(channel="C0OPS", text="for members")
        await client.chat_postEphemeral(channel="C0SUPPORT", user="U0ANA", text="for ana")
        await client.chat_postMessage(channel="C0SUPPORT", text="for all")

        async def texts(socket: aiohttp.ClientWebSocketResponse) -> list[str]:
            seen: list[str] = []
            while not seen or seen[-1] != "for all":
                notice = await socket.receive_json(timeout=20)
                if notice["type"] in ("message", "ephemeral"):
                    seen.append(notice["message"]["text"])
            return seen

        assert await texts(ana) == ["for members", "for ana", "for all"]
        assert await texts(gus) == ["for all"]


async def test_a_browser_that_disappears_takes_nothing_with_it(emu: Emulator) -> None:
    async with aiohttp.ClientSession() as http:
        socket = await http.ws_connect(f"{emu.base_url}/_control/ws?as=ana")
        await socket.receive_json()
        assert socket._response.connection is not None
        assert socket._response.connection.transport is not None
        socket._response.connection.transport.abort()
        for number in range(20):
            await emu.say("ana", "C0OPS", str(number))
        await until(lambda: len([t for t in asyncio.all_tasks() if t.get_name() == "page"]) == 0)
    assert len(await emu.messages("C0OPS")) == 20


async def test_a_page_that_is_too_slow_is_told_to_reload(emu: Emulator) -> None:
    subscription = emu.local.bulletin.subscribe("U0ANA")
    for number in range(5_010):
        emu.local.bulletin.publish({"type": "x", "n": number})
    first = subscription.queue.get_nowait()
    assert first["type"] == "reload"
    assert subscription.queue.qsize() < 20
    emu.local.bulletin.unsubscribe(subscription)


async def test_a_second_app_has_its_own_tokens_and_sockets(emu: Emulator) -> None:
    other = await emu.act("install", name="Other", manifest={"oauth_config": {"scopes": {"bot": ["chat:write"]}}})
    client = AsyncWebClient(token=other["bot_token"], base_url=emu.api_url, retry_handlers=[])
    assert (await client.auth_test())["user_id"] == other["app"]["bot_user"]
    assert await cannot(emu.act("install", name="Other")) == "token_taken"
    await emu.act("invite", channel="ops", user=other["app"]["bot_user"])
    posted = await client.chat_postMessage(channel="C0OPS", text="from the other app")
    assert posted["message"]["app_id"] == other["app"]["id"]
    heard = [e for e in await emu.traffic(only="envelope") if e["what"] == "message" and e["attempt"] == 0]
    assert [e["app"] for e in heard] == ["A0CALMOPS"], "the other app did not subscribe"


async def test_the_same_acts_work_from_another_process(emu: Emulator) -> None:
    async with connect_emulator(emu.base_url) as far:
        ts = await far.say("ana", "C0OPS", "hello")
        assert (await far.wait_message("C0OPS", text="hello"))["ts"] == ts
        assert await far.messages("C0OPS", viewer="bo") == await emu.messages("C0OPS", viewer="bo")
        await far.fault("slow", seconds=0)
        await far.clear_faults()
        assert await cannot(far.command("ana", "C0OPS", "/nothing")) == "unknown_command"


def test_every_act_has_a_sentence_about_itself() -> None:
    assert [name for name, act in ACTS.items() if not act.about.endswith((".", ":"))] == []
