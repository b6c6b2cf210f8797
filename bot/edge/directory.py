"""Looks people up in Slack, and keeps what it found for a minute at most. What cannot be looked up gives no rights."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.errors import InvalidInput
from agents.core.ids import PersonId, team_of, user_of
from agents.core.people import Person, PersonKind
from agents.core.policy import Policy
from agents.core.schedule import read_zone
from bot.edge.identity import Home
from bot.edge.pacing import Window
from bot.edge.refusals import error_code

log = logging.getLogger(__name__)

KEEP_SECONDS = 60.0
NAMES_SECONDS = 600.0
LIMIT_SECONDS = 2.0
"""A look-up that takes longer counts as failed: a click has to be answered in three."""

FRESH_SECONDS = 1.0
"""How old an answer may be for a decision: clicks at the same moment share one."""

GROUP_QUESTIONS = 14
"""Questions about groups in a minute that are asked for freshness alone; Slack allows 20."""

REMEMBERED = 5_000


@dataclass(frozen=True, kw_only=True)
class _Account:
    kind: PersonKind
    name: str
    timezone: str
    is_admin: bool


class SlackDirectory:
    """Asks users.info for an account, and usergroups.users.list for each group that the policy names.

    `steady` is a monotonic clock in seconds: a shifted wall clock must not keep an old right alive.
    """

    def __init__(
        self, *, web: AsyncWebClient, home: Home, policy: Callable[[], Policy], steady: Callable[[], float]
    ) -> None:
        self._web = web
        self._home = home
        self._policy = policy
        self._steady = steady
        self._accounts: dict[str, tuple[float, _Account]] = {}
        self._members: dict[str, tuple[float, frozenset[str]]] = {}
        self._names: dict[str, tuple[float, str]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Any]] = {}
        self._drops = 0
        self._questions = Window(GROUP_QUESTIONS, 60.0)
        self._named: tuple[Policy | None, tuple[str, ...]] = (None, ())
        self.trouble: str | None = None

    async def person(self, person: PersonId, *, fresh: bool = False) -> Person:
        """See `handlers.deps.Directory`."""
        user = user_of(person)
        if not self._home.includes(team_of(person)):
            return Person(id=person, kind=PersonKind.EXTERNAL, groups=frozenset())
        oldest = FRESH_SECONDS if fresh else KEEP_SECONDS
        account, groups = await asyncio.gather(self._account(user, oldest), self._groups_of(user, oldest))
        if account is None:
            return Person(id=person, kind=PersonKind.UNKNOWN, groups=None)
        return Person(
            id=person,
            kind=account.kind,
            name=account.name,
            groups=groups,
            timezone=account.timezone,
            is_admin=account.is_admin,
        )

    async def channel_name(self, channel: str) -> str:
        """See `handlers.deps.Directory`."""
        kept = self._names.get(channel)
        if kept is not None and self._steady() - kept[0] < NAMES_SECONDS:
            return kept[1]
        answer = await self._ask("conversations.info", channel, lambda: self._web.conversations_info(channel=channel))
        if answer is None:
            return channel
        found = answer.get("channel") or {}
        name = "#" + str(found["name"]) if found.get("name") else channel
        self._keep(self._names, channel, name)
        return name

    async def members(self, group: str, oldest: float = KEEP_SECONDS) -> frozenset[str] | None:
        """The user ids of a group as they were at most `oldest` seconds ago; None when it cannot be looked up.

        Slack allows few of these questions a minute: once most are spent, an answer of up to a minute ago has to do.
        """
        kept, now = self._members.get(group), self._steady()
        if kept is not None and now - kept[0] < (oldest if self._questions.ready_at(now) <= now else KEEP_SECONDS):
            return kept[1]
        if ("usergroups.users.list", group) not in self._asking:
            self._questions.note(now)
        asked_at, drops = self._steady(), self._drops
        answer = await self._ask(
            "usergroups.users.list", group, lambda: self._web.usergroups_users_list(usergroup=group)
        )
        if answer is None:
            return None
        members = frozenset(str(user) for user in answer.get("users") or ())
        if drops == self._drops:  # else something changed while we asked, and this answer may be the old one
            self._keep(self._members, group, members, at=asked_at)
        return members

    async def rosters(self) -> dict[str, frozenset[str]]:
        """The members of each group that the policy names, as far as they can be looked up."""
        groups = self._groups()
        found = await asyncio.gather(*(self.members(group) for group in groups))
        return {group: members for group, members in zip(groups, found, strict=True) if members is not None}

    def forget(self, user: str) -> None:
        """Drops what is known about an account: it changed."""
        self._drops += 1
        self._accounts.pop(user, None)
        self._asking.pop(("users.info", user), None)

    def forget_groups(self, groups: Iterable[str] | None = None) -> None:
        """Drops what is known about these groups, or about all."""
        self._drops += 1
        for group in list(self._members) if groups is None else groups:
            self._members.pop(group, None)
            self._asking.pop(("usergroups.users.list", group), None)

    def forget_channel(self, channel: str) -> None:
        """Drops the name of a channel."""
        self._names.pop(channel, None)

    async def _account(self, user: str, oldest: float) -> _Account | None:
        kept = self._accounts.get(user)
        if kept is not None and self._steady() - kept[0] < oldest:
            return kept[1]
        asked_at, drops = self._steady(), self._drops
        answer = await self._ask("users.info", user, lambda: self._web.users_info(user=user))
        if answer is None or not isinstance(answer.get("user"), dict):
            return None
        account = read_account(answer["user"], self._home)
        if drops == self._drops:
            self._keep(self._accounts, user, account, at=asked_at)
        return account

    async def _groups_of(self, user: str, oldest: float) -> frozenset[str] | None:
        """The groups of the policy that have this member; None when any of them cannot be looked up."""
        groups = self._groups()
        if not groups:
            return frozenset()
        found = await asyncio.gather(*(self.members(group, oldest) for group in groups))
        if any(members is None for members in found):
            return None
        return frozenset(group for group, members in zip(groups, found, strict=True) if members and user in members)

    def _groups(self) -> tuple[str, ...]:
        """Every group that the policy in force names."""
        policy = self._policy()
        if self._named[0] is not policy:
            self._named = (policy, tuple(sorted(groups_in(policy))))
        return self._named[1]

    async def _ask(self, method: str, about: str, call: Callable[[], Any]) -> dict[str, Any] | None:
        """One question to Slack at a time about one thing; None when it fails, for whatever reason."""
        running = self._asking.get((method, about))
        if running is None or running.done():
            running = asyncio.ensure_future(self._call(method, call))
            self._asking[(method, about)] = running
            running.add_done_callback(lambda task: self._asked(method, about, task))
        answer: dict[str, Any] | None = await asyncio.shield(running)
        return answer

    def _asked(self, method: str, about: str, task: "asyncio.Task[Any]") -> None:
        if self._asking.get((method, about)) is task:
            del self._asking[(method, about)]

    async def _call(self, method: str, call: Callable[[], Any]) -> dict[str, Any] | None:
        try:
            async with asyncio.timeout(LIMIT_SECONDS):
                answer = await call()
        except SlackApiError as error:
            self._note(f"{method}: {error_code(error)}")
            return None
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            self._note(f"{method}: {error or type(error).__name__}")
            return None
        self.trouble = None
        data: dict[str, Any] = answer.data
        return data

    def _note(self, trouble: str) -> None:
        self.trouble = trouble
        log.warning(
            "People could not be looked up (%s); what needs it is refused.",
            trouble,
            extra={"event": "directory.failed"},
        )

    def _keep(self, where: dict[str, Any], key: str, value: Any, *, at: float | None = None) -> None:
        where.pop(key, None)
        where[key] = (self._steady() if at is None else at, value)
        while len(where) > REMEMBERED:
            where.pop(next(iter(where)))


def read_account(user: dict[str, Any], home: Home) -> _Account:
    """What an answer of users.info says about an account, as far as rights go."""
    profile = user.get("profile") or {}
    team = user.get("team_id")
    enterprise = (user.get("enterprise_user") or {}).get("enterprise_id")
    if user.get("deleted"):
        kind = PersonKind.DEACTIVATED
    elif user.get("is_stranger") or not (home.includes(team) or home.includes(enterprise)):
        kind = PersonKind.EXTERNAL
    elif user.get("is_bot") or user.get("is_app_user") or user.get("is_workflow_bot") or user.get("id") == "USLACKBOT":
        kind = PersonKind.BOT
    elif user.get("is_restricted") or user.get("is_ultra_restricted"):
        kind = PersonKind.GUEST
    else:
        kind = PersonKind.MEMBER
    name = profile.get("display_name") or user.get("real_name") or profile.get("real_name") or user.get("name") or ""
    return _Account(
        kind=kind,
        name=str(name),
        timezone=_zone(str(user.get("tz") or "UTC")),
        is_admin=bool(user.get("is_admin") or user.get("is_owner")),
    )


def _zone(name: str) -> str:
    """The zone as this machine knows it; UTC for one that it does not, since Slack may know newer ones."""
    try:
        return read_zone(name)
    except InvalidInput:
        return "UTC"


def groups_in(policy: Policy) -> frozenset[str]:
    """Every user group that the policy names anywhere."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for name, part in value.items():
                if name == "groups":
                    found.update(part or ())
                else:
                    walk(part)
        elif isinstance(value, list | tuple):
            for part in value:
                walk(part)

    walk(policy.model_dump())
    return frozenset(found)
