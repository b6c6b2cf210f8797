"""Tools that only read: their answers are recorded like steps, so that a replay sees the same world."""

from time import monotonic

from agents.core.errors import FailureClass
from agents.core.job import CallOutcome, CallState
from agents.core.policy import Ruling, rule_call
from bot.engine import breaker
from bot.engine.calls import audit_refusal, refused
from bot.engine.context import Run
from bot.engine.outside import OutsideFailed, outside
from bot.engine.raising import as_error
from bot.engine.steps import record
from bot.engine.values import to_json
from bot.engine.wishes import Wish


async def read_tool(run: Run, wish: Wish) -> CallOutcome:
    """Calls a reading tool, once. The policy may forbid even that."""
    tool, step = wish.tool, f"read {wish.name}"
    if step in run.journal.steps:
        return CallOutcome(state=CallState.DONE, args=wish.given, result=run.recall(step))
    rules = run.world.policy().of(run.agent.name)
    ruled = rule_call(run.agent, tool, mode=run.agent.mode, stop=wish.stop, rules=rules, args=wish.given)
    if ruled.ruling is Ruling.FORBID:
        await run.write(lambda tx: audit_refusal(tx, run, tool, ruled.because))
        raise refused(run, tool, ruled.because)
    breaker.check(run.world, tool.target)
    run.calls_made += 1
    began = monotonic()
    try:
        answer = await outside(tool.run(run.context(), wish.args), seconds=tool.timeout.total_seconds())
    except OutsideFailed as failed:
        failure = failed.failure
        if failure.kind is FailureClass.TRANSIENT:
            await run.write(lambda tx: breaker.failed(tx, run.world, tool.target, failure))
        raise breaker.blame(run.world, tool.target, as_error(failure, tool)) from failed.__cause__
    result = to_json(answer, tool.name)
    await record(
        run, step, result, took=monotonic() - began, also=lambda tx: breaker.got_through(tx, run.world, tool.target)
    )
    return CallOutcome(state=CallState.DONE, args=wish.given, result=result)
