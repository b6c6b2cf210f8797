"""How calls travel, and what is refused before any method is looked at."""

import io
import json
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from tests.emulator.conftest import refusal, refused


@pytest.fixture
async def http(emu: Emulator) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bearer {emu.bot_token}"}
    async with aiohttp.ClientSession(base_url=emu.api_url, headers=headers) as session:
        yield session


async def answer(response: aiohttp.ClientResponse) -> dict[str, object]:
    body = await response.json()
    assert isinstance(body, dict)
    return body


async def test_arguments_arrive_by_query_form_json_and_multipart(http: aiohttp.ClientSession) -> None:
    multipart = aiohttp.FormData(default_to_multipart=True)
    multipart.add_field("word", "multipart")
    for response in (
        await http.get("api.test", params={"word": "query"}),
        await http.post("api.test", params={"word": "query with a form"}, data={}),
        await http.post("api.test", data={"word": "form"}),
        await http.post("api.test", json={"word": "json"}),
        await http.post("api.test", data=multipart),
    ):
        said = await answer(response)
        assert said["ok"] is True
        assert said["args"]["word"]  # type: ignore[index]  # api.test echoes an object


async def test_objects_may_travel_as_json_text(emu: Emulator, http: aiohttp.ClientSession) -> None:
    blocks = json.dumps([{"type": "divider"}])
    metadata = json.dumps({"event_type": "x", "event_payload": {"key": "1"}})
    response = await http.post("chat.postMessage", data={"channel": "C0OPS", "blocks": blocks, "metadata": metadata})
    message = (await answer(response))["message"]
    assert message["blocks"][0]["type"] == "divider"  # type: ignore[index]
    assert message["metadata"]["event_payload"] == {"key": "1"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"{not json", "application/json", "invalid_json"),
        (b"[" * 100_000, "application/json", "invalid_json"),
        (b"[1]", "application/json", "json_not_object"),
        (b'{"a": "\xff"}', "application/json", "invalid_charset"),
        (b'{"a": 1}', "application/json; charset=latin-1", "invalid_charset"),
        (b"hello", "text/plain", "invalid_post_type"),
        (b"<x/>", "application/xml", "invalid_post_type"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=y", "invalid_form_data"),
    ],
)
async def test_a_malformed_body_is_refused_in_slacks_words(
    http: aiohttp.ClientSession, body: bytes, content_type: str, error: str
) -> None:
    response = await http.post("chat.postMessage", data=body, headers={"Content-Type": content_type})
    assert response.status == 200
    assert (await answer(response))["error"] == error
    assert (await answer(await http.get("auth.test")))["ok"] is True, "the server lives on"


async def test_a_body_of_ten_megabytes_is_refused_and_the_server_lives_on(http: aiohttp.ClientSession) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        response = await http.post(
            "chat.postMessage", data=io.BytesIO(b"x" * 10_000_000), headers={"Content-Type": kind}
        )
        assert response.status == 413
        assert (await answer(response))["error"] == "request_too_large"
    assert (await answer(await http.get("auth.test")))["ok"] is True


async def test_an_unknown_method_fails_loudly(
    client: AsyncWebClient, emu: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    assert await refused(client.api_call("chat.shout")) == "unknown_method"
    known = await refusal(client.api_call("admin.users.list"))
    assert known["error"] == "unknown_method"
    assert known["req_method"] == "admin.users.list"
    assert "Slack has the method admin.users.list; the local Slack does not" in caplog.text


async def test_tokens_are_told_apart(emu: Emulator) -> None:
    async def calling(token: str, method: str = "auth.test") -> str:
        client = AsyncWebClient(token=token or None, base_url=emu.api_url, retry_handlers=[])
        return await refused(client.api_call(method))

    assert await calling("") == "not_authed"
    assert await calling("xoxb-local-nobody") == "invalid_auth"
    assert await calling(emu.app_token, "chat.postMessage") == "not_allowed_token_type"
    assert await calling(emu.bot_token, "apps.connections.open") == "not_allowed_token_type"


@pytest.mark.parametrize(
    "token", ["xoxb-1234567890-1234567890123-abcdefghij", "xapp-1-A0123456789-123-abc", "xoxp-1-2-3"]
)
async def test_a_token_of_a_real_workspace_is_refused_and_never_recorded(emu: Emulator, token: str) -> None:
    """S-G6."""
    client = AsyncWebClient(token=token, base_url=emu.api_url, retry_handlers=[])
    said = await refusal(client.auth_test())
    assert said["error"] == "invalid_auth"
    assert "real workspace" in said["detail"]
    assert token not in json.dumps(await emu.traffic())


async def test_an_app_token_in_the_body_is_not_taken(http: aiohttp.ClientSession, emu: Emulator) -> None:
    async with aiohttp.ClientSession() as bare:
        response = await bare.post(f"{emu.api_url}apps.connections.open", data={"token": emu.app_token})
        assert (await answer(response))["error"] == "not_authed"


async def test_a_bot_token_in_a_form_is_taken_and_in_json_is_not(emu: Emulator) -> None:
    async with aiohttp.ClientSession() as bare:
        response = await bare.post(f"{emu.api_url}auth.test", data={"token": emu.bot_token})
        assert (await answer(response))["user_id"] == "U0CALMOPS"
        response = await bare.post(f"{emu.api_url}auth.test", json={"token": emu.bot_token})
        assert (await answer(response))["error"] == "not_authed"


async def test_other_names_and_foreign_pages_are_refused(emu: Emulator) -> None:
    async with aiohttp.ClientSession() as bare:
        response = await bare.get(f"{emu.base_url}/_control/state", headers={"Host": "evil.example"})
        assert response.status == 403
        response = await bare.post(
            f"{emu.base_url}/_control/reset", headers={"Origin": "https://evil.example"}, json={}
        )
        assert response.status == 403
        response = await bare.post(f"{emu.base_url}/_control/settings", headers={"Origin": emu.base_url}, json={})
        assert response.status == 200


async def test_it_listens_on_loopback_only(emu: Emulator) -> None:
    """S-G6."""
    assert emu.base_url.startswith("http://127.0.0.1:")
    runner = emu._runner
    assert runner is not None
    assert {address[0] for address in runner.addresses} == {"127.0.0.1"}


async def test_an_answer_carries_the_scopes_of_the_app(client: AsyncWebClient) -> None:
    response = await client.auth_test()
    assert "chat:write" in response.headers["x-oauth-scopes"]
    assert response["team"] == "Calm Company"
