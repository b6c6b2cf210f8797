"""The audit chain as it is read: checked, exported, and freed of what people wrote."""

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from agents.core.audit import sealed_hash
from agents.core.canonical import sha256
from agents.core.trace import AuditRow
from storage.chain import GENESIS
from storage.store import Tx
from storage.tables import audit, audit_texts

BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Head:
    """The newest line of the chain. Kept outside the database it is an anchor: the chain must still lead to it."""

    seq: int
    hash: str
    at: float


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What a check of the chain found. `problems` is empty when it is whole; each names the first line that is wrong."""

    lines: int
    anchors: int
    head: Head | None
    problems: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.problems


def head(tx: Tx) -> Head | None:
    """The newest line; None for an empty chain."""
    row = tx.execute(select(audit.c.seq, audit.c.hash, audit.c.at).order_by(audit.c.seq.desc()).limit(1)).first()
    return Head(seq=row.seq, hash=row.hash, at=row.at) if row else None


def rows(
    tx: Tx, *, after: int = 0, limit: int = BATCH, job_id: int | None = None, since: float | None = None
) -> list[AuditRow]:
    """Lines in order, with their texts."""
    statement = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(limit)
    if job_id is not None:
        statement = statement.where(audit.c.job_id == job_id)
    if since is not None:
        statement = statement.where(audit.c.at >= since)
    found = tx.execute(statement).all()
    texts: dict[int, dict[str, str]] = {}
    if found:
        bounds = audit_texts.c.seq.between(found[0].seq, found[-1].seq)
        for text in tx.execute(select(audit_texts.c.seq, audit_texts.c.name, audit_texts.c.text).where(bounds)):
            texts.setdefault(text.seq, {})[text.name] = text.text
    return [AuditRow(**row._mapping, texts=texts.get(row.seq, {})) for row in found]


def verify(tx: Tx, anchors: Iterable[Head] = ()) -> Verified:
    """Follows the chain from its first line to its last, and looks whether every anchor is still on it.

    An edit, a removed, added or swapped line break the chain itself; a cut tail, a rollback and a chain that was computed
    anew as a whole are found by the anchors alone. Three problems at most are told: after the first, all else follows.
    """
    problems: list[str] = []
    wanted = {anchor.seq: anchor for anchor in anchors}
    before, last = GENESIS, 0
    newest: Head | None = None
    for row in _every(tx):
        if row.seq != last + 1:
            problems.append(f"line {last + 1} is missing: line {last} is followed by line {row.seq}")
        if row.prev != before:
            problems.append(f"line {row.seq} does not follow the line before it")
        if not hmac.compare_digest(_hash(row), row.hash):
            problems.append(f"line {row.seq} was changed after it was written")
        anchor = wanted.get(row.seq)
        if anchor is not None and anchor.hash != row.hash:
            problems.append(f"line {row.seq} is not the one that was anchored: the chain was rewritten or rolled back")
        before, last = row.hash, row.seq
        newest = Head(seq=row.seq, hash=row.hash, at=row.at)
        if len(problems) >= 3:
            break
    else:
        beyond = [seq for seq in wanted if seq > last]
        if beyond:
            problems.append(
                f"the chain ends at line {last} and line {max(beyond)} was anchored: its tail was cut or it was rolled back"
            )
        problems += _texts_that_differ(tx)
    return Verified(lines=last, anchors=len(wanted), head=newest, problems=tuple(problems[:3]))


def erase_texts(tx: Tx, *, about: str | None = None, before: float | None = None) -> int:
    """Deletes what people wrote, of one person or from before a time. The chain holds only hashes of it and still
    verifies. Returns how many texts that were."""
    statement = delete(audit_texts)
    if about is not None:
        statement = statement.where(audit_texts.c.about == about)
    if before is not None:
        old = select(audit.c.seq).where(audit.c.at < before)
        statement = statement.where(audit_texts.c.seq.in_(old))
    if about is None and before is None:
        raise ValueError("say whose texts, or from before when")
    return tx.execute(statement).rowcount


def count(tx: Tx) -> int:
    """How many lines there are."""
    number: int = tx.execute(select(func.count()).select_from(audit)).scalar_one()
    return number


def _hash(row: Any) -> str:
    return sha256(
        {
            "seq": row.seq,
            "at": row.at,
            "event": row.event,
            "job_id": row.job_id,
            "actor": row.actor,
            "data": row.data,
            "prev": row.prev,
        }
    )


def _every(tx: Tx) -> Iterator[Any]:
    after = -(2**62)
    while True:
        batch: Sequence[Any] = tx.execute(
            select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(BATCH)
        ).all()
        if not batch:
            return
        yield from batch
        after = batch[-1].seq


def _texts_that_differ(tx: Tx) -> list[str]:
    """Texts beside the chain that are no longer what the chain says they were. One that is gone was erased: that is fine."""
    found = []
    statement = (
        select(audit_texts, audit.c.data).join(audit, audit.c.seq == audit_texts.c.seq).order_by(audit_texts.c.seq)
    )
    for text in tx.execute(statement):
        value: Any = text.data
        for part in text.name.split("."):
            if isinstance(value, list):
                value = value[int(part)] if part.isdigit() and int(part) < len(value) else None
            else:
                value = value.get(part) if isinstance(value, dict) else None
        if not isinstance(value, dict) or value.get("sealed") != sealed_hash(text.salt, text.text):
            found.append(f"the text of line {text.seq} ({text.name}) was changed after it was written")
    return found
