"""Scenarios: what people did, taken from the record, and done again in another workspace.

Timestamps and view ids differ from run to run, so an export names things by what they are:
`{"$message": {channel, author, to, nth}}`, `{"$view": {user, callback_id, nth}}`, `{"$dm": [one, other]}`.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.emulator.control.reads import whole
from bot.emulator.local import LocalSlack
from bot.emulator.wire import ActError, Json

Run = Callable[[str, Json], Any]
NOT_REPLAYED = frozenset({"install", "uninstall"})


async def export(local: LocalSlack, wanted: Json) -> Json:
    """The acts in the record after entry `since`, and the whole traffic beside them."""
    since = whole(wanted, "since", 0)
    entries = local.record.since(since)
    acts = [e for e in entries if e["kind"] == "act" and e["answer"] and e["answer"].get("ok")]
    start = acts[0]["at"] if acts else 0.0
    names = _names(local)
    steps = [
        {"after_s": round(e["at"] - start, 3), "act": e["act"], "wanted": _aliased(e["wanted"], names)}
        for e in acts if e["act"] not in NOT_REPLAYED
    ]  # fmt: skip
    return {"ok": True, "scenario": {"version": 1, "acts": steps}, "traffic": entries}


async def replay(local: LocalSlack, wanted: Json, run: Run) -> Json:
    """Do a scenario again: at once, or with `pace` 1 in its own time. Stops at the first act that cannot be done."""
    scenario = wanted.get("scenario")
    acts = scenario.get("acts") if isinstance(scenario, dict) else None
    if not isinstance(acts, list):
        raise ActError("invalid_scenario", "`scenario` must be an object with `acts`, as export gives it.")
    pace, timeout = float(wanted.get("pace", 0.0)), float(wanted.get("timeout", 10.0))
    offset = len(local.made)
    done: list[Json] = []
    began = local.clock.ticks()
    for number, step in enumerate(acts):
        wait = float(step.get("after_s", 0.0)) * pace - (local.clock.ticks() - began)
        if pace > 0 and wait > 0:
            await asyncio.sleep(wait)
        try:
            answer = await run(str(step["act"]), await _resolved(local, step["wanted"], offset, timeout))
        except ActError as refusal:
            raise ActError(
                "replay_failed", f"Act {number + 1} ({step['act']}): {refusal.detail}", done=done
            ) from refusal
        done.append({"act": step["act"], "acked": answer.get("acked"), "ack_ms": answer.get("ack_ms")})
    return {"ok": True, "done": done}


def _names(local: LocalSlack) -> dict[str, Json]:
    counts: dict[str, int] = {}
    names: dict[str, Json] = {}
    for made in local.made:
        key = repr(sorted((k, v) for k, v in made.items() if k != "id"))
        counts[key] = counts.get(key, 0) + 1
        kind = "$view" if "callback_id" in made else "$message"
        names[made["id"]] = {kind: {k: v for k, v in made.items() if k != "id"} | {"nth": counts[key]}}
    for channel in local.workspace.channels.values():
        if channel.is_im:
            names[channel.id] = {"$dm": list(channel.members)}
    return names


def _aliased(value: Any, names: dict[str, Json]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: _aliased(inner, names) for key, inner in value.items()}
    return [_aliased(item, names) for item in value] if isinstance(value, list) else value


async def _resolved(local: LocalSlack, value: Any, offset: int, timeout: float) -> Any:
    if isinstance(value, dict):
        for kind in ("$message", "$view"):
            if set(value) == {kind}:
                return await _await(local, value[kind], offset, timeout)
        if set(value) == {"$dm"}:
            one, other = [*value["$dm"], value["$dm"][0]][:2]
            return local.workspace.open_direct(one, other, local.clock.now()).id
        return {key: await _resolved(local, inner, offset, timeout) for key, inner in value.items()}
    return [await _resolved(local, item, offset, timeout) for item in value] if isinstance(value, list) else value


async def _await(local: LocalSlack, wish: Json, offset: int, timeout: float) -> str:
    wanted, nth = {k: v for k, v in wish.items() if k != "nth"}, int(wish.get("nth", 1))
    if "channel" in wanted and isinstance(wanted["channel"], str) and not wanted["channel"].startswith("D"):
        wanted["channel"] = local.where(wanted["channel"]).id

    def find() -> str | None:
        matching = [m["id"] for m in local.made[offset:] if all(m.get(k) == v for k, v in wanted.items())]
        return matching[nth - 1] if len(matching) >= nth else None

    found = await local.bulletin.until(find, timeout)
    if found is None:
        raise ActError("timeout", f"{wish} did not appear within {timeout:g} s.", timeout=True)
    return found
