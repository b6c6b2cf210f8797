"""What the person who asked hears from a job: where its messages go, that it waits for other people, and how that ended."""

from dataclasses import dataclass
from typing import Any

from agents.core.ids import PersonId, user_of
from agents.core.people import is_operator_id
from agents.core.records import EscalationKind, EscalationRecord, JobRecord
from storage import jobs
from storage.outbox import Urgency, put
from storage.store import Tx

ATTENDED = frozenset({"command", "dialog", "direct", "mention", "shortcut", "reaction"})
"""Doors behind which a person waits to hear how it goes."""

ASKED = ATTENDED | {"message", "workflow"}
"""Doors behind which a person stands at all, unlike a schedule."""

WRITTEN = frozenset({"direct", "mention", "message"})
"""Doors where the asker wrote the message that the job answers, and so follows its thread."""

SETTLING_SECONDS = 3.0
"""The first word to the asker waits so long: the card is up by then and can be linked, and a quick answer is told alone."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where messages of a job go: into a channel, at a thread if there is one, or to a person directly."""

    channel: str | None = None
    thread_ts: str | None = None
    user: PersonId | None = None


def room_of(job: JobRecord) -> Room | None:
    """Where the job was asked for; the asker's direct messages when that was outside any conversation, such as from the
    Home tab. None where nobody waits for it."""
    source = job.source
    if source.channel:
        return Room(channel=source.channel, thread_ts=source.thread_ts or source.ts)
    if source.kind in ATTENDED and _in_slack(job.requester):
        return Room(user=job.requester)
    return None


def asker_room(job: JobRecord, escalation: EscalationRecord) -> Room | None:
    """Where to tell the asker about a question to others: directly, or where they talk with the bot anyway. None when they
    need no word: nobody asked, or the card hangs in their own thread."""
    source = job.source
    if escalation.kind in (EscalationKind.SHADOW, EscalationKind.PROMOTE):
        return None
    if source.kind not in ASKED or not _in_slack(escalation.requester):
        return None
    thread = source.thread_ts or source.ts
    here = (escalation.channel, escalation.thread_ts) == (source.channel, thread)
    if source.kind in WRITTEN and thread and here:
        return None
    if source.channel and source.channel.startswith("D"):
        return Room(channel=source.channel, thread_ts=thread, user=escalation.requester)
    return Room(user=escalation.requester)


def tell_waiting(tx: Tx, escalation: EscalationRecord) -> None:
    """Queues the word that a job waits for others. It is not said to somebody who may answer the question themselves."""
    _tell(tx, escalation, "pending_note", wait=SETTLING_SECONDS)


def tell_outcome(tx: Tx, escalation: EscalationRecord, job: JobRecord | None = None) -> None:
    """Queues the word how a question ended, in the terms of its card. `job` is the one it belongs to, where it is at hand."""
    _tell(tx, escalation, "outcome", job=job)


def _tell(tx: Tx, escalation: EscalationRecord, view: str, *, job: JobRecord | None = None, wait: float = 0.0) -> None:
    room = asker_room(_root(tx, job or jobs.get(tx, escalation.job_id)), escalation)
    if room is None:
        return
    say_in(tx, room, view, about=f"asker:{escalation.id}", not_before=tx.now + wait, escalation_id=escalation.id)


def say_in(tx: Tx, room: Room, view: str, *, about: str, **params: Any) -> None:
    """Queues a message for a room; those `about` one thing keep their order."""
    put(
        tx,
        "post",
        view,
        channel=room.channel,
        thread_ts=room.thread_ts,
        user=room.user,
        stream=about,
        urgency=Urgency.RESULT,
        subject=about,
        **params,
    )


def _root(tx: Tx, job: JobRecord) -> JobRecord:
    """The job that somebody asked for, above those that it started."""
    while job.parent_id is not None:
        job = jobs.get(tx, job.parent_id)
    return job


def _in_slack(person: PersonId) -> bool:
    return user_of(person)[:1] in ("U", "W") and not is_operator_id(person)
