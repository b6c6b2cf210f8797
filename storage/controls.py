"""Switches that people set and that survive a restart."""

from typing import Any

from sqlalchemy import delete, select

from agents.core.ids import PersonId
from storage.dialects import upsert
from storage.store import Tx
from storage.tables import controls


def put(tx: Tx, name: str, value: Any, *, by: PersonId) -> None:
    """Sets a switch, over any earlier value."""
    upsert(tx, controls, ["name"], {"name": name, "value": value, "by": by, "at": tx.now})


def drop(tx: Tx, name: str) -> bool:
    """Takes a switch away. Returns whether it was set."""
    return tx.execute(delete(controls).where(controls.c.name == name)).rowcount == 1


def all_of(tx: Tx, prefix: str = "") -> dict[str, Any]:
    """Every switch whose name begins with `prefix`, as name -> {value, by, at}."""
    rows = tx.execute(select(controls).where(controls.c.name.startswith(prefix, autoescape=True)))
    return {row.name: {"value": row.value, "by": row.by, "at": row.at} for row in rows}
