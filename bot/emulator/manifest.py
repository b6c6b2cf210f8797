"""Reads an app manifest (YAML or JSON) into the facts this Slack enforces: scopes, events, commands, shortcuts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from bot.emulator.wire import Json


class ManifestError(Exception):
    """The manifest cannot be read; the message says which file and what to change."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """One slash command of the app."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True, kw_only=True)
class Shortcut:
    """One shortcut: `message` hangs on a message, `global` does not."""

    name: str
    callback_id: str
    type: Literal["message", "global"]
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class AppFacts:
    """What a manifest says, reduced to what the local Slack acts on."""

    name: str
    description: str = ""
    bot_name: str = ""
    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    functions: Json = field(default_factory=dict)
    home_enabled: bool = False
    messages_enabled: bool = False
    is_agent: bool = False
    suggested_prompts: tuple[Json, ...] = ()
    interactive: bool = False
    socket_mode: bool = False


def read_manifest(path: Path) -> Json:
    """The manifest as an object. JSON is YAML too, so both spellings are read the same way."""
    try:
        manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ManifestError(f"cannot read the manifest {path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ManifestError(f"the manifest {path} is neither YAML nor JSON: {error}") from error
    if not isinstance(manifest, dict):
        raise ManifestError(f"the manifest {path} must be a mapping with display_information, features, ...")
    return manifest


def find_manifest() -> Path | None:
    """`manifest.yml` in the working directory, else the one in the package, else the one of this checkout."""
    here = Path(__file__).resolve()
    for candidate in (Path("manifest.yml"), here.parents[1] / "manifest.yml", here.parents[2] / "manifest.yml"):
        if candidate.is_file():
            return candidate
    return None


def understand(manifest: Json) -> AppFacts:
    """The facts in a manifest; a part of the wrong kind is named in the error."""
    features = _part(manifest, "features")
    settings = _part(manifest, "settings")
    home = _part(features, "app_home")
    agent = features.get("agent_view", features.get("assistant_view"))
    oauth = _part(_part(manifest, "oauth_config"), "scopes")
    subscriptions = _part(settings, "event_subscriptions")
    display = _part(manifest, "display_information")
    commands = tuple(
        Command(
            command=str(item.get("command", "")),
            description=str(item.get("description", "")),
            usage_hint=str(item.get("usage_hint", "")),
            should_escape=bool(item.get("should_escape", False)),
        )
        for item in _items(features, "slash_commands")
    )
    shortcuts = tuple(
        Shortcut(
            name=str(item.get("name", "")),
            callback_id=str(item.get("callback_id", "")),
            type="message" if item.get("type") == "message" else "global",
            description=str(item.get("description", "")),
        )
        for item in _items(features, "shortcuts")
    )
    return AppFacts(
        name=str(display.get("name", "App")),
        description=str(display.get("description", "")),
        bot_name=str(_part(features, "bot_user").get("display_name", display.get("name", "App"))),
        scopes=frozenset(map(str, [*_list(oauth, "bot"), *_list(oauth, "bot_optional")])),
        events=frozenset(map(str, _list(subscriptions, "bot_events"))),
        commands=commands,
        shortcuts=shortcuts,
        functions=_part(manifest, "functions"),
        home_enabled=bool(home.get("home_tab_enabled", False)),
        messages_enabled=bool(home.get("messages_tab_enabled", False)),
        is_agent=isinstance(agent, Mapping),
        suggested_prompts=tuple(_items(agent, "suggested_prompts")) if isinstance(agent, Mapping) else (),
        interactive=bool(_part(settings, "interactivity").get("is_enabled", False)),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
    )


def _part(parent: Mapping[str, Any], key: str) -> Json:
    value = parent.get(key) or {}
    if not isinstance(value, dict):
        raise ManifestError(f"the manifest's `{key}` must be a mapping, not {type(value).__name__}")
    return value


def _list(parent: Mapping[str, Any], key: str) -> list[Any]:
    value = parent.get(key) or []
    if not isinstance(value, list):
        raise ManifestError(f"the manifest's `{key}` must be a list, not {type(value).__name__}")
    return value


def _items(parent: Mapping[str, Any], key: str) -> list[Json]:
    items = _list(parent, key)
    if not all(isinstance(item, dict) for item in items):
        raise ManifestError(f"each entry of the manifest's `{key}` must be a mapping")
    return items
