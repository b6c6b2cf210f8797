"""Messages to Slack, written in the transaction that caused them and sent by one sender."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from sqlalchemy import String, bindparam, delete, exists, func, insert, select, update

from agents.core.ids import JobId, OutboxId, PersonId
from agents.core.records import OutboxRecord
from storage.rows import outbox_from
from storage.store import Tx
from storage.tables import messages, outbox

Kind = Literal["post", "update", "ephemeral", "home", "session", "function", "read"]


class Urgency(IntEnum):
    """What leaves first: answers and decisions before progress, approvals before digests."""

    CRITICAL = 0
    ANSWER = 1
    ESCALATION = 2
    RESULT = 3
    PROGRESS = 5
    DIGEST = 8


def put(
    tx: Tx,
    kind: Kind,
    view: str,
    *,
    stream: str,
    urgency: Urgency,
    channel: str | None = None,
    user: PersonId | None = None,
    thread_ts: str | None = None,
    subject: str = "",
    job_id: JobId | None = None,
    not_before: float = 0.0,
    merge: bool = False,
    key: str | None = None,
    **params: Any,
) -> OutboxId:
    """Queues one Slack call. With `merge` a call of the same kind, view and subject that still waits is reused: views are
    rendered from the rows as they are at sending time, so one repaint shows everything that happened before it. With a
    `key` (40 characters at most) the same call is queued once, however often it is asked for."""
    if key is not None:
        known = tx.execute(_BY_KEY, {"known": key}).scalar()
        if known is not None:
            return OutboxId(known)
    row = {
        "key": key or secrets.token_hex(12),
        "kind": kind,
        "view": view,
        "params": params,
        "channel": channel,
        "user": user,
        "thread_ts": thread_ts,
        "subject": subject,
        "stream": stream,
        "urgency": int(urgency),
        "state": "queued",
        "not_before": max(not_before, tx.now),
        "created_at": tx.now,
        "job_id": job_id,
    }
    if merge and subject:
        same = {"about": subject, "call": kind, "shown": view, "whose": user}
        number = tx.execute(_PUT_OR_MERGE, row | same).scalar()
        if number is None:
            return OutboxId(tx.execute(_WAITING, same).scalar_one())
    else:
        number = tx.execute(_PUT, row).scalar_one()
    tx.wake("edge")
    return OutboxId(number)


_PUT = insert(outbox).returning(outbox.c.id)
_BY_KEY = select(outbox.c.id).where(outbox.c.key == bindparam("known"))
_WAITING = (
    select(outbox.c.id)
    .where(
        outbox.c.subject == bindparam("about"),
        outbox.c.state == "queued",
        outbox.c.kind == bindparam("call"),
        outbox.c.view == bindparam("shown"),
        outbox.c.user.is_not_distinct_from(bindparam("whose", type_=String)),
    )
    .limit(1)
)
_NAMES = "key kind view params channel user thread_ts subject stream urgency state not_before created_at job_id"
_GIVEN = [outbox.c[name] for name in _NAMES.split()]
_PUT_OR_MERGE = (
    insert(outbox)
    .from_select(
        [column.name for column in _GIVEN],
        select(*(bindparam(column.name, type_=column.type) for column in _GIVEN)).where(~exists(_WAITING)),
    )
    .returning(outbox.c.id)
)


def due(tx: Tx, *, limit: int = 50) -> list[OutboxRecord]:
    """Calls that may be made now, most urgent and oldest first, each the first of its stream. A call that is still
    `sending` after its `not_before` was left behind by a sender that died."""
    earlier = outbox.alias()
    waits = exists().where(
        earlier.c.stream == outbox.c.stream, earlier.c.id < outbox.c.id, earlier.c.state.in_(["queued", "sending"])
    )
    statement = (
        select(outbox)
        .where(outbox.c.state.in_(["queued", "sending"]), outbox.c.not_before <= tx.now, ~waits)
        .order_by(outbox.c.urgency, outbox.c.id)
        .limit(limit)
    )
    return [outbox_from(row) for row in tx.execute(statement)]


def find(tx: Tx, row_id: int) -> OutboxRecord | None:
    """One call, as long as it is kept."""
    row = tx.execute(select(outbox).where(outbox.c.id == row_id)).first()
    return None if row is None else outbox_from(row)


def next_due_at(tx: Tx) -> float | None:
    """When the next waiting call may be made; None when nothing waits."""
    moment: float | None = tx.execute(
        select(func.min(outbox.c.not_before)).where(outbox.c.state.in_(["queued", "sending"]))
    ).scalar()
    return moment


def take(tx: Tx, row: OutboxRecord, *, until: float) -> bool:
    """Claims a call for sending until that moment. Returns False when another sender was quicker."""
    done = tx.execute(
        update(outbox)
        .where(outbox.c.id == row.id, outbox.c.state == row.state, outbox.c.not_before == row.not_before)
        .values(state="sending", not_before=until, attempts=outbox.c.attempts + 1)
    )
    return done.rowcount == 1


def merge(tx: Tx, row: OutboxRecord, riders: Sequence[OutboxRecord]) -> list[int]:
    """Has a call carry others for good: they are never sent on their own unless `unmerge` lets them go. Returns which."""
    taken = [
        rider.id
        for rider in riders
        if tx.execute(
            update(outbox)
            .where(outbox.c.id == rider.id, outbox.c.state == "queued")
            .values(state="merged", error=f"with {row.id}")
        ).rowcount
    ]
    tx.execute(update(outbox).where(outbox.c.id == row.id).values(params={**row.params, "riders": taken}))
    return taken


def unmerge(tx: Tx, row: OutboxRecord) -> None:
    """Lets the calls that `row` carried go on their own again."""
    for number in row.params.get("riders", ()):
        rider = tx.execute(select(outbox.c.params).where(outbox.c.id == number, outbox.c.state == "merged")).first()
        if rider is not None:
            mark(tx, [number], state="queued", error=None, params={**rider.params, "alone": True})


def carried(tx: Tx, row: OutboxRecord) -> list[OutboxRecord]:
    """The calls that `row` carries, in their order."""
    ids = list(row.params.get("riders", ()))
    if not ids:
        return []
    return [
        outbox_from(found) for found in tx.execute(select(outbox).where(outbox.c.id.in_(ids)).order_by(outbox.c.id))
    ]


def orphaned(tx: Tx) -> int:
    """Makes every call that is marked as being sent due at once: to be used when no other sender can be alive."""
    done = tx.execute(update(outbox).where(outbox.c.state == "sending").values(not_before=tx.now))
    return done.rowcount


def backlog(tx: Tx) -> dict[str, int]:
    """How many calls are in each state that is not finished, and how many failed for good."""
    statement = (
        select(outbox.c.state, func.count())
        .where(outbox.c.state.in_(["queued", "sending", "failed"]))
        .group_by(outbox.c.state)
    )
    return {row[0]: row[1] for row in tx.execute(statement)}


def forget(tx: Tx, *, before: float) -> int:
    """Deletes finished calls from before that time; returns how many."""
    gone = tx.execute(
        delete(outbox).where(outbox.c.created_at < before, outbox.c.state.in_(["sent", "failed", "merged"]))
    )
    return gone.rowcount


def mark(tx: Tx, ids: Sequence[int], **values: Any) -> None:
    """Changes the state of calls."""
    tx.execute(update(outbox).where(outbox.c.id.in_(list(ids))).values(**values))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back to a question to the edge; not `answered` while it is under way."""

    answered: bool
    answer: Any = None


def answer_of(tx: Tx, row_id: OutboxId) -> Answer:
    """The answer that the edge wrote into a row of kind read."""
    row = tx.execute(select(outbox.c.state, outbox.c.answer).where(outbox.c.id == row_id)).first()
    if row is None:
        return Answer(answered=True)
    return Answer(answered=row.state not in ("queued", "sending"), answer=row.answer)


def remember(tx: Tx, *, subject: str, role: str, channel: str, ts: str) -> None:
    """Keeps where a message of ours is."""
    known = tx.execute(select(messages.c.id).where(messages.c.channel == channel, messages.c.ts == ts)).scalar()
    if known is None:
        tx.execute(insert(messages).values(subject=subject, role=role, channel=channel, ts=ts, at=tx.now))


def newest_places(tx: Tx, subjects: Sequence[str], role: str) -> dict[str, tuple[str, str]]:
    """Channel and ts of the newest message of each subject that has one in this role."""
    if not subjects:
        return {}
    statement = (
        select(messages.c.subject, messages.c.channel, messages.c.ts)
        .where(messages.c.subject.in_(list(subjects)), messages.c.role == role)
        .order_by(messages.c.id)
    )
    return {row.subject: (row.channel, row.ts) for row in tx.execute(statement)}


def places(tx: Tx, subject: str, role: str) -> list[tuple[str, str]]:
    """Channel and ts of each message that shows this subject in this role, oldest first."""
    return [(row.channel, row.ts) for row in tx.execute(_PLACES, {"about": subject, "as_what": role})]


_PLACES = (
    select(messages.c.channel, messages.c.ts)
    .where(messages.c.subject == bindparam("about"), messages.c.role == bindparam("as_what"))
    .order_by(messages.c.id)
)


def forget_place(tx: Tx, *, channel: str, ts: str) -> None:
    """Forgets a message of ours that is gone, or can no longer be changed."""
    tx.execute(delete(messages).where(messages.c.channel == channel, messages.c.ts == ts))
