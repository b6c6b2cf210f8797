"""The policy as data: what calmops.toml says about people, agents and limits. No approver configured means nobody."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from pydantic import Field, PrivateAttr, field_validator, model_validator

from agents.core.canonical import sha256
from agents.core.contract import Mode, Tier
from agents.core.policy.recurring import SchedulesPolicy
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
    Section,
    Span,
    StopPolicy,
    TierPolicy,
    ToolPolicy,
    Zone,
)
from agents.core.policy.webhooks import WebhookPolicy, check_names


class AgentPolicy(Section):
    """What calmops.toml says about one agent."""

    owner: People = People()
    approvers: People = People()
    runners: People | None = None
    """Who may start it; every member when absent."""
    run_in: frozenset[str] | None = None
    """Channels in which people may start it; everywhere when absent."""
    mode: Mode | None = None
    channels: frozenset[str] = frozenset()
    """Channels whose messages start it."""
    reactions: frozenset[str] = frozenset()
    """Names of emoji: a member who reacts with one of them to a message gives that message to the agent."""
    quorum: int = Field(default=1, ge=1, le=10)
    expiry: Span = Field(default=timedelta(hours=24), gt=timedelta(0), le=timedelta(days=7))
    self_approval: Tier | None = Tier.LOW
    """The highest tier at which the requester may approve; None (in the file: "never") for never."""
    tiers: dict[Tier, TierPolicy] = {}
    tools: dict[str, ToolPolicy] = {}
    cases: dict[str, CasePolicy] = {}
    high_value: tuple[HighValue, ...] = ()
    stop: StopPolicy = StopPolicy()
    autonomy: AutonomyPolicy = AutonomyPolicy()
    chain: tuple[ChainStep, ...] | None = None
    """Who is asked too when nobody answers; the owner after half of the time when absent, nobody when empty."""
    quiet_hours: Hours | None = None
    sensitive: frozenset[str] = frozenset()
    """Arguments that are masked in channels, logs and audit."""
    limits: Limits = Limits()
    daily: DailyBudget = DailyBudget()
    minutes_each: float | None = Field(default=None, gt=0, le=7 * 24 * 60)
    """Minutes that one such job takes people by hand, as the owner says; no time saved is reckoned where nobody says it."""

    @field_validator("self_approval", mode="before")
    @classmethod
    def _never(cls, value: Any) -> Any:
        return None if value == "never" else value

    @field_validator("self_approval")
    @classmethod
    def _bounded(cls, tier: Tier | None) -> Tier | None:
        if tier is not None and tier.rank > Tier.MEDIUM.rank:
            raise ValueError("nobody approves their own high-risk request; write low, medium or never")
        return tier

    def rungs(self) -> tuple[ChainStep, ...]:
        """The chain in force, soonest first."""
        if self.chain is None:
            return () if self.owner.empty else (ChainStep(after=self.expiry / 2, to=self.owner),)
        return tuple(sorted(self.chain, key=lambda step: step.after))


class Policy(Section):
    """The whole policy."""

    operators: People = People()
    auditors: People = People()
    """Who may read the audit, besides operators."""
    roles: dict[str, People] = {}
    """Named sets of people, for use as `role:NAME`."""
    agents: dict[str, AgentPolicy] = {}
    delegates: tuple[Delegate, ...] = ()
    timezone: Zone = "UTC"
    quiet_hours: Hours | None = None
    sensitive: frozenset[str] = frozenset()
    redact: tuple[str, ...] = ()
    """Patterns (regular expressions) of further secrets that are never shown, logged or kept in the audit."""
    limits: Limits = Limits()
    schedules: SchedulesPolicy = SchedulesPolicy()
    notices: str | None = None
    """The channel where owners are told when they are a group."""
    webhooks: dict[str, WebhookPolicy] = {}
    """Other systems that start jobs by web requests."""
    anchor_channel: str | None = None
    """The channel that the head of the audit is posted to once an hour: out of reach of whoever holds the machine."""

    _version: str = PrivateAttr(default="")
    _flat: dict[str, AgentPolicy] = PrivateAttr(default_factory=dict)

    @field_validator("webhooks")
    @classmethod
    def _addressable(cls, webhooks: dict[str, WebhookPolicy]) -> dict[str, WebhookPolicy]:
        return check_names(webhooks)

    @field_validator("redact")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        import re

        for pattern in patterns:
            try:
                found = re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from None
            if found.match(""):
                raise ValueError(f"{pattern!r} would match nothing at all, and so hide everything")
        return patterns

    @model_validator(mode="after")
    def _roles_exist(self) -> "Policy":
        for name, people in self.roles.items():
            if people.roles or people.owner:
                raise ValueError(f"role {name} must name users and groups only")
        for where, people in _every_people(self):
            for role in sorted(people.roles):
                if role not in self.roles:
                    known = ", ".join(sorted(self.roles)) or "none"
                    raise ValueError(f"{where} names role:{role}, which is not in [roles]; roles there: {known}")
        return self

    def of(self, agent: str) -> AgentPolicy:
        """The policy of one agent, with roles and owner replaced by the people they stand for, and with what the whole
        policy says where the agent's part is silent. Nobody may approve when nothing is written about the agent."""
        known = self._flat.get(agent)
        if known is None:
            known = self._flat[agent] = self._flatten(self.agents.get(agent, AgentPolicy()))
        return known

    @property
    def minutes_each(self) -> dict[str, float]:
        """Agent -> minutes by hand, for the agents whose owner said it."""
        return {name: rules.minutes_each for name, rules in self.agents.items() if rules.minutes_each is not None}

    def _flatten(self, rules: AgentPolicy) -> AgentPolicy:
        owner = self.named(rules.owner, People())
        flat: dict[str, Any] = {
            "owner": owner,
            "approvers": self.named(rules.approvers, owner),
            "runners": self.named(rules.runners, owner) if rules.runners is not None else None,
            "tiers": {tier: _flat(part, self, owner) for tier, part in rules.tiers.items()},
            "tools": {tool: _flat(part, self, owner) for tool, part in rules.tools.items()},
            "high_value": tuple(_flat(part, self, owner) for part in rules.high_value),
            "quiet_hours": rules.quiet_hours or self.quiet_hours,
            "sensitive": rules.sensitive | self.sensitive,
            "limits": self.limits if "limits" not in rules.model_fields_set else rules.limits,
        }
        if rules.chain is not None:
            flat["chain"] = tuple(step.model_copy(update={"to": self.named(step.to, owner)}) for step in rules.chain)
        return rules.model_copy(update=flat)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> "Policy":
        """A changed copy; what was worked out for this one is not taken over."""
        copied = super().model_copy(update=update, deep=deep)
        copied._version, copied._flat = "", {}
        return copied

    def named(self, people: People, owner: People) -> People:
        """People with their roles, and the word owner, replaced by users and groups."""
        if not people.roles and not people.owner:
            return people
        users, groups = people.users, people.groups
        for role in people.roles:
            users |= self.roles[role].users
            groups |= self.roles[role].groups
        if people.owner:
            users |= owner.users
            groups |= owner.groups
        return People(users=users, groups=groups)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits that change whenever the policy says something else."""
        if not self._version:
            self._version = sha256(_plain(self.model_dump()))[:12]
        return self._version


def _flat(part: Any, policy: Policy, owner: People) -> Any:
    if part.approvers is None:
        return part
    return part.model_copy(update={"approvers": policy.named(part.approvers, owner)})


def _every_people(policy: Policy) -> list[tuple[str, People]]:
    found = [("operators", policy.operators), ("auditors", policy.auditors)]
    for name, rules in policy.agents.items():
        where = f"agents.{name}"
        found += [(f"{where}.owner", rules.owner), (f"{where}.approvers", rules.approvers)]
        found += [(f"{where}.runners", rules.runners)] if rules.runners else []
        found += [(f"{where}.chain", step.to) for step in rules.chain or ()]
        parts: list[TierPolicy | ToolPolicy | HighValue] = [*rules.tiers.values(), *rules.tools.values()]
        parts += rules.high_value
        found += [(where, part.approvers) for part in parts if part.approvers]
    return found


def _plain(value: Any) -> Any:
    """Values of a policy as JSON, with sets in a fixed order."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(str(item) for item in value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return str(value)
