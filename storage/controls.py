"""Switches that people set and that survive a restart: the stop of everything, the pauses of agents."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, text

from agents.core.errors import Halted
from agents.core.ids import PersonId
from agents.core.people import SYSTEM
from storage.dialects import insert_new, upsert
from storage.store import Tx
from storage.tables import controls

STOP = "stop"
PAUSE = "pause:"

_POSTGRES_LOCK = 0x53544F50
"""Effects begin under it in common, a halt is set under it alone: so a halt waits until no beginning is half way."""


def put(tx: Tx, name: str, value: Any, *, by: PersonId) -> None:
    """Sets a switch, over any earlier value."""
    upsert(tx, controls, ["name"], {"name": name, "value": value, "by": by, "at": tx.now})


def once(tx: Tx, name: str, *, by: PersonId = SYSTEM) -> bool:
    """Sets a mark that something was done; False when it was set already."""
    return insert_new(tx, controls, ["name"], {"name": name, "value": True, "by": by, "at": tx.now})


def drop(tx: Tx, name: str) -> bool:
    """Takes a switch away. Returns whether it was set."""
    return tx.execute(delete(controls).where(controls.c.name == name)).rowcount == 1


def set_at(tx: Tx, name: str) -> float | None:
    """When a switch was set last; None when it is not."""
    at: float | None = tx.execute(_SET_AT, {"switch": name}).scalar()
    return at


_SET_AT = select(controls.c.at).where(controls.c.name == bindparam("switch"))


def all_of(tx: Tx, prefix: str = "") -> dict[str, Any]:
    """Every switch whose name begins with `prefix`, as name -> {value, by, at}."""
    rows = tx.execute(select(controls).where(controls.c.name.startswith(prefix, autoescape=True)))
    return {row.name: {"value": row.value, "by": row.by, "at": row.at} for row in rows}


def halt(tx: Tx, name: str, *, reason: str, by: PersonId) -> bool:
    """Sets `STOP` or a pause. Once it is committed no effect begins. Returns False when it was set already."""
    if tx.dialect == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
    if name in all_of(tx, name):
        return False
    put(tx, name, {"reason": reason}, by=by)
    return True


_HALTS = select(controls.c.name, controls.c.by).where(controls.c.name.in_([bindparam("stop"), bindparam("pause")]))


def check_halt(tx: Tx, agent: str, *, flag: Path | None = None) -> None:
    """Raises `Halted` while everything is stopped or this agent is paused, or the file `flag` is there.

    To be called in the transaction that writes an effect's intent: then a halt that was confirmed before is seen.
    """
    if flag is not None and flag.exists():
        raise Halted(f"The file {flag.name} stops everything: nothing new is done until it is removed.")
    if tx.dialect == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": _POSTGRES_LOCK})
    row = tx.execute(_HALTS, {"stop": STOP, "pause": PAUSE + agent}).first()
    if row is None:
        return
    if row.name == STOP:
        raise Halted("Everything is stopped: nothing new is done until an operator resumes.")
    raise Halted(f"{agent} is paused: nothing new is done until it is resumed.")


A_HALT = or_(controls.c.name == STOP, controls.c.name.startswith(PAUSE, autoescape=True))
"""The switches that stop everything, or an agent."""

_ALL_HALTS = select(controls.c.name).where(A_HALT)


@dataclass(frozen=True, kw_only=True)
class Halts:
    """What people stopped: everything, or single agents by name."""

    stopped: bool = False
    paused: frozenset[str] = frozenset()


def halts(tx: Tx) -> Halts:
    """The stops and pauses in force."""
    names = tx.execute(_ALL_HALTS).scalars()
    found = set(names)
    return Halts(stopped=STOP in found, paused=frozenset(name.removeprefix(PAUSE) for name in found if name != STOP))
