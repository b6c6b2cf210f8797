"""Intents: that an effect is about to be tried, durable before its target hears of it."""

import secrets
from typing import Any

from agents.core.audit import Personal
from agents.core.canonical import call_digest
from agents.core.contract import Tool
from agents.core.errors import LostLease
from agents.core.failures import Failure
from agents.core.ids import EffectId
from agents.core.records import EffectRecord, EscalationRecord
from bot.engine import breaker
from bot.engine.context import Run
from storage import controls, journal
from storage.store import Tx


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
    """The intent of a first attempt, in the caller's transaction. Raises `Halted` under a stop, and `Transient` while
    the target is given a rest."""
    journal.guard(tx, run.id, run.job.fence)
    controls.check_halt(tx, run.agent.name)
    breaker.check_in(tx, run.world, tool.target)
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
    audit_effect(tx, run, "effect.intended", effect, decider=decider, approval=approval)
    return effect


def retry_intent(
    tx: Tx,
    run: Run,
    effect: EffectRecord,
    *,
    target: str,
    approval: EscalationRecord | None,
    decider: str,
    **values: Any,
) -> EffectRecord:
    """The intent of one more attempt at an effect under the key that it has."""
    journal.guard(tx, run.id, run.job.fence)
    controls.check_halt(tx, run.agent.name)
    breaker.check_in(tx, run.world, target)
    intended = journal.intend_again(tx, EffectId(effect.id), **values)
    if intended is None:
        raise LostLease(f"The end of effect {effect.id} was written by somebody else.")
    audit_effect(tx, run, "effect.intended", intended, decider=decider, approval=approval)
    return intended


def audit_effect(
    tx: Tx,
    run: Run,
    event: str,
    effect: EffectRecord,
    *,
    decider: str,
    approval: EscalationRecord | None,
    error: Failure | None = None,
) -> None:
    """One line of a call's trace. `decider` is who let the effect run: a person, the policy's version, a probe."""
    more: dict[str, Any] = {}
    if error is not None:
        more = {"failure": error.kind, "error": Personal(text=error.text, about=run.job.requester)}
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
        escalation_id=approval.id if approval else effect.escalation_id,
        approval_digest=approval.digest if approval else None,
        decider=decider,
        **more,
    )
