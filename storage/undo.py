"""Effects that somebody wants taken back."""

from sqlalchemy import select, update

from agents.core.errors import NotFound
from agents.core.ids import EffectId, PersonId
from agents.core.records import EffectRecord
from storage.rows import effect_from
from storage.store import Tx
from storage.tables import effects


def find(tx: Tx, effect_id: EffectId) -> EffectRecord:
    """One effect. Raises `NotFound`."""
    row = tx.execute(select(effects).where(effects.c.id == effect_id)).first()
    if row is None:
        raise NotFound(f"There is no effect {effect_id}.")
    return effect_from(row)


def ask(tx: Tx, effect_id: EffectId, *, by: PersonId) -> bool:
    """Marks an effect to be taken back. Returns False when somebody asked before, or it is too late."""
    done = tx.execute(
        update(effects)
        .where(
            effects.c.id == effect_id,
            effects.c.state == "done",
            effects.c.undo_asked_at.is_(None),
            effects.c.undo_until > tx.now,
        )
        .values(undo_asked_by=by, undo_asked_at=tx.now)
    )
    return done.rowcount == 1


def asked(tx: Tx, *, limit: int = 50) -> list[EffectRecord]:
    """Effects that wait to be taken back, oldest wish first."""
    rows = tx.execute(
        select(effects)
        .where(effects.c.undo_asked_at.is_not(None), effects.c.state == "done")
        .order_by(effects.c.undo_asked_at)
        .limit(limit)
    )
    return [effect_from(row) for row in rows]


def mark_undone(tx: Tx, effect_id: EffectId) -> bool:
    """Writes down that an effect was taken back. Returns False when it was before."""
    done = tx.execute(
        update(effects)
        .where(effects.c.id == effect_id, effects.c.state == "done")
        .values(state="undone", undone_by=effects.c.undo_asked_by)
    )
    return done.rowcount == 1


def give_up(tx: Tx, effect_id: EffectId) -> None:
    """Forgets the wish: taking it back did not work, and somebody may ask again."""
    tx.execute(update(effects).where(effects.c.id == effect_id).values(undo_asked_by=None, undo_asked_at=None))
