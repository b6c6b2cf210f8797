"""Steps: done once, their results replayed."""

from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import Any

from agents.core.models import Prompt
from bot.engine.context import Run
from bot.engine.usage import check_model_use, check_steps
from bot.engine.values import check_typed, from_json, to_json
from storage import jobs, journal
from storage.store import Tx


async def step(run: Run, name: str, fn: Callable[[], Awaitable[Any]], *, of: Any = None) -> Any:
    """Runs `fn` unless its result is known, and records the result."""
    run.check()
    name = run.name(name)
    what = f"Step “{name}”"
    if name in run.journal.steps:
        return from_json(run.recall(name), of, what)
    check_steps(run)
    began = monotonic()
    value = await fn()
    check_typed(value, of, what)
    result = to_json(value, what)
    also = partial(_note_instructions, run, value) if isinstance(value, Prompt) else None
    await record(run, name, result, took=monotonic() - began, also=also)
    return from_json(result, of, what)


def _note_instructions(run: Run, kept: Prompt, tx: Tx) -> None:
    """Writes down by which instructions a model works in this job: the journal keeps their text, the audit their hash."""
    tx.audit("job.instructed", actor=run.agent.name, job_id=run.id, instructions=kept.name, version=kept.version)


async def record(
    run: Run, name: str, result: Any, *, took: float = 0.0, also: Callable[[Tx], None] | None = None
) -> None:
    """Records a result, and whatever else belongs to it, in one transaction."""
    seq = run.next_seq()

    def write(tx: Tx) -> None:
        journal.record_step(tx, run.id, run.job.fence, name, seq, result, took=took)
        if also:
            also(tx)

    await run.write(write)
    run.journal.steps[name] = result


async def spend(run: Run, *, tokens: int, cost_usd: float) -> None:
    """Counts model use. Raises `BudgetExceeded` once it is more than the budget; what was used is written down first."""
    run.check()
    used = run.used
    used["tokens"] = used.get("tokens", 0) + tokens
    used["cost_usd"] = used.get("cost_usd", 0.0) + cost_usd

    def write(tx: Tx) -> None:
        journal.guard(tx, run.id, run.job.fence)
        jobs.change(tx, run.id, used=dict(used))

    await run.write(write)
    check_model_use(run)
