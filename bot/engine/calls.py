"""`job.call`: from what the agent wants to a ruling, a question or an effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from pydantic import BaseModel, ValidationError

from agents.core.canonical import sha256
from agents.core.contract import Tool
from agents.core.errors import BudgetExceeded, ForbiddenTool, InvalidInput
from agents.core.job import CallOutcome, CallState, Evidence, StopReason
from agents.core.records import EscalationKind, EscalationRecord
from agents.core.status import WaitKind
from bot.engine.context import Run
from bot.engine.parking import park
from bot.engine.ruling import Ruled
from handlers.operations import escalate
from storage import escalations, journal
from storage.store import Tx

FORBIDDEN_TRIES = 3
"""Calls outside its contract that an agent may try before its job is ended."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One call as the agent wants it: nothing of it runs before it was ruled on, and where people decide what runs is
    what they were shown, not this."""

    tool: Tool[Any]
    name: str
    args: BaseModel
    given: dict[str, Any]
    because: str
    stop: StopReason | None
    evidence: Sequence[Evidence]
    confidence: float | None
    case_type: str

    @property
    def digest(self) -> str:
        return sha256({"tool": self.tool.name, "args": self.given})


def read_args(tool: Tool[Any], args: dict[str, Any]) -> BaseModel:
    """The arguments in the tool's own type. Raises `InvalidInput` naming each argument that does not fit."""
    try:
        checked: BaseModel = tool.args.model_validate(args)
        return checked
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'arguments'}: {e['msg']}" for e in error.errors())
        raise InvalidInput(f"{tool.name} cannot be called like this: {problems}.") from error


async def check_contract(run: Run, tool: Tool[Any]) -> None:
    """Raises `ForbiddenTool` for a tool outside the agent's contract; after three tries the job is ended."""
    if tool in run.agent.tools and tool.name not in run.agent.forbidden:
        return
    await refuse(run, tool, "not in the contract")


async def refuse(run: Run, tool: Tool[Any], why: str) -> NoReturn:
    """Writes a refusal down, and raises `ForbiddenTool`."""
    run.refusals += 1
    await run.write(lambda tx: tx.audit("call.refused", actor=run.agent.name, job_id=run.id, tool=tool.name, why=why))
    error = ForbiddenTool(f"{run.agent.title} may not use {tool.name}: {why}.")
    if run.refusals >= FORBIDDEN_TRIES:
        run.end(error)
    raise error


def check_calls(run: Run) -> None:
    """Raises `BudgetExceeded` when one more call would be one too many."""
    run.calls += 1
    if run.calls > run.agent.budget.tool_calls:
        raise BudgetExceeded(f"J{run.id} has used up its {run.agent.budget.tool_calls} tool calls.")


async def ask_people(
    run: Run,
    wish: Wish,
    ruled: Ruled,
    *,
    record_version: str | None,
    replaces: EscalationRecord | None = None,
    why: str = "",
) -> None:
    """Puts a call to people and parks the job, in one transaction."""

    def write(tx: Tx) -> str:
        propose(tx, run, wish, ruled)
        opened = escalate(
            tx,
            run.job,
            ruled.rules,
            kind=EscalationKind.APPROVE,
            version=replaces.version + 1 if replaces else 1,
            record_version=record_version,
            **question(wish, ruled, why or wish.because or ruled.call.because),
        )
        if replaces:
            escalations.change(tx, replaces.id, replaced_by=opened.id, outcome=why, outcome_at=tx.now)
        return f"escalation:{opened.id}"

    await park(run, WaitKind.PERSON, write, case_type=wish.case_type or run.job.case_type)


async def shadow(run: Run, wish: Wish, ruled: Ruled, *, record_version: str | None) -> CallOutcome:
    """Writes down what would have been done, for people to compare. Nothing runs and nobody is waited for."""

    def write(tx: Tx) -> EscalationRecord:
        journal.guard(tx, run.id, run.job.fence)
        propose(tx, run, wish, ruled)
        return escalate(
            tx,
            run.job,
            ruled.rules,
            kind=EscalationKind.SHADOW,
            record_version=record_version,
            **question(wish, ruled, wish.because or ruled.call.because),
        )

    run.journal.escalations[wish.name] = await run.write(write)
    return CallOutcome(state=CallState.SHADOW, args=wish.given)


def question(wish: Wish, ruled: Ruled, because: str) -> dict[str, Any]:
    """The words and values of a question about this call."""
    tool = wish.tool
    return {
        "name": wish.name,
        "question": tool.question(wish.args),
        "verb": tool.verb(wish.args),
        "because": because,
        "tool": tool.name,
        "args": wish.given,
        "record": tool.record(wish.args) if tool.record else None,
        "tier": ruled.tier,
        "stop": ruled.call.stop or wish.stop,
        "evidence": tuple(wish.evidence),
        "confidence": wish.confidence,
        "case_type": wish.case_type,
    }


def propose(tx: Tx, run: Run, wish: Wish, ruled: Ruled) -> None:
    """The first line of a call's trace."""
    tx.audit(
        "call.proposed",
        actor=run.agent.name,
        job_id=run.id,
        call=wish.name,
        tool=wish.tool.name,
        access=wish.tool.access,
        digest=wish.digest,
        ruling=ruled.ruling,
        mode=ruled.mode,
        policy=ruled.policy,
        because=ruled.call.because,
        case_type=wish.case_type,
    )
