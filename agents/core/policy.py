"""What is allowed: who may start, decide and steer, and which calls need people. Decisions here are pure functions.

The policy comes from calmops.toml as validated data; see `Policy`. No approver configured means nobody may approve.
"""

from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from agents.core.contract import Access, AgentSpec, Mode, Tier, Tool
from agents.core.errors import NotAllowed
from agents.core.ids import PersonId
from agents.core.job import StopReason
from agents.core.people import Person, PersonKind


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class People(_Section):
    """Named people: Slack user ids (`U...`) and user group ids (`S...`)."""

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        return not self.users and not self.groups


class AgentPolicy(_Section):
    """What calmops.toml says about one agent."""

    owner: People = People()
    approvers: People = People()
    runners: People | None = None
    """Who may start it; every member when absent."""
    mode: Mode | None = None
    channels: frozenset[str] = frozenset()
    """Channels whose messages start it."""
    quorum: int = Field(default=1, ge=1, le=10)
    expiry: timedelta = Field(default=timedelta(hours=24), gt=timedelta(0), le=timedelta(days=7))
    self_approval: Tier | None = Tier.LOW
    """The highest tier at which the requester may approve; None for never."""


class Policy(_Section):
    """The whole policy."""

    operators: People = People()
    agents: dict[str, AgentPolicy] = {}

    def of(self, agent: str) -> AgentPolicy:
        """The policy of one agent; nobody may approve when nothing is written about it."""
        return self.agents.get(agent, AgentPolicy())


class Ruling(StrEnum):
    """What the policy says to one tool call."""

    ALLOW = "allow"
    ASK = "ask"
    SHADOW = "shadow"
    FORBID = "forbid"


def rule_call(agent: AgentSpec, tool: Tool, *, mode: Mode, stop: StopReason | None) -> Ruling:  # type: ignore[type-arg]
    """Whether a call may run alone, needs people, is only compared, or is out of the question."""
    if tool.name in agent.forbidden or tool not in agent.tools:
        return Ruling.FORBID
    if tool.access is Access.READ:
        return Ruling.ALLOW
    if mode is Mode.SHADOW:
        return Ruling.SHADOW
    if mode is Mode.REVIEW or stop is not None or tool.access is Access.IRREVERSIBLE:
        return Ruling.ASK
    if tool.tier.rank >= Tier.HIGH.rank:
        return Ruling.ASK
    return Ruling.ALLOW


def in_people(person: Person, people: People) -> bool:
    """Whether people names this person, by user or by a group that could be looked up."""
    if person.user in people.users:
        return True
    return bool(people.groups and person.groups and people.groups & person.groups)


def check_decider(
    person: Person, *, approvers: People, requester: PersonId, tier: Tier, self_approval: Tier | None
) -> None:
    """Raises `NotAllowed` with the sentence to show, unless this person may decide."""
    if person.kind is PersonKind.OPERATOR:
        return
    if person.kind is not PersonKind.MEMBER:
        raise NotAllowed(f"Only members of this workspace can decide, and this account is a {person.kind} account.")
    if approvers.empty:
        raise NotAllowed("Nobody may approve this: no approver is configured. Ask an operator to name one in calmops.toml.")
    if person.user not in approvers.users and approvers.groups and person.groups is None:
        raise NotAllowed("I could not check your group, so your click was not counted. Try again in a minute.")
    if not in_people(person, approvers):
        raise NotAllowed("Only the named approvers can decide this. You can comment in the thread.")
    if person.id == requester and (self_approval is None or tier.rank > self_approval.rank):
        raise NotAllowed("You asked for this, so someone else must approve it.")


def check_runner(person: Person, rules: AgentPolicy) -> None:
    """Raises `NotAllowed` unless this person may start the agent."""
    if person.kind not in (PersonKind.MEMBER, PersonKind.OPERATOR):
        raise NotAllowed(f"Only members of this workspace can start agents, and this is a {person.kind} account.")
    if rules.runners is None or person.kind is PersonKind.OPERATOR:
        return
    if not in_people(person, rules.runners):
        raise NotAllowed("You are not among the people who may start this agent.")
