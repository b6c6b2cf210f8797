"""What the policy says to one call of this job, by the rows as they are in this transaction."""

from dataclasses import dataclass

from agents.core.autonomy import starting_mode
from agents.core.contract import Mode, Tier
from agents.core.policy import AgentPolicy, CallRuling, Ruling, is_sampled, rule_call
from bot.engine.context import Run
from bot.engine.wishes import Wish
from storage import autonomy
from storage.store import Tx


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


def rule(tx: Tx, run: Run, wish: Wish) -> Ruled:
    """Whether a call may run alone, needs people, is only compared, or is out of the question."""
    policy = run.world.policy()
    rules = policy.of(run.agent.name)
    given = autonomy.level(tx, run.agent.name, wish.case_type)
    mode = given.mode if given else starting_mode(rules, wish.case_type, run.agent.mode)
    call = rule_call(
        run.agent,
        wish.tool,
        mode=mode,
        stop=wish.stop,
        rules=rules,
        args=wish.given,
        confidence=wish.confidence,
        failures=run.job.failures,
        sampled=is_sampled(run.id, wish.name, rules.autonomy.sample),
    )
    return Ruled(call=call, mode=mode, rules=rules, policy=policy.version)
