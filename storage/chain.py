"""The audit chain: every line carries the hash of the line before it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select, text

from agents.core.canonical import sha256
from storage.store import AuditEntry, Tx
from storage.tables import audit, audit_texts

GENESIS = "0" * 64
"""The hash that the first line refers to."""

_POSTGRES_LOCK = 0x43414C4D  # any constant will do, as long as every writer uses the same


def link(seq: int, entry: AuditEntry, prev: str) -> dict[str, Any]:
    """The row for `entry` at place `seq`: its hash covers everything in it and the hash before it."""
    row = {
        "seq": seq,
        "at": entry.at,
        "event": entry.event,
        "job_id": entry.job_id,
        "actor": entry.actor,
        "data": entry.data,
        "prev": prev,
    }
    return {**row, "hash": sha256(row)}


_LAST = select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
_ADD = insert(audit)
_ADD_TEXTS = insert(audit_texts)


def append(tx: Tx, entries: Sequence[AuditEntry]) -> None:
    """Writes lines to the end of the chain. On Postgres writers queue up for the rest of their transaction."""
    if not entries:
        return
    if tx.dialect == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    last = tx.execute(_LAST).first()
    seq, prev = (last.seq, last.hash) if last else (0, GENESIS)
    rows: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    for entry in entries:
        seq += 1
        row = link(seq, entry, prev)
        prev = row["hash"]
        rows.append(row)
        texts += [{"seq": seq, **asdict(text)} for text in entry.texts]
    tx.execute(_ADD, rows)
    if texts:
        tx.execute(_ADD_TEXTS, texts)
