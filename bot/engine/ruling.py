"""What the policy says to one call of this job."""

from dataclasses import dataclass
from typing import Any

from agents.core.contract import Mode, Tier, Tool
from agents.core.job import StopReason
from agents.core.policy import AgentPolicy, CallRuling, Ruling, is_sampled, rule_call
from bot.engine.context import Run


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """A ruling and what it rests on: the mode of this case type, and the version of the policy."""

    call: CallRuling
    mode: Mode
    rules: AgentPolicy
    policy: str

    @property
    def ruling(self) -> Ruling:
        return self.call.ruling

    @property
    def tier(self) -> Tier:
        return self.call.tier


async def rule(
    run: Run,
    tool: Tool[Any],
    name: str,
    args: dict[str, Any],
    *,
    stop: StopReason | None,
    confidence: float | None,
    case_type: str,
) -> Ruled:
    """Whether a call may run alone, needs people, is only compared, or is out of the question."""
    policy = run.world.policy()
    rules = policy.of(run.agent.name)
    mode = _mode(run, rules, case_type)
    call = rule_call(
        run.agent,
        tool,
        mode=mode,
        stop=stop,
        rules=rules,
        args=args,
        confidence=confidence,
        failures=run.job.failures,
        sampled=is_sampled(run.id, name, rules.autonomy.sample),
    )
    return Ruled(call=call, mode=mode, rules=rules, policy=policy.version)


def _mode(run: Run, rules: AgentPolicy, case_type: str) -> Mode:
    case = rules.cases.get(case_type)
    return (case.mode if case else None) or rules.mode or run.agent.mode
