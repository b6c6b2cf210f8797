"""Waiting for something to happen: what is there already counts too."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from bot.emulator import messages, views
from bot.emulator.local import LocalSlack
from bot.emulator.wire import ActError, Json

LONGEST_WAIT_S = 120.0
KINDS = ("message", "ephemeral", "view", "home", "call", "envelope")


async def wait(local: LocalSlack, wanted: Json) -> Json:
    """Wait for a message, ephemeral, view, home, call or envelope that fits `match`; 408-like when none comes."""
    kind, match = str(wanted.get("kind", "message")), wanted.get("match") or {}
    if kind not in KINDS:
        raise ActError("unknown_kind", f"One cannot wait for {kind!r}. There are: {', '.join(KINDS)}.")
    if not isinstance(match, dict):
        raise ActError("invalid_match", "`match` must be an object.")
    timeout = min(float(wanted.get("timeout", 5.0)), LONGEST_WAIT_S)
    found = await local.bulletin.until(lambda: first(local, kind, match), timeout)
    if found is None:
        raise ActError("timeout", f"No {kind} with {json.dumps(match)} came within {timeout:g} s.", timeout=True)
    return {"ok": True, "found": found}


async def wait_connected(local: LocalSlack, wanted: Json) -> Json:
    """Wait until an app has `count` sockets open (0: none)."""
    app, count = local.app(wanted.get("app")), int(wanted.get("count", 1))
    timeout = min(float(wanted.get("timeout", 10.0)), LONGEST_WAIT_S)

    def connected() -> int | None:
        there = local.sockets.open_count(app.id)
        return there if (there == 0 if count == 0 else there >= count) else None

    if await local.bulletin.until(connected, timeout) is None:
        there = local.sockets.open_count(app.id)
        raise ActError(
            "timeout", f"{app.name} has {there} sockets open, not {count}, after {timeout:g} s.", timeout=True
        )
    return {"ok": True, "connected": local.sockets.open_count(app.id)}


def first(local: LocalSlack, kind: str, match: Json, where: Callable[[Json], bool] | None = None) -> Json | None:
    """The first thing of this kind that fits."""
    for thing in _things(local, kind):
        if fits(local, thing, match) and (where is None or where(thing)):
            return thing
    return None


def fits(local: LocalSlack, thing: Json, match: Json) -> bool:
    """Whether every wish is met: `text` is contained, `after` is passed, `action_id` occurs, the rest is equal."""
    for key, wish in match.items():
        if key == "text":
            if str(wish) not in written(thing):
                return False
        elif key == "after":
            if not str(thing.get("ts", thing.get("n", ""))) > str(wish):
                return False
        elif key == "action_id":
            if f'"action_id": {json.dumps(wish)}' not in json.dumps(thing):
                return False
        elif key in ("channel", "user", "to"):
            if not _same_place(local, thing.get(key), str(wish)):
                return False
        elif _at(thing, key) != wish:
            return False
    return True


def written(thing: Any) -> str:
    """All text in a message or view."""
    if isinstance(thing, dict):
        own = [str(thing["text"])] if isinstance(thing.get("text"), str) else []
        return "\n".join([*own, *(written(value) for value in thing.values() if isinstance(value, dict | list))])
    return "\n".join(written(item) for item in thing) if isinstance(thing, list) else ""


def _things(local: LocalSlack, kind: str) -> Iterator[Json]:
    workspace = local.workspace
    if kind in ("message", "ephemeral"):
        for channel in workspace.channels.values():
            stored = channel.messages.values() if kind == "message" else channel.ephemerals
            yield from (messages.for_viewer(local, m) for m in sorted(stored, key=lambda m: m.ts))
    elif kind in ("view", "home"):
        homes = set(workspace.homes.values())
        for view in workspace.views.values():
            if (view.id in homes) == (kind == "home"):
                yield views.describe(local, view) | {"user": view.user_id}
    else:
        yield from local.record.since(0, kind)


def _same_place(local: LocalSlack, value: Any, wish: str) -> bool:
    if value == wish:
        return True
    person, channel = local.workspace.person(wish), local.workspace.conversation(wish)
    return value is not None and value in (person.id if person else None, channel.id if channel else None)


def _at(thing: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(thing, list) and part.isdigit() and int(part) < len(thing):
            thing = thing[int(part)]
        else:
            thing = thing.get(part) if isinstance(thing, dict) else None
    return thing
