"""Starts and stops a local Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.emulator.acts import Acts
from bot.emulator.bulletin import Bulletin
from bot.emulator.clock import Clock, Timetable
from bot.emulator.control.reads import describe_app
from bot.emulator.control.table import run_act
from bot.emulator.control.world import add_app
from bot.emulator.deliveries import Deliveries
from bot.emulator.facts import Facts
from bot.emulator.faults import Faults
from bot.emulator.keeping import Keeper
from bot.emulator.local import LocalSlack
from bot.emulator.manifest import find_manifest, read_manifest
from bot.emulator.rates import Rates
from bot.emulator.record import Record
from bot.emulator.seeds import TEAM_DOMAIN, TEAM_ID, TEAM_NAME, seed_channels, seed_groups, seed_users
from bot.emulator.server import make_app
from bot.emulator.sockets import Sockets
from bot.emulator.triggers import Triggers
from bot.emulator.wire import Json
from bot.emulator.workspace import Workspace

APP_ID = "A0CALMOPS"
BOT_TOKEN = "xoxb-local-calmops"
APP_TOKEN = "xapp-local-calmops"
HOST = "127.0.0.1"


class Emulator(Acts):
    """A running local Slack in this process."""

    def __init__(self, local: LocalSlack, keeper: Keeper, manifest: Json) -> None:
        self.local = local
        self._keeper = keeper
        self._manifest = manifest
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        return self.local.base_url

    @property
    def api_url(self) -> str:
        """What SDKs take as their base URL."""
        return f"{self.local.base_url}/api/"

    @property
    def bot_token(self) -> str:
        return self.local.app().bot_token

    @property
    def app_token(self) -> str:
        return self.local.app().app_token

    async def act(self, name: str, /, **wanted: Any) -> Json:
        return await run_act(self.local, name, wanted)

    async def start(self, port: int) -> None:
        """Listen on the loopback interface; port 0 takes a free one."""
        self._runner = web.AppRunner(make_app(self.local), access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port).start()
        bound = self._runner.addresses[0][1]
        self.local.base_url = f"http://{HOST}:{bound}"

    async def stop(self) -> None:
        """Close every socket, forget what is due, and write the state a last time."""
        self._keeper.soon(self.local.workspace, self.local.deliveries)
        self._keeper.now()
        self.local.deliveries.close()
        self.local.timetable.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._keeper.now()


def build(
    *, manifest: Path | Json | None = None, data: Path | None = None, clock: Clock | None = None, seed: int | None = None
) -> Emulator:
    """Put a local Slack together, from its kept state when there is one."""
    clock = clock or Clock()
    timetable = Timetable(clock)
    bulletin = Bulletin()
    record = Record(clock, bulletin)
    faults = Faults()
    sockets = Sockets(clock, faults, record, seed=seed)
    deliveries = Deliveries(clock, timetable, sockets, faults, record, bulletin)
    keeper = Keeper(data)
    kept = keeper.restore()
    local = LocalSlack(
        workspace=kept[0] if kept else empty_workspace(), clock=clock, timetable=timetable, bulletin=bulletin,
        record=record, faults=faults, rates=Rates(clock), sockets=sockets, deliveries=deliveries,
        triggers=Triggers(clock), facts=Facts(),
    )  # fmt: skip
    facts = read_or_default(manifest, local.facts)
    settle(local, facts)
    if kept:
        deliveries.resume(kept[1])
    bulletin.on_publish.append(lambda: keeper.soon(local.workspace, deliveries))
    sockets.on_connections = lambda app_id: bulletin.publish(
        {"type": "app", "app": describe_app(local, local.workspace.apps[app_id])}
    )
    return Emulator(local, keeper, facts)


def empty_workspace() -> Workspace:
    """A workspace with nothing in it."""
    return Workspace(team_id=TEAM_ID, team_name=TEAM_NAME, team_domain=TEAM_DOMAIN)


def settle(local: LocalSlack, manifest: Json) -> None:
    """Give a new workspace its people, channels and app; give a kept one the current manifest."""
    workspace = local.workspace
    known = workspace.apps.get(APP_ID)
    if known is not None:
        known.manifest = manifest
        known.__dict__.pop("facts", None)  # the cached reading of the old manifest
        return
    workspace.users.update({user.id: user for user in seed_users()})
    workspace.groups.update({group.id: group for group in seed_groups()})
    name = str(manifest.get("display_information", {}).get("name") or "Calmops")
    app = add_app(local, {"id": APP_ID, "name": name, "bot_token": BOT_TOKEN, "app_token": APP_TOKEN,
                          "manifest": manifest})  # fmt: skip
    workspace.channels.update({channel.id: channel for channel in seed_channels(app.bot_user)})


def read_or_default(manifest: Path | Json | None, facts: Facts) -> Json:
    """The manifest given, else the one found, else one that may do everything."""
    if isinstance(manifest, dict):
        return manifest
    path = Path(manifest) if manifest is not None else find_manifest()
    return read_manifest(path) if path is not None else everything(facts)


def everything(facts: Facts) -> Json:
    """A manifest with every scope and event, for an app that brings none."""
    scopes = {scope for method in facts.methods.values() for scope in method.scopes}
    scopes |= {scope for needed in facts.event_scopes.values() for scope in needed}
    return {
        "display_information": {"name": "Calmops"},
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Calmops"},
            "agent_view": {"agent_description": "An app without a manifest"},
            "slash_commands": [{"command": "/ops", "description": "Anything", "should_escape": True}],
        },
        "oauth_config": {"scopes": {"bot": sorted(scopes | {"commands", "chat:write.public", "chat:write.customize"})}},
        "settings": {
            "event_subscriptions": {"bot_events": sorted(facts.event_scopes)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }


@asynccontextmanager
async def start_emulator(
    *, port: int = 0, manifest: Path | Json | None = None, data: Path | None = None, clock: Clock | None = None,
    seed: int | None = None,
) -> AsyncIterator[Emulator]:  # fmt: skip
    """A local Slack for the length of a `with` block."""
    emulator = build(manifest=manifest, data=data, clock=clock, seed=seed)
    await emulator.start(port)
    try:
        yield emulator
    finally:
        await emulator.stop()
