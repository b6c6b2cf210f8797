"""manifest.yml beside the code: nothing there that the code does not use, nothing used that is not there."""

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from slack_bolt.async_app import AsyncApp

from agents.core.contract import Trigger
from agents.library import all_agents
from bot.doctor.scopes import NEEDED, OPTIONAL
from handlers.ids import COMMAND, SHORTCUT, SHORTCUT_RUN, STEP

ROOT = Path(__file__).parents[2]
EVENTS = ROOT.parent / "shared" / "slack" / "events.json"
METHODS = ROOT.parent / "shared" / "slack" / "methods.json"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    return loaded


def scopes(manifest: dict[str, Any]) -> set[str]:
    granted = manifest["oauth_config"]["scopes"]
    return {*granted["bot"], *granted["bot_optional"]}


def subscribed(manifest: dict[str, Any]) -> set[str]:
    return set(manifest["settings"]["event_subscriptions"]["bot_events"])


def strings_of(*files: str) -> set[str]:
    """Every string constant of these modules."""
    found: set[str] = set()
    for file in files:
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        found |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return found


def test_the_command_is_the_one_that_is_listened_to(manifest: dict[str, Any]) -> None:
    assert [one["command"] for one in manifest["features"]["slash_commands"]] == [COMMAND]


def test_every_shortcut_leads_to_an_agent_that_takes_messages(manifest: dict[str, Any]) -> None:
    agents = {agent.name: agent for agent in all_agents()}
    for shortcut in manifest["features"]["shortcuts"]:
        if shortcut["type"] == "global":
            assert shortcut["callback_id"] == SHORTCUT_RUN
        else:
            assert Trigger.SHORTCUT in agents[shortcut["callback_id"].removeprefix(SHORTCUT)].triggers


def test_the_workflow_step_is_the_one_that_is_listened_to(manifest: dict[str, Any]) -> None:
    assert list(manifest["functions"]) == [STEP]
    used = strings_of("handlers/events/step.py")
    assert set(manifest["functions"][STEP]["input_parameters"]["properties"]) <= used
    assert set(manifest["functions"][STEP]["output_parameters"]["properties"]) <= strings_of("handlers/rendering.py")


def test_every_event_has_a_listener_and_every_listener_its_event(manifest: dict[str, Any]) -> None:
    heard = strings_of("handlers/events/__init__.py", "bot/edge/bolt.py")
    plain = {event.partition(".")[0] for event in subscribed(manifest)} - {"function_executed"}
    assert plain - heard == set()
    wired = set(
        re.findall(r'app\.event\("([a-z_]+)"\)', (ROOT / "handlers/events/__init__.py").read_text(encoding="utf-8"))
    )
    assert wired - plain == set()


def test_every_event_has_a_scope(manifest: dict[str, Any]) -> None:
    """S-G7."""
    if not EVENTS.is_file():
        pytest.skip("Slack's list of events is not beside the checkout")
    needed: dict[str, list[str]] = json.loads(EVENTS.read_text(encoding="utf-8"))
    for event in subscribed(manifest) - {"message.channels", "message.groups", "message.im"}:
        wanted = needed.get(event) or []
        assert not wanted or scopes(manifest) & set(wanted), f"{event} needs one of {wanted}"


def test_every_scope_is_needed_by_an_event_or_a_call(manifest: dict[str, Any]) -> None:
    """S-G7."""
    if not METHODS.is_file():
        pytest.skip("Slack's list of methods is not beside the checkout")
    methods: dict[str, dict[str, Any]] = json.loads(METHODS.read_text(encoding="utf-8"))
    events: dict[str, list[str]] = json.loads(EVENTS.read_text(encoding="utf-8"))
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for room in ("handlers", "bot")
        for file in (ROOT / room).rglob("*.py")
        if "emulator" not in file.parts
    )
    called = [name for name in methods if f".{name.replace('.', '_')}(" in code or f'"{name}"' in code]
    justified = {scope for name in called for scope in methods[name].get("bot_scopes") or []}
    justified |= {scope for event in subscribed(manifest) for scope in events.get(event) or []}
    justified |= {"commands", "im:history", "channels:history", "groups:history", "assistant:write"}
    assert scopes(manifest) - justified == set()


def test_doctor_explains_every_scope(manifest: dict[str, Any]) -> None:
    granted = manifest["oauth_config"]["scopes"]
    assert set(granted["bot"]) == set(NEEDED)
    assert set(granted["bot_optional"]) == set(OPTIONAL)


def test_listeners_are_wired_once() -> None:
    from handlers.register import register

    app = AsyncApp(token="xoxb-local", signing_secret="none")
    register(app)
    assert len(app._async_listeners) <= 14
