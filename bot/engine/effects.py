"""Effects: intended, tried, written down. Never silently tried again.

The order of writes is the promise. The intent is durable before the target hears of it, and the result is written after
it answered; so a crash in between leaves an intent without an end, and `recover` knows that the target may have acted.
"""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from pydantic import BaseModel

from agents.core.contract import Probe, Tool
from agents.core.errors import Ambiguous, FailureClass, InvalidInput, LostLease, Transient
from agents.core.failures import Failure, Happened, failure_of
from agents.core.ids import EffectId
from agents.core.job import CallOutcome, CallState
from agents.core.records import EffectRecord, EffectState, EscalationRecord
from agents.core.status import WaitKind
from bot.engine import breaker
from bot.engine.context import Run
from bot.engine.intents import audit_effect, retry_intent
from bot.engine.outside import OutsideFailed, outside
from bot.engine.parking import park
from bot.engine.raising import as_error
from bot.engine.values import to_json
from handlers.operations.escalate import repaint
from handlers.operations.review import open_review
from storage import escalations, journal
from storage.store import Tx

R = TypeVar("R")

STORE_PATIENCE = 60.0
"""Seconds for which the end of an effect waits for a database that cannot store it just now."""


async def carry_out(
    run: Run,
    tool: Tool[Any],
    intend: Callable[[Tx], EffectRecord | R],
    args: BaseModel,
    approval: EscalationRecord | None,
) -> CallOutcome | R:
    """Commits an intent and carries it out; returns what `intend` returned when that is no effect.

    Whoever cancels the job in between waits: an effect that was begun is finished and written down, and one whose intent
    was stored but that was not begun is written down as such.
    """
    task = asyncio.ensure_future(_intend_and_perform(run, tool, intend, args, approval))
    run.effects_open += 1
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        run.cut = True
        while not task.done():
            await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
        raise
    finally:
        run.effects_open -= 1


async def _intend_and_perform(
    run: Run,
    tool: Tool[Any],
    intend: Callable[[Tx], EffectRecord | R],
    args: BaseModel,
    approval: EscalationRecord | None,
) -> CallOutcome | R:
    sure_until = monotonic() + run.world.lease
    begun = await run.write(intend)
    if not isinstance(begun, EffectRecord):
        return begun
    run.journal.effects[begun.name] = begun
    run.world.faults.point("after_intent")
    if run.cut or run.left is not None:
        await _not_begun(run, begun, "The job was interrupted before this began.")
    if monotonic() >= sure_until:
        raise run.leave(LostLease(f"J{run.id} stood still for longer than its lease, so another worker may have it."))
    run.calls_made += 1
    try:
        result = await outside(tool.run(run.context(begun.key), args), seconds=tool.timeout.total_seconds())
    except OutsideFailed as failed:
        return await _failed(run, tool, begun, args, approval, failed)
    run.world.faults.point("after_effect")
    return await finish(run, tool, begun, approval, _as_json(result, tool))


async def _not_begun(run: Run, effect: EffectRecord, why: str) -> None:
    await _write_failure(run, effect, failure_of(Transient(why)), None, retriable=True)
    run.check()
    raise asyncio.CancelledError


async def finish(
    run: Run, tool: Tool[Any], effect: EffectRecord, approval: EscalationRecord | None, result: Any, *, by: str = ""
) -> CallOutcome:
    """Writes down that an effect happened, and waits for a database that cannot store that just now."""

    def write(tx: Tx) -> EffectRecord:
        journal.guard_lease(tx, run.id, run.job.fence)
        undo_until = tx.now + tool.undo_window.total_seconds() if tool.undo else None
        done = journal.settle_effect(tx, EffectId(effect.id), EffectState.DONE, result=result, undo_until=undo_until)
        if done is None:
            raise LostLease(f"The end of effect {effect.id} was written by somebody else.")
        audit_effect(tx, run, "effect.done", done, decider=by, approval=approval)
        _tell_card(tx, approval, "done")
        breaker.got_through(tx, run.world, tool.target)
        return done

    done = await _patiently(run, write)
    run.world.faults.point("after_result")
    run.journal.effects[effect.name] = done
    return outcome_of(done, approval)


async def _patiently(run: Run, write: Callable[[Tx], EffectRecord]) -> EffectRecord:
    until = monotonic() + STORE_PATIENCE
    while True:
        try:
            return await run.write_end(write)
        except Transient:
            if monotonic() > until:
                raise
            await asyncio.sleep(0.5)


async def _failed(
    run: Run,
    tool: Tool[Any],
    effect: EffectRecord,
    args: BaseModel,
    approval: EscalationRecord | None,
    failed: OutsideFailed,
) -> CallOutcome:
    failure = failed.failure
    if failure.happened is Happened.NO:
        await _write_failure(run, effect, failure, approval, target=tool.target)
        raise breaker.blame(run.world, tool.target, as_error(failure, tool)) from failed.__cause__
    if tool.keyed:
        await _write_cut(run, effect, failure, approval, target=tool.target)
        cut = Transient(f"{tool.title} did not answer: {failure.text}", retry_after=failure.retry_after)
        raise breaker.blame(run.world, tool.target, cut) from failed.__cause__
    return await find_out(run, tool, effect, args, approval, failure)


async def find_out(
    run: Run,
    tool: Tool[Any],
    effect: EffectRecord,
    args: BaseModel,
    approval: EscalationRecord | None,
    failure: Failure,
) -> CallOutcome:
    """An effect whose end nobody knows: the target is asked where it can be, else a person. Never a blind retry."""
    found = Probe.UNKNOWN
    if tool.probe is not None:
        try:
            found = await outside(tool.probe(run.context(effect.key), args), seconds=tool.timeout.total_seconds())
        except OutsideFailed as error:
            if run.probes < PROBES:
                run.probes += 1
                raise Transient(f"{tool.title} cannot be asked what happened: {error}", retry_after=5) from error
    match found:
        case Probe.HAPPENED:
            return await finish(run, tool, effect, approval, None, by="probe")
        case Probe.DID_NOT:
            await _write_failure(run, effect, failure, approval, retriable=True)
            raise Transient(f"{tool.title} did not happen: {failure.text}", retry_after=failure.retry_after)
        case Probe.UNKNOWN:
            await park(run, WaitKind.PERSON, lambda tx: _unknown(tx, run, tool, effect, args, failure))
            raise Ambiguous(f"Nobody knows yet whether {tool.title} happened.")


PROBES = 1
"""Failed probes in one run before a person is asked; a run that ends so is tried again with patience."""


def _unknown(tx: Tx, run: Run, tool: Tool[Any], effect: EffectRecord, args: BaseModel, failure: Failure) -> str:
    """Marks an effect as unknown and puts its one review card to people."""
    journal.guard(tx, run.id, run.job.fence)
    unknown = journal.settle_effect(
        tx, EffectId(effect.id), EffectState.UNKNOWN, error=f"{failure.kind}: {failure.text}"
    )
    if unknown is None:
        raise LostLease(f"The end of effect {effect.id} was written by somebody else.")
    audit_effect(tx, run, "effect.unknown", unknown, decider="", approval=None, error=failure)
    breaker.failed(tx, run.world, tool.target, failure)
    review = open_review(
        tx,
        run.world.policy(),
        run.job,
        unknown,
        question=f"Did this happen? {tool.question(args)}",
        verb=tool.verb(args),
        because=f"{tool.title} was begun, and its end is not known: {failure.text}",
        tier=tool.tier,
        can_run=True,
    )
    return f"escalation:{review.id}"


async def _write_failure(
    run: Run,
    effect: EffectRecord,
    failure: Failure,
    approval: EscalationRecord | None,
    *,
    retriable: bool = False,
    target: str | None = None,
) -> None:
    """Writes down that an effect did not happen. It may be tried again after a transient failure, as long as the agent
    has not gone on without it."""
    again = retriable or failure.kind is FailureClass.TRANSIENT

    def write(tx: Tx) -> EffectRecord:
        journal.guard_lease(tx, run.id, run.job.fence)
        written = journal.settle_effect(
            tx,
            EffectId(effect.id),
            EffectState.FAILED,
            error=f"{failure.kind}: {failure.text}",
            **({"finished_at": None} if again else {}),
        )
        audit_effect(tx, run, "effect.failed", effect, decider="", approval=approval, error=failure)
        if not again:
            _tell_card(tx, approval, f"failed: {failure.text}")
        if target is not None:
            breaker.failed(tx, run.world, target, failure)
        return effect if written is None else written

    run.journal.effects[effect.name] = await run.write_end(write)
    if again:
        run.unsealed = True


async def _write_cut(
    run: Run, effect: EffectRecord, failure: Failure, approval: EscalationRecord | None, *, target: str
) -> None:
    """Writes down that a call was cut off; its target does a repeated key only once, so it stays intended."""

    def write(tx: Tx) -> None:
        journal.guard_lease(tx, run.id, run.job.fence)
        audit_effect(tx, run, "effect.cut", effect, decider="", approval=approval, error=failure)
        breaker.failed(tx, run.world, target, failure)

    await run.write_end(write)


async def again(
    run: Run,
    tool: Tool[Any],
    effect: EffectRecord,
    args: BaseModel,
    approval: EscalationRecord | None,
    *,
    decider: str,
) -> CallOutcome:
    """One more attempt under the same key: the effect did not happen, or its target does a repeated key only once."""
    breaker.check(run.world, tool.target)
    return await carry_out(
        run,
        tool,
        lambda tx: retry_intent(tx, run, effect, target=tool.target, approval=approval, decider=decider),
        args,
        approval,
    )


def outcome_of(effect: EffectRecord, approval: EscalationRecord | None) -> CallOutcome:
    """What the agent is told about an effect that has an end."""
    if effect.state is EffectState.SKIPPED:
        return CallOutcome(state=CallState.TAKEN_OVER, args=effect.args, reason=effect.error or "")
    return CallOutcome(
        state=CallState.DONE,
        args=effect.args,
        result=effect.result,
        edited=bool(approval and approval.edits is not None),
        by=approval.decided_by if approval else None,
    )


def _as_json(result: Any, tool: Tool[Any]) -> Any:
    """A tool's result for the journal. It did its work, so a result that JSON cannot hold is kept in words."""
    try:
        return to_json(result, tool.name)
    except InvalidInput:
        return {"result": str(result)[:1000]}


def _tell_card(tx: Tx, approval: EscalationRecord | None, outcome: str) -> None:
    if approval is not None:
        escalations.change(tx, approval.id, outcome=outcome[:500], outcome_at=tx.now)
        repaint(tx, approval.id)
