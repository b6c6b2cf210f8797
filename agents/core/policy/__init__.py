"""What is allowed: who may start, decide and steer, and which calls need people. Decisions here are pure functions.

`sections` and `schema` are the policy as data (calmops.toml), `rights` says who may do what, `rulings` what a tool call
needs, `execution` whether an approval still holds when its call is about to run.
"""

from agents.core.policy.execution import Clearance, Cleared, check_execution, people_behind, valid_votes
from agents.core.policy.recurring import SchedulesPolicy
from agents.core.policy.rights import (
    ACTS,
    Act,
    Demand,
    Right,
    check_answer,
    check_decider,
    check_member,
    check_runner,
    check_steer,
    demand,
    demand_of,
    in_people,
)
from agents.core.policy.rulings import STOP_WORDS, CallRuling, Ruling, is_sampled, rule_call
from agents.core.policy.schema import AgentPolicy, Policy
from agents.core.policy.sections import (
    AutonomyPolicy,
    CasePolicy,
    ChainStep,
    DailyBudget,
    Delegate,
    HighValue,
    Hours,
    Limits,
    People,
    StopPolicy,
    TierPolicy,
    ToolPolicy,
)
from agents.core.policy.webhooks import WebhookPolicy

__all__ = [
    "ACTS",
    "STOP_WORDS",
    "Act",
    "AgentPolicy",
    "AutonomyPolicy",
    "CallRuling",
    "CasePolicy",
    "ChainStep",
    "Clearance",
    "Cleared",
    "DailyBudget",
    "Delegate",
    "Demand",
    "HighValue",
    "Hours",
    "Limits",
    "People",
    "Policy",
    "Right",
    "Ruling",
    "SchedulesPolicy",
    "StopPolicy",
    "TierPolicy",
    "ToolPolicy",
    "WebhookPolicy",
    "check_answer",
    "check_decider",
    "check_execution",
    "check_member",
    "check_runner",
    "check_steer",
    "demand",
    "demand_of",
    "in_people",
    "is_sampled",
    "people_behind",
    "rule_call",
    "valid_votes",
]
