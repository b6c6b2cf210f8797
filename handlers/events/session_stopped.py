"""Slack's own Stop button on an agent session."""

from typing import Any

from agents.core.people import Person
from handlers.deciding import heard
from handlers.deps import Delivery, Deps
from handlers.events.stopping import candidates, stop
from handlers.replies import whisper
from storage import envelopes
from storage.store import Tx


async def handle_session_stopped(event: dict[str, Any], deps: Deps, actor: Person | None, delivery: Delivery) -> None:
    """Stops the jobs of the session's thread, by the rights of whoever pressed."""
    channel = str(event.get("channel_id") or event.get("channel") or "")
    thread_ts = event.get("thread_ts")
    if actor is None or not channel or not thread_ts:
        await deps.store.write(lambda tx: envelopes.handled(tx, delivery.id))
        return
    hearing = await heard(deps, actor)
    said_at = float(event.get("event_ts") or 0) or deps.clock.now()

    def work(tx: Tx) -> None:
        for job in candidates(tx, hearing.person, channel=channel, thread_ts=str(thread_ts), said_at=said_at):
            reply = stop(tx, deps, hearing.person, [job])
            whisper(tx, reply, hearing.person.id, channel=channel, thread_ts=str(thread_ts))
        envelopes.handled(tx, delivery.id)

    await deps.store.write(work)
