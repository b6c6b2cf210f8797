"""Effects: intended, tried, written down. Never silently tried again.

The order of writes is the promise. The intent is durable before the target hears of it, and the result is written after
it answered; so a crash in between leaves an intent without an end, and `recover` knows that the target may have acted.
"""

import asyncio
import secrets
from typing import Any

from pydantic import BaseModel

from agents.core.canonical import call_digest
from agents.core.contract import Probe, Tool
from agents.core.errors import Ambiguous, LostLease, Transient
from agents.core.failures import Failure, Happened, failure_of
from agents.core.ids import EffectId
from agents.core.job import CallOutcome, CallState
from agents.core.records import EffectRecord, EffectState, EscalationKind, EscalationRecord
from agents.core.status import WaitKind
from bot.engine.context import Run
from bot.engine.parking import park
from bot.engine.raising import as_error, remembered
from bot.engine.values import to_json
from handlers.operations import escalate
from handlers.operations.escalate import repaint
from storage import controls, escalations, journal
from storage.store import Tx

HAPPENED, RUN_IT, LEAVE_IT = "It happened", "It did not, run it", "Leave it"


def intend(
    tx: Tx,
    run: Run,
    tool: Tool[Any],
    name: str,
    args: dict[str, Any],
    *,
    approval: EscalationRecord | None,
    decider: str,
) -> EffectRecord:
    """The intent of one effect, with its audit line, in the caller's transaction. Raises `Halted` under a stop."""
    journal.guard(tx, run.id, run.job.fence)
    controls.check_halt(tx, run.agent.name)
    effect = journal.intend(
        tx,
        run.id,
        name,
        key=secrets.token_hex(16),
        tool=tool.name,
        access=tool.access,
        args=args,
        digest=call_digest(tool.name, args),
        escalation_id=approval.id if approval else None,
    )
    _audit(tx, run, "effect.intended", effect, decider=decider, approval=approval)
    return effect


async def perform(
    run: Run, tool: Tool[Any], effect: EffectRecord, args: BaseModel, approval: EscalationRecord | None
) -> CallOutcome:
    """Tries an intended effect and writes down how it ended.

    An effect that was begun is finished and written down even when the job is cancelled or late meanwhile.
    """
    task = asyncio.ensure_future(_perform(run, tool, effect, args, approval))
    run.effects_open += 1
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        if not task.done():
            await asyncio.wait({task})
        if not task.cancelled():
            task.exception()
        raise
    finally:
        run.effects_open -= 1


async def _perform(
    run: Run, tool: Tool[Any], effect: EffectRecord, args: BaseModel, approval: EscalationRecord | None
) -> CallOutcome:
    run.world.faults.point("before_effect")
    run.check()
    try:
        async with asyncio.timeout(tool.timeout.total_seconds()):
            result = await tool.run(run.context(effect.key), args)
        value = to_json(result, tool.name)
    except Exception as error:
        return await _failed(run, tool, effect, args, approval, error)
    run.world.faults.point("after_effect")
    return await finish(run, tool, effect, approval, value)


async def finish(
    run: Run, tool: Tool[Any], effect: EffectRecord, approval: EscalationRecord | None, result: Any, *, by: str = ""
) -> CallOutcome:
    """Writes down that an effect happened."""

    def write(tx: Tx) -> EffectRecord:
        journal.guard_lease(tx, run.id, run.job.fence)
        undo_until = tx.now + tool.undo_window.total_seconds() if tool.undo else None
        done = journal.settle_effect(tx, EffectId(effect.id), EffectState.DONE, result=result, undo_until=undo_until)
        if done is None:
            raise LostLease(f"The end of effect {effect.id} was written by somebody else.")
        _audit(tx, run, "effect.done", done, decider=by, approval=approval)
        _tell_card(tx, approval, "done")
        return done

    done = await run.write(write)
    run.world.faults.point("after_result")
    run.journal.effects[effect.name] = done
    return outcome_of(done, approval)


async def _failed(
    run: Run,
    tool: Tool[Any],
    effect: EffectRecord,
    args: BaseModel,
    approval: EscalationRecord | None,
    error: Exception,
) -> CallOutcome:
    failure = failure_of(error)
    if failure.happened is Happened.NO:
        await _write_failure(run, effect, EffectState.FAILED, failure, approval)
        raise as_error(failure, tool) from error
    if tool.keyed:
        await _write_failure(run, effect, EffectState.INTENDED, failure, approval)
        raise Transient(f"{tool.title} did not answer: {failure.text}", retry_after=failure.retry_after) from error
    return await find_out(run, tool, effect, args, approval, failure)


async def recover(
    run: Run, tool: Tool[Any], effect: EffectRecord, args: BaseModel, approval: EscalationRecord | None
) -> CallOutcome:
    """Goes on with an effect of which an earlier run wrote down the intent, or a failure, and no end."""
    if effect.state is EffectState.FAILED and effect.finished_at is not None and not remembered(effect).retriable:
        raise remembered(effect).error
    if effect.state is EffectState.INTENDED and not tool.keyed:
        cut = failure_of(Ambiguous(f"The worker was lost while {tool.title} was running."))
        return await find_out(run, tool, effect, args, approval, cut)
    return await again(run, tool, effect, args, approval, decider="retry")


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

    def write(tx: Tx) -> EffectRecord:
        journal.guard(tx, run.id, run.job.fence)
        controls.check_halt(tx, run.agent.name)
        intended = journal.intend_again(tx, EffectId(effect.id))
        if intended is None:
            raise LostLease(f"The end of effect {effect.id} was written by somebody else.")
        _audit(tx, run, "effect.intended", intended, decider=decider, approval=approval)
        return intended

    return await perform(run, tool, await run.write(write), args, approval)


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
            async with asyncio.timeout(tool.timeout.total_seconds()):
                found = await tool.probe(run.context(effect.key), args)
        except Exception as error:
            if failure_of(error).happened is Happened.NO:
                raise Transient(f"{tool.title} cannot be asked what happened: {error}") from error
    match found:
        case Probe.HAPPENED:
            return await finish(run, tool, effect, approval, None, by="probe")
        case Probe.DID_NOT:
            return await again(run, tool, effect, args, approval, decider="probe")
        case Probe.UNKNOWN:
            await _ask_what_happened(run, tool, effect, args, failure)
            raise Ambiguous(f"Nobody knows yet whether {tool.title} happened.")


async def _ask_what_happened(
    run: Run, tool: Tool[Any], effect: EffectRecord, args: BaseModel, failure: Failure
) -> None:
    """Marks the effect as unknown and puts one review card to people; parks the job."""

    def write(tx: Tx) -> str:
        journal.settle_effect(tx, EffectId(effect.id), EffectState.UNKNOWN, error=failure.text)
        _audit(tx, run, "effect.unknown", effect, decider="", approval=None, error=failure.text)
        opened = escalate(
            tx,
            run.job,
            run.world.policy().of(run.agent.name),
            kind=EscalationKind.EFFECT,
            name=f"review {effect.name}",
            version=1 + _earlier_reviews(run, effect),
            question=f"Did this happen? {tool.question(args)}",
            verb=tool.verb(args),
            because=f"{tool.title} was begun and its end is not known: {failure.text}",
            tool=tool.name,
            args=effect.args,
            tier=tool.tier,
            choices=(HAPPENED, RUN_IT, LEAVE_IT),
        )
        return f"escalation:{opened.id}"

    await park(run, WaitKind.PERSON, write)


def _earlier_reviews(run: Run, effect: EffectRecord) -> int:
    earlier = run.journal.escalations.get(f"review {effect.name}")
    return earlier.version if earlier else 0


async def _write_failure(
    run: Run, effect: EffectRecord, state: EffectState, failure: Failure, approval: EscalationRecord | None
) -> None:
    def write(tx: Tx) -> EffectRecord:
        journal.guard_lease(tx, run.id, run.job.fence)
        written = journal.settle_effect(tx, EffectId(effect.id), state, error=f"{failure.kind}: {failure.text}")
        _audit(tx, run, "effect.failed", effect, decider="", approval=approval, error=failure.text, kind=failure.kind)
        return effect if written is None else written

    run.journal.effects[effect.name] = await run.write(write)


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


def _tell_card(tx: Tx, approval: EscalationRecord | None, outcome: str) -> None:
    if approval is not None:
        escalations.change(tx, approval.id, outcome=outcome, outcome_at=tx.now)
        repaint(tx, approval.id)


def _audit(
    tx: Tx, run: Run, event: str, effect: EffectRecord, *, decider: str, approval: EscalationRecord | None, **more: Any
) -> None:
    """One line of a call's trace. `decider` is the policy's version, or who else let the effect run."""
    tx.audit(
        event,
        actor=run.agent.name,
        job_id=run.id,
        effect_id=effect.id,
        call=effect.name,
        tool=effect.tool,
        access=effect.access,
        args_digest=effect.digest,
        attempt=effect.attempts,
        escalation_id=approval.id if approval else None,
        decider=decider,
        **more,
    )
