"""The local Slack as one value: its state, its clock, and the parts that carry things out."""

import secrets
from dataclasses import dataclass, field

from aiohttp import web

from bot.emulator.apps import App
from bot.emulator.bulletin import Bulletin
from bot.emulator.channels import Channel, visible_to
from bot.emulator.clock import Clock, Timetable
from bot.emulator.deliveries import Deliveries
from bot.emulator.facts import Facts
from bot.emulator.faults import Faults
from bot.emulator.keeping import Keeper
from bot.emulator.people import User
from bot.emulator.rates import Rates
from bot.emulator.record import Record
from bot.emulator.sockets import Sockets
from bot.emulator.triggers import Triggers
from bot.emulator.wire import ActError, Json
from bot.emulator.workspace import ResponseUrl, Workspace

RESPONSE_SECONDS = 1800.0
SLACKBOT = "USLACKBOT"


@dataclass(kw_only=True)
class LocalSlack:
    """Everything one running local Slack consists of. Functions elsewhere take it as their first argument."""

    workspace: Workspace
    clock: Clock
    timetable: Timetable
    bulletin: Bulletin
    record: Record
    faults: Faults
    rates: Rates
    sockets: Sockets
    deliveries: Deliveries
    triggers: Triggers
    facts: Facts
    keeper: Keeper
    manifest: Json
    uploads: dict[str, bytes] = field(default_factory=dict)
    made: list[Json] = field(default_factory=list)
    base_url: str = "http://127.0.0.1:0"
    hourly_events: int = 30_000
    event_counts: dict[str, tuple[float, int]] = field(default_factory=dict)
    rate_limited_minutes: dict[str, int] = field(default_factory=dict)

    def new_ts(self) -> str:
        return self.workspace.new_ts(self.clock.now())

    def who(self, who: object) -> User:
        """The person a control request acts as."""
        person = self.workspace.person(str(who)) if who else None
        if person is None:
            names = ", ".join(sorted(u.name for u in self.workspace.users.values()))
            raise ActError("user_not_found", f"There is nobody called {who!r} here. There are: {names}.")
        return person

    def where(self, which: object) -> Channel:
        """The conversation a control request speaks of."""
        channel = self.workspace.conversation(str(which)) if which else None
        if channel is None:
            raise ActError("channel_not_found", f"There is no conversation {which!r} here.")
        return channel

    def app(self, which: object = None) -> App:
        """An app by id or name; without one, the first app of the workspace."""
        apps = self.workspace.apps
        if which is None:
            return next(iter(apps.values()))
        found = apps.get(str(which)) or next((a for a in apps.values() if which in (a.name, a.bot_user)), None)
        if found is None:
            raise ActError("app_not_found", f"There is no app {which!r} here. There are: {', '.join(apps)}.")
        return found

    def app_of_user(self, user_id: str) -> App | None:
        """The app whose bot this account is."""
        return next((a for a in self.workspace.apps.values() if a.bot_user == user_id), None)

    def sees(self, viewer: str, channel: Channel) -> bool:
        """Whether the page of this viewer may show this conversation."""
        user = self.workspace.users.get(viewer)
        if user is None:
            return False
        return visible_to(channel, viewer, guest=user.is_guest, stranger=user.is_stranger)

    def tell(self, channel: Channel, notice: Json, *, only: str = "") -> None:
        """Show something on the pages of those who see the conversation, or of one person."""
        self.bulletin.publish(
            {"channel": channel.id, **notice},
            sees=lambda viewer: viewer == only if only else self.sees(viewer, channel),
        )

    def response_url(
        self, app: App, user_id: str, channel: str, *, thread_ts: str = "", message_ts: str = "",
        ephemeral: bool = False,
    ) -> str:  # fmt: skip
        """A fresh response_url for one interaction."""
        identity = secrets.token_urlsafe(18)
        self.workspace.response_urls[identity] = ResponseUrl(
            id=identity, app_id=app.id, user_id=user_id, channel=channel, thread_ts=thread_ts, message_ts=message_ts,
            ephemeral=ephemeral, expires=self.clock.now() + RESPONSE_SECONDS,
        )  # fmt: skip
        while len(self.workspace.response_urls) > 5_000:
            self.workspace.response_urls.pop(next(iter(self.workspace.response_urls)))
        return f"{self.base_url}/response/{identity}"

    def team(self) -> Json:
        """The `team` object of interactive payloads."""
        return {"id": self.workspace.team_id, "domain": self.workspace.team_domain}


LOCAL: web.AppKey[LocalSlack] = web.AppKey("local", LocalSlack)
