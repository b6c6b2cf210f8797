"""Messages to Slack, written in the transaction that caused them and sent by one sender."""

import secrets
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Literal

from sqlalchemy import insert, select, update

from agents.core.ids import JobId, OutboxId, PersonId
from agents.core.records import OutboxRecord
from storage.rows import outbox_from
from storage.store import Tx
from storage.tables import messages, outbox

Kind = Literal["post", "update", "ephemeral", "home", "session", "read"]


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
    **params: Any,
) -> OutboxId:
    """Queues one Slack call. With `merge` a call of the same kind, view and subject that still waits is reused: views are
    rendered from the rows as they are at sending time, so one repaint shows everything that happened before it."""
    if merge and subject:
        waiting = tx.execute(
            select(outbox.c.id)
            .where(
                outbox.c.subject == subject,
                outbox.c.state == "queued",
                outbox.c.kind == kind,
                outbox.c.view == view,
                outbox.c.user.is_(user) if user is None else outbox.c.user == user,
            )
            .limit(1)
        ).scalar()
        if waiting is not None:
            return OutboxId(waiting)
    row = tx.execute(
        insert(outbox)
        .values(
            key=secrets.token_hex(12),
            kind=kind,
            view=view,
            params=params,
            channel=channel,
            user=user,
            thread_ts=thread_ts,
            subject=subject,
            stream=stream,
            urgency=int(urgency),
            state="queued",
            not_before=max(not_before, tx.now),
            created_at=tx.now,
            job_id=job_id,
        )
        .returning(outbox.c.id)
    )
    tx.wake("edge")
    return OutboxId(row.scalar_one())


def due(tx: Tx, *, limit: int = 50) -> list[OutboxRecord]:
    """Calls that may be made now, most urgent and oldest first."""
    statement = (
        select(outbox)
        .where(outbox.c.state.in_(["queued", "sending"]), outbox.c.not_before <= tx.now)
        .order_by(outbox.c.urgency, outbox.c.not_before, outbox.c.id)
        .limit(limit)
    )
    return [outbox_from(row) for row in tx.execute(statement)]


def mark(tx: Tx, ids: Sequence[int], **values: Any) -> None:
    """Changes the state of calls."""
    tx.execute(update(outbox).where(outbox.c.id.in_(list(ids))).values(**values))


def remember(tx: Tx, *, subject: str, role: str, channel: str, ts: str) -> None:
    """Keeps where a message of ours is."""
    known = tx.execute(select(messages.c.id).where(messages.c.channel == channel, messages.c.ts == ts)).scalar()
    if known is None:
        tx.execute(insert(messages).values(subject=subject, role=role, channel=channel, ts=ts, at=tx.now))


def places(tx: Tx, subject: str, role: str) -> list[tuple[str, str]]:
    """Channel and ts of each message that shows this subject in this role, oldest first."""
    statement = (
        select(messages.c.channel, messages.c.ts)
        .where(messages.c.subject == subject, messages.c.role == role)
        .order_by(messages.c.id)
    )
    return [(row.channel, row.ts) for row in tx.execute(statement)]
