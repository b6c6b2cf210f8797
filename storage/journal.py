"""What a job has done: its steps, and its effects on the world outside.

Every write names the fence under which the job was taken up. A worker that lost the job finds its write refused, in the
same statement that would have written.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn

from sqlalchemy import (
    JSON,
    BindParameter,
    Float,
    Integer,
    String,
    bindparam,
    delete,
    false,
    func,
    insert,
    literal_column,
    select,
    update,
)

from agents.core.errors import CancelAsked, LostLease
from agents.core.ids import EffectId, EscalationId, JobId
from agents.core.records import DecisionRecord, EffectRecord, EffectState, EscalationRecord, Verdict
from storage.rows import decision_from, effect_from, escalation_from
from storage.store import Tx
from storage.tables import Id, decisions, effects, escalations, jobs, steps


@dataclass
class Journal:
    """All that one job has recorded: results of steps, effects, and the newest escalation of each call, by name."""

    steps: dict[str, Any] = field(default_factory=dict)
    effects: dict[str, EffectRecord] = field(default_factory=dict)
    escalations: dict[str, EscalationRecord] = field(default_factory=dict)
    ballots: dict[EscalationId, list[DecisionRecord]] = field(default_factory=dict)

    def seal(self) -> None:
        """Failures that might have been tried again are final now."""
        for name, effect in self.effects.items():
            if effect.state is EffectState.FAILED and effect.finished_at is None:
                self.effects[name] = replace(effect, finished_at=effect.intended_at)

    def __bool__(self) -> bool:
        return bool(self.steps or self.effects or self.escalations)


def read(tx: Tx, job_ids: Sequence[JobId]) -> dict[JobId, Journal]:
    """The journals of these jobs, in three statements."""
    found = {job_id: Journal() for job_id in job_ids}
    if not found:
        return found
    ids = {"ids": list(found)}
    for row in tx.execute(_STEPS, ids):
        found[JobId(row.job_id)].steps[row.name] = row.result
    for row in tx.execute(_EFFECTS, ids):
        found[JobId(row.job_id)].effects[row.name] = effect_from(row)
    for row in tx.execute(_ESCALATIONS, ids):
        found[JobId(row.job_id)].escalations[row.name] = escalation_from(row)
    unused = {
        asked.id: journal
        for journal in found.values()
        for asked in journal.escalations.values()
        if asked.verdict is Verdict.APPROVED and asked.used_at is None
    }
    if unused:
        for escalation_id, votes in ballots(tx, list(unused)).items():
            unused[escalation_id].ballots[escalation_id] = votes
    return found


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_STEPS = select(steps.c.job_id, steps.c.name, steps.c.result).where(steps.c.job_id.in_(_IDS)).order_by(steps.c.seq)
_BALLOTS = (
    select(decisions)
    .join(escalations, escalations.c.id == decisions.c.escalation_id)
    .where(
        decisions.c.escalation_id.in_(_IDS),
        decisions.c.version == escalations.c.version,
        decisions.c.verdict == "approved",
    )
    .order_by(decisions.c.id)
)
_EFFECTS = select(effects).where(effects.c.job_id.in_(_IDS)).order_by(effects.c.id)
_ESCALATIONS = select(escalations).where(escalations.c.job_id.in_(_IDS)).order_by(escalations.c.id)


def guard(tx: Tx, job_id: JobId, fence: int) -> None:
    """Raises `LostLease` or `CancelAsked` unless the job runs under this fence and nobody cancelled it."""
    if guard_lease(tx, job_id, fence):
        raise CancelAsked(f"J{job_id} was cancelled.")


def guard_lease(tx: Tx, job_id: JobId, fence: int) -> bool:
    """Raises `LostLease` unless the job runs under this fence; returns whether somebody cancelled it. For writing down
    what happened already, which a cancelled job does too."""
    row = tx.execute(_GUARD, {"job": job_id}).first()
    if row is None or row.status != "running" or row.fence != fence:
        raise LostLease(f"J{job_id} belongs to another worker now.")
    return bool(row.cancel_asked)


_GUARD = select(jobs.c.status, jobs.c.fence, jobs.c.cancel_asked).where(jobs.c.id == bindparam("job")).with_for_update()
"""On Postgres the row is locked too: nobody takes the job away between this look and the write that follows."""

_RECORD_STEP = insert(steps).from_select(
    ["job_id", "name", "seq", "result", "at", "took"],
    select(
        bindparam("job", type_=Id),
        bindparam("name", type_=String),
        bindparam("seq", type_=Integer),
        bindparam("result", type_=JSON),
        bindparam("now", type_=Float),
        bindparam("took", type_=Float),
    )
    .where(
        jobs.c.id == bindparam("job", type_=Id),
        jobs.c.fence == bindparam("fence", type_=Integer),
        jobs.c.status == literal_column("'running'"),
        jobs.c.cancel_asked == false(),
    )
    .with_for_update(),
)


def record_step(tx: Tx, job_id: JobId, fence: int, name: str, seq: int, result: Any, *, took: float = 0.0) -> None:
    """Records a step's result. `took` is in seconds. Raises `LostLease` or `CancelAsked`."""
    done = tx.execute(
        _RECORD_STEP,
        {"job": job_id, "fence": fence, "name": name, "seq": seq, "result": result, "now": tx.now, "took": took},
    )
    if done.rowcount != 1:
        _refused(tx, job_id, fence)


def _refused(tx: Tx, job_id: JobId, fence: int) -> NoReturn:
    guard(tx, job_id, fence)
    raise LostLease(f"J{job_id} could not write its journal.")


def ballots(tx: Tx, ids: Sequence[EscalationId]) -> dict[EscalationId, list[DecisionRecord]]:
    """Who approved the version of these questions that was decided, in order."""
    found: dict[EscalationId, list[DecisionRecord]] = {one: [] for one in ids}
    for row in tx.execute(_BALLOTS, {"ids": list(ids)}):
        found[EscalationId(row.escalation_id)].append(decision_from(row))
    return found


def steps_of(tx: Tx, job_id: JobId) -> dict[str, Any]:
    """Every recorded step's result by name, in the order they were done. A recorded None is a result."""
    rows = tx.execute(select(steps.c.name, steps.c.result).where(steps.c.job_id == job_id).order_by(steps.c.seq))
    return {row.name: row.result for row in rows}


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
) -> EffectRecord:
    """Writes down that an effect is about to be tried. Nothing happens outside before this is committed."""
    row = {
        "job_id": job_id,
        "name": name,
        "key": key,
        "tool": tool,
        "access": access,
        "args": args,
        "digest": digest,
        "state": EffectState.INTENDED,
        "escalation_id": escalation_id,
        "attempts": 1,
        "intended_at": tx.now,
    }
    return effect_from(tx.execute(_INTEND, row).one())


_INTEND = insert(effects).returning(*effects.c)


def size(tx: Tx, job_id: JobId) -> int:
    """How far a job got: its recorded steps, and its effects that have an end."""
    done = select(func.count()).where(steps.c.job_id == job_id)
    ended = select(func.count()).where(effects.c.job_id == job_id, effects.c.finished_at.is_not(None))
    return int(tx.execute(done).scalar_one()) + int(tx.execute(ended).scalar_one())


def forget_steps(tx: Tx, job_id: JobId, fence: int) -> None:
    """Forgets the recorded steps of a job that starts over. Its effects, and what people answered, stay."""
    guard(tx, job_id, fence)
    tx.execute(delete(steps).where(steps.c.job_id == job_id))


def seal(tx: Tx, job_id: JobId) -> None:
    """Makes failures final that might have been tried again: the agent went on without these effects."""
    tx.execute(
        update(effects)
        .where(effects.c.job_id == job_id, effects.c.state == EffectState.FAILED, effects.c.finished_at.is_(None))
        .values(finished_at=tx.now)
    )


def intend_again(tx: Tx, effect_id: EffectId, **values: Any) -> EffectRecord | None:
    """Marks one more attempt at an effect that did not happen, or whose target does a repeated key only once. `values`
    are columns that a new approval changes. Returns None when it was settled meanwhile."""
    row = tx.execute(
        update(effects)
        .where(effects.c.id == effect_id, effects.c.state.in_(_OPEN))
        .values(
            state=EffectState.INTENDED,
            attempts=effects.c.attempts + 1,
            intended_at=tx.now,
            finished_at=None,
            error=None,
            **values,
        )
        .returning(*effects.c)
    ).first()
    return effect_from(row) if row else None


_OPEN = [EffectState.INTENDED, EffectState.UNKNOWN, EffectState.FAILED]


def settle_effect(tx: Tx, effect_id: EffectId, state: EffectState, **values: Any) -> EffectRecord | None:
    """Writes down how an effect ended. Returns None when it was settled already: an end is written once. A failure with
    `finished_at=None` may be tried again."""
    row = tx.execute(_SETTLE, {"number": effect_id, "state": state, "finished_at": tx.now, **values}).first()
    return effect_from(row) if row else None


_SETTLE = update(effects).where(effects.c.id == bindparam("number"), effects.c.state.in_(_OPEN)).returning(*effects.c)


def open_effects(tx: Tx, job_id: JobId) -> list[EffectRecord]:
    """Effects of a job that were begun and whose end nobody wrote down."""
    rows = tx.execute(
        select(effects)
        .where(effects.c.job_id == job_id, effects.c.state == EffectState.INTENDED)
        .order_by(effects.c.id)
    )
    return [effect_from(row) for row in rows]
