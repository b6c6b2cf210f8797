"""Every argument of every method and every field of every control command, given values nobody expects."""

import ast
import inspect
import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator
from bot.emulator.calls import carry_out
from bot.emulator.control.table import ACTS
from bot.emulator.methods import TABLE
from bot.emulator.methods.drafts import read_draft

ODD: tuple[Any, ...] = (
    None, "", "x", "[", "{}", "[1]", 0, -1, 10**30, 1.5, True, [], [None], [[]], {}, {"type": None}, {"a": {"b": []}},
    [{"type": "section"}], "C0OPS", "U0ANA", "\ud83d", "x" * 5_000,
)  # fmt: skip
READERS = frozenset({"text", "flag", "number", "words", "json", "has", "stamp", "channel", "target", "user", "message"})


FEW = (None, 0, [1], {"a": {"b": []}}, "\ud83d", 10**30)


@cache
def words_passed_to(path: Path, readers: frozenset[str]) -> list[str]:
    """String arguments of `call.text("...")`, `wanted.get("...")` and the like in a source file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in readers:
            found |= {a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)}
    return sorted(found - {"token"})


def home_of(function: Any) -> Path:
    """The source file a function stands in."""
    return Path(inspect.getsourcefile(inspect.unwrap(function)) or "")


async def test_half_a_character_is_taken_and_given_back(emu: Emulator, client: AsyncWebClient) -> None:
    half = "\ud83d"
    metadata = {"event_type": half, "event_payload": {}}
    posted = await client.chat_postMessage(channel="C0OPS", text=half, metadata=metadata)
    assert posted["message"]["text"] == half
    section = {"type": "section", "text": {"type": "plain_text", "text": half}}
    await client.views_publish(user_id="U0ANA", view={"type": "home", "blocks": [section]})
    assert r"\ud83d" in json.dumps(await emu.act("snapshot"))


@pytest.mark.timeout(300)
async def test_no_argument_makes_a_method_stumble(emu: Emulator, long_counts: bool) -> None:
    await emu.act("settings", rates=False)
    ts = await emu.say("ana", "C0OPS", "x")
    plausible = {
        "channel": "C0OPS", "channel_id": "C0OPS", "ts": ts, "message_ts": ts, "timestamp": ts, "thread_ts": ts,
        "text": "x", "user": "U0ANA", "user_id": "U0ANA", "users": "U0CHO", "name": "eyes", "status": "active",
        "title": "x", "usergroup": "S0OPS", "email": "ana@calm.example", "view": {"type": "home", "blocks": []},
        "filename": "a.txt", "length": 3, "prompts": [], "markdown_text": "x", "recipient_user_id": "U0ANA",
        "recipient_team_id": "T0LOCAL", "post_at": 4_000_000_000, "topic": "x", "purpose": "x",
    }  # fmt: skip
    drafts = words_passed_to(home_of(read_draft), READERS)
    for method, entry in TABLE.items():
        token = emu.app_token if method == "apps.connections.open" else emu.bot_token
        names = {*words_passed_to(home_of(entry.run), READERS), *(drafts if method.startswith("chat.") else ())}
        for name, value in itertools.product(sorted(names), ODD if long_counts else FEW):
            reply = await carry_out(emu.local, method, plausible | {name: value}, token, "test")
            assert reply.body is not None, (method, name, value)
            assert reply.body["ok"] in (True, False)


@pytest.mark.timeout(300)
async def test_no_field_makes_a_control_command_stumble(emu: Emulator, long_counts: bool) -> None:
    ts = await emu.say("ana", "C0OPS", "x")
    plausible: dict[str, Any] = {
        "as": "ana", "channel": "C0OPS", "ts": ts, "thread_ts": ts, "text": "x", "user": "bo", "name": "eyes",
        "timeout": 0.001, "kind": "message",
    }  # fmt: skip
    slow = {"after", "for_seconds", "seconds", "pace"}
    values = ("", [1], {"a": 1}, -1, None, "x") if long_counts else ([1], {"a": 1}, None)
    async with aiohttp.ClientSession() as http:
        for act, entry in ACTS.items():
            names = {*words_passed_to(home_of(entry.run), frozenset({"get"})), *plausible, "match", "count"} - slow
            for name, value in itertools.product(sorted(names), values):
                body = plausible | {name: value}
                if name == "timeout" and act.startswith("wait"):
                    continue
                async with http.post(f"{emu.base_url}/_control/{act}", json=body) as response:
                    assert response.status in (200, 400), (act, name, value, await response.text())
                    answer = await response.json()
                    assert answer["ok"] or answer["detail"], (act, name, value)
        await emu.reset()
        assert (await emu.act("state"))["ok"]
