"""Everything the control API offers, as Python methods: the same whether the local Slack runs here or elsewhere."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from bot.emulator.wire import Json

Where = Callable[[Json], bool]


class Acts(ABC):
    """Acting as people, changing the world, misbehaving, reading and waiting. `who` is a user id or a name.

    Every method raises ActError with the reason when it cannot be done; waits raise it with code "timeout".
    """

    @abstractmethod
    async def act(self, name: str, /, **wanted: Any) -> Json:
        """Any control command by its name."""

    async def say(self, who: str, channel: str, text: str, **more: Any) -> str:
        """Write a message (`thread_ts`, `raw`, `files`); returns its ts."""
        answer = await self.act("say", **{"as": who}, channel=channel, text=text, **more)
        return str(answer["ts"])

    async def command(self, who: str, channel: str, line: str) -> Json:
        """Send a slash command with its text; `{acked, ack_ms, response?}`."""
        name, _, text = line.partition(" ")
        return await self.act("command", **{"as": who}, channel=channel, command=name, text=text)

    async def click(self, who: str, place: Json | str, action_id: str, value: Any = None, **more: Any) -> Json:
        """Press or choose. `place` is a message or view as read from here, or a view id; `{acked, ack_ms}`."""
        if value is not None:
            more["value"] = value
        return await self.act("action", **{"as": who}, **at(place), action_id=action_id, **more)

    async def options(self, who: str, place: Json | str, action_id: str, typed: str = "") -> list[Json]:
        """What an external select offers for what was typed."""
        answer = await self.act("options", **{"as": who}, **at(place), action_id=action_id, value=typed)
        return list(answer["options"])

    async def submit(self, who: str, view: Json | str, values: Json | None = None) -> Json:
        """Submit a modal; `values` by block_id, plainly or in full; `{acked, errors?, view?}`."""
        return await self.act("submit", **{"as": who}, **at(view), values=values or {})

    async def close_view(self, who: str, view: Json | str, *, clear: bool = False) -> Json:
        """Close a modal or, with `clear`, the whole stack."""
        return await self.act("close", **{"as": who}, **at(view), clear=clear)

    async def shortcut(self, who: str, callback_id: str) -> Json:
        """Run a global shortcut."""
        return await self.act("shortcut", **{"as": who}, callback_id=callback_id)

    async def message_shortcut(self, who: str, callback_id: str, message: Json) -> Json:
        """Run a shortcut on a message."""
        return await self.act("message_shortcut", **{"as": who}, callback_id=callback_id, **at(message))

    async def open_home(self, who: str, *, tab: str = "home", app: str | None = None) -> Json:
        """Open the app's Home or Messages tab."""
        return await self.act("open_home", **{"as": who}, tab=tab, **({"app": app} if app else {}))

    async def react(self, who: str, message: Json, name: str, *, remove: bool = False) -> Json:
        """React to a message."""
        return await self.act("react", **{"as": who}, **at(message), name=name, remove=remove)

    async def stop_session(self, who: str, channel: str, thread_ts: str) -> Json:
        """Press the native Stop button of an agent session."""
        return await self.act("stop", **{"as": who}, channel=channel, thread_ts=thread_ts)

    async def open_dm(self, who: str, other: str) -> str:
        """Open a direct conversation; returns its id."""
        return str((await self.act("open_dm", **{"as": who}, user=other))["channel"])

    async def messages(
        self, channel: str, *, viewer: str = "ana", thread_ts: str | None = None, limit: int = 200
    ) -> list[Json]:
        """A conversation or thread as `viewer` sees it, oldest first."""
        more = {"thread_ts": thread_ts} if thread_ts else {}
        answer = await self.act("messages", **{"as": viewer}, channel=channel, limit=limit, **more)
        return list(answer["messages"])

    async def home(self, who: str) -> Json | None:
        """Somebody's published App Home."""
        view: Json | None = (await self.act("home", **{"as": who}))["view"]
        return view

    async def views(self, who: str) -> list[Json]:
        """Somebody's open modals, the top one last."""
        return list((await self.act("views", **{"as": who}))["views"])

    async def traffic(self, since: int = 0, only: str = "") -> list[Json]:
        """The record after entry `since`; `only` calls, envelopes, acts ..."""
        return list((await self.act("traffic", since=since, only=only, limit=100_000))["entries"])

    async def calls(self, method: str | None = None, since: int = 0) -> list[Json]:
        """API calls in the record, of one method if so wished."""
        return [e for e in await self.traffic(since, "call") if method in (None, e["method"])]

    async def fault(self, kind: str, match: Json | None = None, **more: Any) -> Json:
        """Set a fault: one-shot unless `times`, `probability` (with `seed`) or `for_seconds` is given."""
        return dict((await self.act("faults", kind=kind, match=match or {}, **more))["fault"])

    async def clear_faults(self) -> None:
        """Remove every fault."""
        await self.act("clear_faults")

    async def redeliver(self, event_id: str | None = None) -> Json:
        """Send something again: by event_id or envelope_id, or the last delivery."""
        return await self.act("redeliver", **({"event_id": event_id} if event_id else {"last": True}))

    async def disconnect(self, reason: str = "refresh_requested", **more: Any) -> int:
        """Announce a disconnect on every socket; returns how many there were."""
        return int((await self.act("disconnect", reason=reason, **more))["connections"])

    async def drop_sockets(self) -> int:
        """Reset every socket without a word."""
        return int((await self.act("disconnect", drop=True))["connections"])

    async def clock(self, **change: float) -> float:
        """Read or change the clock (`advance`, `set`, `speed`, `skew`); returns its time."""
        return float((await self.act("clock", **change))["now"])

    async def wait(self, kind: str, *, timeout: float = 5.0, **match: Any) -> Json:
        """Wait for a message, ephemeral, view, home, call or envelope; returns it."""
        answer = await self.act("wait", kind=kind, match={k: v for k, v in match.items() if v is not None},
                                timeout=timeout)  # fmt: skip
        return dict(answer["found"])

    async def wait_message(
        self, channel: str | None = None, *, text: str | None = None, thread_ts: str | None = None,
        user: str | None = None, after: str | None = None, action_id: str | None = None, timeout: float = 5.0,
    ) -> Json:  # fmt: skip
        """Wait for a message that contains `text`, came `after` a ts, holds an `action_id` ..."""
        return await self.wait("message", channel=channel, text=text, thread_ts=thread_ts, user=user, after=after,
                               action_id=action_id, timeout=timeout)  # fmt: skip

    async def wait_ephemeral(self, to: str, *, text: str | None = None, timeout: float = 5.0, **match: Any) -> Json:
        """Wait for something shown to one person only."""
        return await self.wait("ephemeral", to=to, text=text, timeout=timeout, **match)

    async def wait_view(self, who: str, *, callback_id: str | None = None, timeout: float = 5.0, **match: Any) -> Json:
        """Wait for a modal of somebody."""
        return await self.wait("view", user=who, callback_id=callback_id, timeout=timeout, **match)

    async def wait_home(self, who: str, *, text: str | None = None, timeout: float = 5.0) -> Json:
        """Wait for somebody's App Home."""
        return await self.wait("home", user=who, text=text, timeout=timeout)

    async def wait_call(self, method: str, *, after: int = 0, timeout: float = 5.0, **match: Any) -> Json:
        """Wait for a call of the Web API that was answered."""
        return await self.wait("call", method=method, timeout=timeout, **match) if not after else await self.wait(
            "call", method=method, after=after, timeout=timeout, **match)  # fmt: skip

    async def export(self, since: int = 0) -> Json:
        """What people did so far, as a scenario that can be replayed, with the traffic."""
        return await self.act("export", since=since)

    async def replay(self, scenario: Json, **how: Any) -> Json:
        """Do a scenario again (`pace` 1 for its own time)."""
        return await self.act("replay", scenario=scenario, **how)

    async def reset(self) -> None:
        """Start afresh with the seed company."""
        await self.act("reset")

    async def wait_connected(self, count: int = 1, *, timeout: float = 10.0) -> None:
        """Wait until the app has this many sockets open."""
        await self.act("wait_connected", count=count, timeout=timeout)


def at(place: Json | str) -> Json:
    """Where a message or view is, as control commands say it."""
    if isinstance(place, str):
        return {"view_id": place}
    if "ts" in place:
        return {"channel": place["channel"], "ts": place["ts"]}
    return {"view_id": place["id"]}
