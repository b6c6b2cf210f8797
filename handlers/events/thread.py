"""Somebody wrote into a thread: a stop, an answer to a question about details, or nothing for us."""

from typing import Any

from agents.core.people import Person
from handlers import operations
from handlers.commands.words import unescaped
from handlers.deciding import heard
from handlers.deps import Delivery, Deps
from handlers.events.stopping import candidates, is_stop, stop
from handlers.replies import whisper
from storage import envelopes, threads
from storage.store import Tx


async def read_thread(event: dict[str, Any], text: str, deps: Deps, actor: Person, delivery: Delivery) -> None:
    """Nothing here decides anything: only a button or a typed command does."""
    channel, thread_ts = str(event.get("channel")), str(event.get("thread_ts"))
    if is_stop(text):
        await stop_here(event, deps, actor, delivery)
        return

    def work(tx: Tx) -> None:
        take_answer(tx, actor, text, channel=channel, thread_ts=thread_ts)
        envelopes.handled(tx, delivery.id)

    await deps.store.write(work)


def take_answer(tx: Tx, actor: Person, text: str, *, channel: str, thread_ts: str) -> bool:
    """Whether the asker of a job answered here what somebody wanted to know before deciding."""
    taken = False
    for job in threads.open_jobs(tx, channel=channel, thread_ts=thread_ts, before=tx.now):
        if job.requester != actor.id:
            continue
        for escalation in operations.open_for_job(tx, job.id):
            taken |= operations.answer_details(tx, escalation.id, by=actor.id, answer=unescaped(text))
    return taken


async def stop_here(event: dict[str, Any], deps: Deps, actor: Person, delivery: Delivery) -> None:
    """A stop in the thread of a job. In a thread that is none of ours it means nothing to us, so nothing is said."""
    channel, thread_ts = str(event.get("channel")), str(event.get("thread_ts"))
    hearing = await heard(deps, await deps.people.person(actor.id))
    said_at = float(event.get("ts") or 0) or deps.clock.now()

    def work(tx: Tx) -> None:
        found = candidates(tx, hearing.person, channel=channel, thread_ts=thread_ts, said_at=said_at)
        if found:
            whisper(tx, stop(tx, deps, hearing.person, found), hearing.person.id, channel=channel, thread_ts=thread_ts)
        envelopes.handled(tx, delivery.id)

    await deps.store.write(work)
