"""`job.call`, begun: one transaction rules on a call and writes down what follows from it."""

from dataclasses import dataclass
from typing import Any, NoReturn, assert_never

from agents.core.contract import Tool
from agents.core.errors import ForbiddenTool
from agents.core.job import CallOutcome, CallState
from agents.core.policy import Ruling
from agents.core.records import EffectRecord, EscalationKind, EscalationRecord
from agents.core.status import WaitKind
from bot.engine import breaker
from bot.engine.context import Run
from bot.engine.effects import carry_out
from bot.engine.intents import intend
from bot.engine.outside import OutsideFailed, outside
from bot.engine.parking import leave, park_in
from bot.engine.raising import as_error
from bot.engine.ruling import Ruled, rule, use_grant
from bot.engine.wishes import Wish
from handlers.operations import escalate
from storage import escalations, journal
from storage.store import Tx

FORBIDDEN_TRIES = 3
"""Calls outside its contract that an agent may try before its job is ended."""


@dataclass(frozen=True, kw_only=True)
class Unread:
    """The record's version was not read yet: only calls that people will see need it."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The call is out of the question, for this reason."""

    because: str


NotBegun = EscalationRecord | Refused | Unread


async def begin(run: Run, wish: Wish) -> CallOutcome:
    """Makes a call that was not made before: runs it, asks people and parks, practises it, or refuses it."""
    breaker.check(run.world, wish.tool.target)
    unread = Unread() if wish.tool.version else None
    begun: CallOutcome | NotBegun = await carry_out(
        run, wish.tool, lambda tx: _begin(tx, run, wish, unread), wish.args, None
    )
    if isinstance(begun, Unread):
        version = await read_version(run, wish)
        begun = await carry_out(run, wish.tool, lambda tx: _begin(tx, run, wish, version), wish.args, None)
    match begun:
        case CallOutcome():
            return begun
        case EscalationRecord(kind=EscalationKind.SHADOW):
            run.journal.escalations[wish.name] = begun
            return CallOutcome(state=CallState.SHADOW, args=wish.given)
        case EscalationRecord():
            raise leave(run)
        case Refused(because=because):
            raise refused(run, wish.tool, because)
        case Unread():
            raise AssertionError("the version was read")
        case _:
            assert_never(begun)


def _begin(tx: Tx, run: Run, wish: Wish, version: str | Unread | None) -> EffectRecord | NotBegun:
    ruled = rule(tx, run, wish)
    if ruled.ruling is Ruling.FORBID:
        audit_refusal(tx, run, wish.tool, ruled.call.because)
        return Refused(because=ruled.call.because)
    if ruled.ruling is Ruling.ALLOW and use_grant(tx, ruled):
        propose(tx, run, wish, ruled)
        return intend(tx, run, wish.tool, wish.name, wish.given, approval=None, decider=ruled.decider)
    if isinstance(version, Unread):
        return version
    if ruled.ruling is Ruling.SHADOW:
        journal.guard(tx, run.id, run.job.fence)
        return _question(tx, run, wish, ruled, kind=EscalationKind.SHADOW, record_version=version)
    return _ask(tx, run, wish, ruled, version, replaces=None, why="")


async def ask_again(run: Run, wish: Wish, approval: EscalationRecord, version: str | None, why: str) -> NoReturn:
    """Puts a call to people once more, in place of an approval that does not hold any more, and parks the job."""
    await run.write(lambda tx: _ask(tx, run, wish, rule(tx, run, wish), version, replaces=approval, why=why))
    raise leave(run)


def _ask(
    tx: Tx, run: Run, wish: Wish, ruled: Ruled, version: str | None, *, replaces: EscalationRecord | None, why: str
) -> EscalationRecord:
    opened = _question(
        tx,
        run,
        wish,
        ruled,
        kind=EscalationKind.APPROVE,
        record_version=version,
        version=replaces.version + 1 if replaces else 1,
        because=why,
    )
    if replaces:
        escalations.change(tx, replaces.id, replaced_by=opened.id, outcome=why, outcome_at=tx.now)
    park_in(tx, run, WaitKind.PERSON, f"escalation:{opened.id}", case_type=wish.case_type or run.job.case_type)
    return opened


def _question(tx: Tx, run: Run, wish: Wish, ruled: Ruled, *, because: str = "", **values: Any) -> EscalationRecord:
    tool = wish.tool
    propose(tx, run, wish, ruled)
    return escalate(
        tx,
        run.job,
        ruled.rules,
        name=wish.name,
        question=tool.question(wish.args),
        verb=tool.verb(wish.args),
        because=because or wish.because or ruled.call.because,
        tool=tool.name,
        args=wish.given,
        record=tool.record(wish.args) if tool.record else None,
        tier=ruled.tier,
        stop=ruled.call.stop or wish.stop,
        evidence=tuple(wish.evidence),
        confidence=wish.confidence,
        case_type=wish.case_type,
        **values,
    )


def propose(tx: Tx, run: Run, wish: Wish, ruled: Ruled) -> None:
    """The first line of a call's trace."""
    tx.audit(
        "call.proposed",
        actor=run.agent.name,
        job_id=run.id,
        call=wish.name,
        tool=wish.tool.name,
        access=wish.tool.access,
        args_digest=wish.digest,
        ruling=ruled.ruling,
        because=ruled.call.because,
        mode=ruled.mode,
        policy=ruled.policy,
        grant=ruled.grant.id if ruled.grant else None,
        case_type=wish.case_type,
    )


async def read_version(run: Run, wish: Wish) -> str | None:
    """The version of the record that a call is about; None for a tool that knows none."""
    if wish.tool.version is None:
        return None
    try:
        return await outside(wish.tool.version(run.context(), wish.args), seconds=wish.tool.timeout.total_seconds())
    except OutsideFailed as failed:
        raise as_error(failed.failure, wish.tool) from failed.__cause__


async def check_contract(run: Run, tool: Tool[Any]) -> None:
    """Raises `ForbiddenTool` for a tool outside the agent's contract."""
    if tool not in run.agent.tools or tool.name in run.agent.forbidden:
        why = f"The contract of {run.agent.title} does not allow {tool.name}."
        await run.write(lambda tx: audit_refusal(tx, run, tool, why))
        raise refused(run, tool, why)


def audit_refusal(tx: Tx, run: Run, tool: Tool[Any], why: str) -> None:
    """Writes a refusal down."""
    tx.audit("call.refused", actor=run.agent.name, job_id=run.id, tool=tool.name, access=tool.access, because=why)


def refused(run: Run, tool: Tool[Any], why: str) -> BaseException:
    """The `ForbiddenTool` to raise; at the third time the job is ended, whatever its agent does about the error."""
    run.refusals += 1
    error = ForbiddenTool(f"{tool.name} was refused: {why}")
    if run.refusals >= FORBIDDEN_TRIES:
        return run.end(error)
    return error
