"""Starts and stops a local Slack."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.emulator.acts import Acts
from bot.emulator.bulletin import Bulletin
from bot.emulator.clock import Clock, Timetable
from bot.emulator.control.reads import describe_app
from bot.emulator.control.table import run_act
from bot.emulator.deliveries import Deliveries
from bot.emulator.facts import Facts
from bot.emulator.faults import Faults
from bot.emulator.founding import empty_workspace, read_or_default, settle, take_up
from bot.emulator.keeping import Keeper
from bot.emulator.local import LocalSlack
from bot.emulator.rates import Rates
from bot.emulator.record import Record
from bot.emulator.server import make_app
from bot.emulator.sockets import Sockets
from bot.emulator.triggers import Triggers
from bot.emulator.wire import Json

HOST = "127.0.0.1"
Manifest = Path | str | Mapping[str, object]


class Emulator(Acts):
    """A running local Slack in this process."""

    def __init__(self, local: LocalSlack) -> None:
        self.local = local
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
        self.local.base_url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Write the state a last time, close every socket, and forget what is due."""
        local = self.local
        local.keeper.soon(local.workspace, local.deliveries)
        local.keeper.now()
        local.bulletin.on_publish.clear()
        local.deliveries.close()
        local.timetable.close()
        if self._runner is not None:
            await self._runner.cleanup()


def build(
    *, manifest: Manifest | None = None, data: Path | str | None = None, clock: Clock | None = None,
    seed: int | None = None,
) -> Emulator:  # fmt: skip
    """Put a local Slack together, from its kept state when there is one."""
    clock = clock or Clock()
    timetable, bulletin, faults, facts = Timetable(clock), Bulletin(), Faults(), Facts()
    record = Record(clock, bulletin)
    sockets = Sockets(clock, faults, record, seed=seed)
    deliveries = Deliveries(clock, timetable, sockets, faults, record, bulletin)
    keeper = Keeper(Path(data) if data is not None else None)
    kept = keeper.restore()
    local = LocalSlack(
        workspace=kept[0] if kept else empty_workspace(), clock=clock, timetable=timetable, bulletin=bulletin,
        record=record, faults=faults, rates=Rates(clock), sockets=sockets, deliveries=deliveries,
        triggers=Triggers(clock), facts=facts, keeper=keeper, manifest=read_or_default(manifest, facts),
    )  # fmt: skip
    settle(local)
    take_up(local, kept[1] if kept else [])
    bulletin.on_publish.append(lambda: keeper.soon(local.workspace, deliveries))
    sockets.on_connections = lambda app_id: bulletin.publish(
        {"type": "app", "app": describe_app(local, local.workspace.apps[app_id])}
    )
    return Emulator(local)


@asynccontextmanager
async def start_emulator(
    *, port: int = 0, manifest: Manifest | None = None, data: Path | str | None = None, clock: Clock | None = None,
    seed: int | None = None,
) -> AsyncIterator[Emulator]:  # fmt: skip
    """A local Slack for the length of a `with` block."""
    emulator = build(manifest=manifest, data=data, clock=clock, seed=seed)
    await emulator.start(port)
    try:
        yield emulator
    finally:
        await emulator.stop()
