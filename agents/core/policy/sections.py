"""The small parts of a policy: people, times of day, spans of time, and rules on arguments."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from agents.core.contract import Mode, Tier

_SPAN = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d|w)\s*$")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_USER = re.compile(r"^(?:[A-Z][A-Z0-9]+/)?[UW][A-Z0-9]+$")
_GROUP = re.compile(r"^S[A-Z0-9]+$")
_ROLE = re.compile(r"^[a-z][a-z0-9_-]*$")


class Section(BaseModel):
    """Base of every part: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _span(value: Any) -> Any:
    if isinstance(value, str) and (match := _SPAN.match(value)):
        return timedelta(seconds=float(match[1]) * _SECONDS[match[2]])
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{name!r} is not a time zone; write one such as Europe/Berlin") from None
    return name


Span = Annotated[timedelta, BeforeValidator(_span)]
"""A span of time: "90s", "30m", "24h", "7d", a number of seconds, or ISO 8601."""

Zone = Annotated[str, AfterValidator(_zone)]
"""A named time zone."""


class People(Section):
    """Named people: Slack user ids (`U...`), user group ids (`S...`), roles from `[roles]`, and the agent's owner.

    In a file also as one list: `["U0BO", "S0SUPPORT", "role:billing", "owner"]`. Names are refused: they can change.
    """

    users: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    owner: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_list(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list | tuple):
            return value
        parts: dict[str, Any] = {"users": [], "groups": [], "roles": [], "owner": False}
        for entry in value:
            name = str(entry)
            if name == "owner":
                parts["owner"] = True
            elif name.startswith("role:"):
                parts["roles"].append(name.removeprefix("role:"))
            elif _GROUP.match(name):
                parts["groups"].append(name)
            else:
                parts["users"].append(name)
        return parts

    @field_validator("users")
    @classmethod
    def _user_ids(cls, users: frozenset[str]) -> frozenset[str]:
        return _all_match(users, _USER, "a Slack user id such as U024BE7LH; names can change")

    @field_validator("groups")
    @classmethod
    def _group_ids(cls, groups: frozenset[str]) -> frozenset[str]:
        return _all_match(groups, _GROUP, "a Slack user group id such as S0614TZR7")

    @field_validator("roles")
    @classmethod
    def _role_names(cls, roles: frozenset[str]) -> frozenset[str]:
        return _all_match(roles, _ROLE, "the name of a role in [roles], in small letters")

    @property
    def empty(self) -> bool:
        return not (self.users or self.groups or self.roles or self.owner)

    def __or__(self, other: "People") -> "People":
        return People(
            users=self.users | other.users,
            groups=self.groups | other.groups,
            roles=self.roles | other.roles,
            owner=self.owner or other.owner,
        )


class Hours(Section):
    """Hours in which nobody is reminded, unless it is critical. `from` may be later than `to`: the night."""

    start: time = Field(alias="from")
    end: time = Field(alias="to")
    zone: Zone = "UTC"
    weekends: bool = True
    """Saturday and Sunday are quiet as a whole."""

    def quiet(self, moment: datetime) -> bool:
        """Whether this aware moment falls into the quiet hours."""
        local = moment.astimezone(ZoneInfo(self.zone))
        if self.weekends and local.weekday() >= 5:
            return True
        clock = local.time().replace(tzinfo=None)
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


class ChainStep(Section):
    """One more rung when nobody answers: after that time these people are asked too, or that channel is told."""

    after: Span = Field(gt=timedelta(0))
    to: People = People()
    channel: str | None = None


class Delegate(Section):
    """Somebody decides for a person who is away. Whole days, in the policy's time zone, the last one included."""

    away: str
    to: str
    first: date
    last: date
    agents: frozenset[str] = frozenset()
    """For these agents only; for all when empty."""

    @field_validator("away", "to")
    @classmethod
    def _user_id(cls, user: str) -> str:
        return next(iter(_all_match(frozenset({user}), _USER, "a Slack user id such as U024BE7LH")))

    @model_validator(mode="after")
    def _in_order(self) -> "Delegate":
        if self.last < self.first:
            raise ValueError("`last` is before `first`")
        if self.away == self.to:
            raise ValueError("`away` and `to` are the same person")
        return self

    def covers(self, moment: datetime, zone: str, agent: str) -> bool:
        """Whether the delegation is in force for that agent at that aware moment."""
        local = moment.astimezone(ZoneInfo(zone)).date()
        return self.first <= local <= self.last and (not self.agents or agent in self.agents)


class HighValue(Section):
    """A rule on one argument that makes a call high-value: such a call is always put to people.

    `arg` may reach into objects: `order.amount`. An argument that is missing, or cannot be compared, counts as a match.
    """

    arg: str
    tool: str | None = None
    over: Decimal | None = None
    under: Decimal | None = None
    one_of: tuple[Any, ...] | None = Field(default=None, alias="in")
    none_of: tuple[Any, ...] | None = Field(default=None, alias="not_in")
    tier: Tier = Tier.HIGH
    """The call counts as at least this risky."""
    quorum: int | None = Field(default=None, ge=1, le=10)
    approvers: People | None = None
    """Who decides then; the agent's own approvers when absent."""

    @model_validator(mode="after")
    def _has_a_test(self) -> "HighValue":
        if self.over is None and self.under is None and self.one_of is None and self.none_of is None:
            raise ValueError("say when the rule holds: over, under, in or not_in")
        return self

    def matches(self, tool: str, args: Mapping[str, Any]) -> bool:
        """Whether this call is high-value by this rule."""
        if self.tool is not None and self.tool != tool:
            return False
        value: Any = args
        for part in self.arg.split("."):
            if not isinstance(value, Mapping) or part not in value:
                return True
            value = value[part]
        if self.one_of is not None and value in self.one_of:
            return True
        if self.none_of is not None and value not in self.none_of:
            return True
        if self.over is None and self.under is None:
            return False
        number = _number(value)
        if number is None:
            return True
        return (self.over is not None and number > self.over) or (self.under is not None and number < self.under)

    def says(self) -> str:
        """The rule in words."""
        tests = [
            f"over {self.over}" if self.over is not None else "",
            f"under {self.under}" if self.under is not None else "",
            f"one of {', '.join(map(str, self.one_of))}" if self.one_of is not None else "",
            f"none of {', '.join(map(str, self.none_of))}" if self.none_of is not None else "",
        ]
        return f"{self.arg} is {' or '.join(test for test in tests if test)}"


class ToolPolicy(Section):
    """What the policy adds to one tool of an agent. It can only be stricter than the tool's own declaration."""

    forbid: bool = False
    ask: bool = False
    """Always put to people, in automatic mode too."""
    tier: Tier | None = None
    approvers: People | None = None
    quorum: int | None = Field(default=None, ge=1, le=10)


class TierPolicy(Section):
    """What the policy adds for one risk tier."""

    approvers: People | None = None
    quorum: int | None = Field(default=None, ge=1, le=10)
    expiry: Span | None = Field(default=None, gt=timedelta(0), le=timedelta(days=7))
    reason: bool = False
    """A rejection must say why in words."""


class StopPolicy(Section):
    """Numbers behind the stop conditions, and those that forbid a call instead of asking."""

    confidence_below: float | None = Field(default=None, ge=0, le=1)
    failures: int = Field(default=3, ge=1, le=100)
    """After so many failures of one job, its calls are put to people."""
    forbid: frozenset[str] = frozenset()
    """Stop conditions, such as `outside_policy`, that end the call without asking."""


class AutonomyPolicy(Section):
    """How autonomy is earned and lost. Rates are lower Wilson bounds of agreement over the newest `window` cases."""

    target: float = Field(default=0.9, ge=0.5, lt=1)
    floor: float | None = Field(default=None, ge=0, lt=1)
    """Below it a case type falls back; the target minus 0.05 when absent."""
    minimum: int = Field(default=30, ge=1)
    window: int = Field(default=200, ge=1)
    sample: float = Field(default=0.05, ge=0.01, le=1)
    """Share of automatic cases that people still see first."""
    ceiling: Mode = Mode.AUTO
    """The highest mode that is ever proposed or set."""

    @property
    def falls_below(self) -> float:
        return self.target - 0.05 if self.floor is None else self.floor

    @model_validator(mode="after")
    def _reachable(self) -> "AutonomyPolicy":
        if self.falls_below >= self.target:
            raise ValueError("`floor` must be below `target`, or a case type would rise and fall for ever")
        if self.minimum > self.window:
            raise ValueError("`minimum` is more than `window`, so nothing could ever be promoted")
        return self


class CasePolicy(Section):
    """What the policy says about one case type."""

    mode: Mode | None = None
    ceiling: Mode | None = None


class DailyBudget(Section):
    """The most an agent may use in one day (UTC), all its jobs together; no limit where nothing is said. When it is used
    up, jobs that have not begun wait for the next day, and the owner is told once."""

    steps: int | None = Field(default=None, ge=1)
    tool_calls: int | None = Field(default=None, ge=1)
    tokens: int | None = Field(default=None, ge=1)
    cost_usd: float | None = Field(default=None, gt=0)
    wall: Span | None = Field(default=None, gt=timedelta(0))

    @property
    def set(self) -> bool:
        """Whether there is any limit."""
        return any(value is not None for value in self.__dict__.values())


class Limits(Section):
    """Bounds that protect people's attention."""

    cards_per_minute: int = Field(default=20, ge=1, le=100_000)
    """Approval cards to one person or group in a minute; the rest wait in the inbox, critical ones first."""
    bulk: int = Field(default=25, ge=2, le=100)
    """The most questions that one bulk approval may answer."""
    stamp_seconds: float = Field(default=3.0, gt=0)
    stamp_count: int = Field(default=30, ge=3)
    """So many approvals in a row, each faster than `stamp_seconds`, alert the owner."""
    grant_days: int = Field(default=30, ge=1, le=365)
    """The longest time for which one exact call may be allowed in advance."""


def _all_match(names: frozenset[str], pattern: re.Pattern[str], what: str) -> frozenset[str]:
    for name in sorted(names):
        if not pattern.match(name):
            raise ValueError(f"{name!r} is not {what}")
    return names


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
