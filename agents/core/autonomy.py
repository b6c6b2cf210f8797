"""How autonomy is earned and lost, as arithmetic. Only people raise it; it falls by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agents.core.contract import Mode
from agents.core.policy import AgentPolicy, AutonomyPolicy
from agents.core.statistics import wilson_lower

ORDER = (Mode.SHADOW, Mode.REVIEW, Mode.AUTO)


@dataclass(frozen=True, kw_only=True)
class Record:
    """The newest answers about one case type: how many there are, and how many agreed with the agent as it was."""

    agreed: int = 0
    total: int = 0

    @property
    def rate(self) -> float:
        return self.agreed / self.total if self.total else 0.0

    @property
    def bound(self) -> float:
        return wilson_lower(self.agreed, self.total)


Step = Literal["promote", "demote", "stay"]


def next_step(mode: Mode, *, in_mode: Record, recent: Record, rules: AutonomyPolicy, ceiling: Mode) -> Step:
    """Whether a case type should rise, fall or stay.

    `in_mode` counts answers given since the case type has its mode: a step up is earned in each mode anew. `recent` are
    the newest answers whatever the mode was, so that one mistake after a promotion does not weigh like all.
    """
    if mode is Mode.AUTO and recent.bound < rules.falls_below:
        return "demote"
    at = ORDER.index(mode)
    if at < ORDER.index(ceiling) and in_mode.total >= rules.minimum and in_mode.bound >= rules.target:
        return "promote"
    return "stay"


def above(mode: Mode) -> Mode:
    """The next mode up; automatic stays automatic."""
    return ORDER[min(ORDER.index(mode) + 1, len(ORDER) - 1)]


def ceiling_of(rules: AgentPolicy, case_type: str) -> Mode:
    """The highest mode that the policy allows for a case type."""
    case = rules.cases.get(case_type)
    limits = [rules.autonomy.ceiling, *([case.ceiling] if case and case.ceiling else [])]
    return min(limits, key=ORDER.index)


def starting_mode(rules: AgentPolicy, case_type: str, declared: Mode) -> Mode:
    """The mode of a case type that nobody changed yet: by its own part of the policy, the agent's, or the contract."""
    case = rules.cases.get(case_type)
    mode = (case.mode if case else None) or rules.mode or declared
    return min(mode, ceiling_of(rules, case_type), key=ORDER.index)


def needed_cases(target: float) -> int:
    """How many answers without one disagreement reach a target: 35 for 0.9, 73 for 0.95."""
    total = 1
    while wilson_lower(total, total) < target:
        total += 1
    return total


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What an agent proposed beside what people did."""

    agreed: bool
    differences: tuple[str, ...]


def compare(proposed: Mapping[str, Any], actual: Mapping[str, Any]) -> Comparison:
    """Compares a practised proposal with what people then did, in the arguments that both name."""
    differences = tuple(name for name in proposed if name in actual and proposed[name] != actual[name])
    shared = any(name in actual for name in proposed)
    return Comparison(agreed=shared and not differences, differences=differences)
