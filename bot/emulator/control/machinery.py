"""Controls over the local Slack itself: faults, sockets, deliveries, the clock, the record."""

import json
from typing import Any

from bot.emulator.faults import FAULTS
from bot.emulator.founding import empty_workspace, settle
from bot.emulator.local import LocalSlack
from bot.emulator.sockets import REASONS
from bot.emulator.wire import ActError, Json
from bot.emulator.workspace import dump


async def set_fault(local: LocalSlack, wanted: Json) -> Json:
    """Set a fault rule."""
    fault = local.faults.add(wanted, local.clock.now())
    local.record.add("fault", set=fault.describe())
    return {"ok": True, "fault": fault.describe()}


async def read_faults(local: LocalSlack, wanted: Json) -> Json:  # noqa: ARG001  the signature of every act
    """The rules in force, and the kinds there are."""
    return {"ok": True, "faults": local.faults.describe(), "kinds": FAULTS}


async def clear_faults(local: LocalSlack, wanted: Json) -> Json:
    """Remove one rule (by id) or all."""
    local.faults.clear(wanted.get("id"))
    return {"ok": True, "faults": local.faults.describe()}


async def redeliver(local: LocalSlack, wanted: Json) -> Json:
    """Send an event, command or click again: by event_id or envelope_id, or the last one."""
    identity = wanted.get("event_id") or wanted.get("envelope_id")
    again = local.deliveries.redeliver(None if wanted.get("last") else str(identity) if identity else None)
    if again is None:
        raise ActError("not_found", f"Nothing with the id {identity!r} was delivered.")
    return {"ok": True, "envelope_id": again.envelope_id, "event_id": again.event_id, "what": again.what}


async def disconnect(local: LocalSlack, wanted: Json) -> Json:
    """Announce a disconnect, or `drop` the sockets without a word."""
    app_id = local.app(wanted["app"]).id if wanted.get("app") else None
    if wanted.get("drop"):
        return {"ok": True, "connections": local.sockets.drop(app_id)}
    reason = wanted.get("reason", "refresh_requested")
    if reason not in REASONS:
        raise ActError("unknown_reason", f"There is no reason {reason!r}. There are: {', '.join(REASONS)}.")
    told = local.sockets.disconnect(app_id, reason, after=number(wanted, "after", 10.0) or 0.0)
    return {"ok": True, "connections": told}


async def set_clock(local: LocalSlack, wanted: Json) -> Json:
    """`set` (epoch seconds), `advance` (seconds), `speed` (0 freezes), `skew` (seconds from the wall clock)."""
    known = {"set": "to", "advance": "by", "speed": "speed", "skew": "skew"}
    changes = {ours: number(wanted, theirs) for theirs, ours in known.items() if theirs in wanted}
    if not changes:
        return {"ok": True, **local.clock.reading()}
    local.clock.change(**changes)
    reading = local.clock.reading()
    local.bulletin.publish({"type": "clock", **reading})
    return {"ok": True, **reading}


async def reset(local: LocalSlack, wanted: Json) -> Json:  # noqa: ARG001  the signature of every act
    """Start afresh: the seed company, no messages, no faults, no record, the wall clock."""
    local.deliveries.forget()
    local.faults.clear()
    local.rates.clear()
    local.record.clear()
    local.uploads.clear()
    local.made.clear()
    local.event_counts.clear()
    local.clock.change(skew=0.0, speed=1.0)
    local.workspace = empty_workspace()
    settle(local)
    local.bulletin.publish({"type": "reload", "reason": "the workspace was reset"})
    return {"ok": True}


async def snapshot(local: LocalSlack, wanted: Json) -> Json:  # noqa: ARG001  the signature of every act
    """Write the state to disk now; without a data folder, give it back."""
    if local.keeper.path is None:
        return {"ok": True, "state": json.loads(dump(local.workspace))}
    local.keeper.soon(local.workspace, local.deliveries)
    local.keeper.now()
    return {"ok": True, "path": str(local.keeper.path)}


async def settings(local: LocalSlack, wanted: Json) -> Json:
    """Switches: rates, ack_seconds, hourly_retries, hourly_events."""
    if "rates" in wanted:
        local.rates.on = bool(wanted["rates"])
        local.rates.clear()
    if "ack_seconds" in wanted:
        local.deliveries.ack_seconds = number(wanted, "ack_seconds", 3.0) or 3.0
    if "hourly_retries" in wanted:
        local.deliveries.hourly_retries = bool(wanted["hourly_retries"])
    if "hourly_events" in wanted:
        local.hourly_events = int(number(wanted, "hourly_events", 30_000) or 0)
    return {
        "ok": True, "rates": local.rates.on, "ack_seconds": local.deliveries.ack_seconds,
        "hourly_retries": local.deliveries.hourly_retries, "hourly_events": local.hourly_events,
    }  # fmt: skip


def number(wanted: Json, name: str, default: float | None = None) -> float | None:
    """A number in a control request."""
    value: Any = wanted.get(name, default)
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError) as error:
        raise ActError("invalid_number", f"`{name}` must be a number, not {value!r}.") from error
