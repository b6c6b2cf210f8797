"""What recurs, and which of its slots were served."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from agents.core.errors import NotFound
from agents.core.ids import PersonId
from agents.core.schedule import Change, Schedule, Slot
from agents.core.spec import read_spec
from storage.dialects import insert_new
from storage.store import Tx
from storage.tables import audit, schedules, slots

KEPT_CHANGES = 20
"""Changes of one schedule that are kept beside it; the audit has all of them."""


def add(
    tx: Tx,
    *,
    kind: str,
    name: str,
    channel: str | None,
    spec: str,
    timezone: str,
    owner: PersonId,
    params: dict[str, Any],
) -> Schedule:
    """Adds a schedule that begins now: slots before this moment are not its own."""
    row = tx.execute(
        insert(schedules)
        .values(
            kind=kind,
            name=name,
            channel=channel,
            spec=spec,
            timezone=timezone,
            params=params,
            enabled=True,
            owner=owner,
            created_at=tx.now,
            done_until=tx.now,
            history=[],
        )
        .returning(*schedules.c)
    ).one()
    return _from(row)


def get(tx: Tx, schedule_id: int) -> Schedule:
    """One schedule. Raises `NotFound`."""
    row = tx.execute(select(schedules).where(schedules.c.id == schedule_id)).first()
    if row is None:
        raise NotFound(f"There is no D{schedule_id} any more, or there never was.")
    return _from(row)


def exists(tx: Tx, schedule_id: int) -> bool:
    """Whether it is there."""
    return tx.execute(select(schedules.c.id).where(schedules.c.id == schedule_id)).first() is not None


def all_of(tx: Tx, *, kind: str | None = None, channel: str | None = None) -> list[Schedule]:
    """Every schedule, oldest first."""
    statement = select(schedules).order_by(schedules.c.id)
    if kind is not None:
        statement = statement.where(schedules.c.kind == kind)
    if channel is not None:
        statement = statement.where(schedules.c.channel == channel)
    return [_from(row) for row in tx.execute(statement)]


def served(tx: Tx, schedule: Schedule, newest: Slot) -> None:
    """Writes down up to which slot everything was run or called missed; nothing when somebody changed the schedule since it
    was read, because then it goes on from that moment."""
    tx.execute(
        update(schedules)
        .where(schedules.c.id == schedule.id, schedules.c.version == schedule.version)
        .values(done_until=newest.at, last_slot=newest.name)
    )


def amend(tx: Tx, schedule: Schedule, by: PersonId, what: str, **values: Any) -> bool:
    """Changes what a person wants changed, and keeps who did and what. Returns False when it changed since it was read."""
    change = Change(version=schedule.version + 1, by=by, at=tx.now, what=what)
    kept = [*schedule.history, change][-KEPT_CHANGES:]
    return (
        tx.execute(
            update(schedules)
            .where(schedules.c.id == schedule.id, schedules.c.version == schedule.version)
            .values(version=change.version, history=[asdict(one) for one in kept], **values)
        ).rowcount
        == 1
    )


def removal(tx: Tx, schedule_id: int) -> tuple[str, str, float] | None:
    """Who removed it: its name, the person, when. From the audit, since the row is gone."""
    rows = tx.execute(select(audit).where(audit.c.event == "schedule.removed").order_by(audit.c.seq.desc()))
    found = next((row for row in rows if row.data.get("schedule_id") == schedule_id), None)
    return (str(found.data.get("name", "")), found.actor, found.at) if found else None


def remove(tx: Tx, schedule_id: int) -> bool:
    """Takes a schedule and its slots away. Returns whether it was there."""
    tx.execute(delete(slots).where(slots.c.schedule_id == schedule_id))
    return tx.execute(delete(schedules).where(schedules.c.id == schedule_id)).rowcount == 1


def settle(tx: Tx, schedule_id: int, slot: Slot, state: str) -> bool:
    """Writes down what became of a slot: `sent` or `missed`, once. Returns False when somebody else did already."""
    row = {"schedule_id": schedule_id, "slot": slot.name, "state": state, "at": tx.now}
    return insert_new(tx, slots, ["schedule_id", "slot"], row)


def newest_sent(tx: Tx, schedule_id: int, *, before: str) -> str | None:
    """The last slot before that one that was sent."""
    sent = select(func.max(slots.c.slot)).where(
        slots.c.schedule_id == schedule_id, slots.c.state == "sent", slots.c.slot < before
    )
    return tx.execute(sent).scalar()


def release_slots(tx: Tx, schedule_id: int, *, since: str) -> None:
    """Forgets what became of slots from that local time on: in a new time zone their names come again."""
    tx.execute(delete(slots).where(slots.c.schedule_id == schedule_id, slots.c.slot >= since))


def slots_of(tx: Tx, schedule_id: int) -> dict[str, str]:
    """Slot -> what became of it, for one schedule."""
    rows = tx.execute(select(slots).where(slots.c.schedule_id == schedule_id).order_by(slots.c.slot))
    return {row.slot: row.state for row in rows}


def forget_slots(tx: Tx, *, before: float) -> int:
    """Deletes slots settled before that time; returns how many."""
    return tx.execute(delete(slots).where(slots.c.at < before)).rowcount


def _from(row: Row[Any]) -> Schedule:
    return Schedule(
        id=row.id,
        kind=row.kind,
        name=row.name,
        channel=row.channel,
        spec=read_spec(row.spec),
        timezone=row.timezone,
        owner=PersonId(row.owner),
        enabled=row.enabled,
        created_at=row.created_at,
        done_until=row.done_until,
        last_slot=row.last_slot,
        params=row.params,
        version=row.version,
        history=tuple(Change(**one) for one in row.history),
    )
