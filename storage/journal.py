"""What a job has done: its steps, and its effects on the world outside."""

from typing import Any

from sqlalchemy import func, insert, select, update

from agents.core.ids import EffectId, EscalationId, JobId
from agents.core.records import EffectRecord, EffectState
from storage.rows import effect_from
from storage.store import Tx
from storage.tables import effects, steps


def steps_of(tx: Tx, job_id: JobId) -> dict[str, Any]:
    """Every recorded step's result by name, in the order they were done. A recorded None is a result."""
    rows = tx.execute(select(steps.c.name, steps.c.result).where(steps.c.job_id == job_id).order_by(steps.c.seq))
    return {row.name: row.result for row in rows}


def record_step(tx: Tx, job_id: JobId, name: str, result: Any, *, took: float) -> None:
    """Records a step's result. `took` is in seconds."""
    seq = tx.execute(select(func.count()).select_from(steps).where(steps.c.job_id == job_id)).scalar_one()
    tx.execute(insert(steps).values(job_id=job_id, name=name, seq=seq, result=result, at=tx.now, took=took))


def effects_of(tx: Tx, job_id: JobId) -> dict[str, EffectRecord]:
    """Every effect of a job by the name of its call."""
    rows = tx.execute(select(effects).where(effects.c.job_id == job_id).order_by(effects.c.id))
    return {row.name: effect_from(row) for row in rows}


def effect(tx: Tx, effect_id: EffectId) -> EffectRecord | None:
    """One effect."""
    row = tx.execute(select(effects).where(effects.c.id == effect_id)).first()
    return effect_from(row) if row else None


def intend(
    tx: Tx,
    job_id: JobId,
    name: str,
    *,
    key: str,
    tool: str,
    access: str,
    args: dict[str, Any],
    digest: str,
    escalation_id: EscalationId | None,
) -> EffectId:
    """Writes down that an effect is about to be tried. Nothing happens outside before this is committed."""
    row = tx.execute(
        insert(effects)
        .values(
            job_id=job_id,
            name=name,
            key=key,
            tool=tool,
            access=access,
            args=args,
            digest=digest,
            state=EffectState.INTENDED,
            escalation_id=escalation_id,
            attempts=1,
            intended_at=tx.now,
        )
        .returning(effects.c.id)
    )
    return EffectId(row.scalar_one())


def settle_effect(tx: Tx, effect_id: EffectId, state: EffectState, **values: Any) -> bool:
    """Writes down how an effect ended, unless it was settled already. Returns whether this call settled it."""
    open_states = [EffectState.INTENDED, EffectState.UNKNOWN, EffectState.FAILED]
    done = tx.execute(
        update(effects)
        .where(effects.c.id == effect_id, effects.c.state.in_(open_states))
        .values(state=state, finished_at=tx.now, **values)
    )
    return done.rowcount == 1
