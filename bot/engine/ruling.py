"""What the policy says to one call of this job, by the rows as they are in this transaction."""

from dataclasses import dataclass

from agents.core.contract import Mode, Tier
from agents.core.policy import AgentPolicy, CallRuling, Ruling, is_sampled, rule_call
from agents.core.undoing import UNDO
from bot.engine.context import Run
from bot.engine.wishes import Wish
from handlers.operations import granted, mode_of
from storage import grants
from storage.grants import Grant
from storage.store import Tx


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """A ruling and what it rests on: the mode of this case type, the version of the policy, a permission in advance."""

    call: CallRuling
    mode: Mode
    rules: AgentPolicy
    policy: str
    grant: Grant | None = None

    @property
    def ruling(self) -> Ruling:
        return self.call.ruling

    @property
    def tier(self) -> Tier:
        return self.call.tier

    @property
    def decider(self) -> str:
        """Who lets the call run, when it may run alone."""
        return f"grant:{self.grant.id}" if self.grant else f"policy:{self.policy}"


def rule(tx: Tx, run: Run, wish: Wish) -> Ruled:
    """Whether a call may run alone, needs people, is only compared, or is out of the question."""
    policy = run.world.policy()
    rules = policy.of(run.agent.name)
    mode = mode_of(tx, policy, run.agent, wish.case_type)
    grant = granted(tx, run.agent.name, wish.tool, wish.given) if mode is Mode.REVIEW else None
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
        granted=_in_advance(run, grant),
    )
    return Ruled(call=call, mode=mode, rules=rules, policy=policy.version, grant=grant)


def is_forbidden(run: Run, wish: Wish) -> bool:
    """Whether the policy forbids a call by now that people approved before. Neither mode nor permission matters to that."""
    rules = run.world.policy().of(run.agent.name)
    call = rule_call(run.agent, wish.tool, mode=Mode.REVIEW, stop=None, rules=rules, args=wish.given)
    return call.ruling is Ruling.FORBID


def _in_advance(run: Run, grant: Grant | None) -> str:
    if run.agent.name == UNDO:
        return f"{run.job.requester} wants it taken back"
    return f"by {grant.by}, permission {grant.id}" if grant else ""


def use_grant(tx: Tx, ruled: Ruled) -> bool:
    """Counts the use of a permission in advance. Returns False when it has ended meanwhile."""
    return ruled.grant is None or grants.use(tx, ruled.grant.id)
