"""An edge in this process, on a real database, speaking with a local Slack through the real SDK."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from slack_bolt.app.async_app import AsyncApp
from sqlalchemy import select

from agents.core.clock import Clock
from agents.core.contract import AgentSpec, Registry
from agents.core.policy import Policy
from bot.app import Bot, build, build_edge
from bot.config.file import BotOptions, Config
from bot.edge.edge import Edge
from bot.emulator import Emulator
from bot.settings import read_settings
from storage.store import Tx
from storage.tables import audit, envelopes, outbox
from tests.until import until

T = TypeVar("T")

POLICY = Policy.model_validate(
    {
        "operators": {"users": ["U0DEE"]},
        "agents": {
            "clerk": {
                "owner": {"users": ["U0ANA"]},
                "approvers": {"users": ["U0BO"], "groups": ["S0SUPPORT"]},
                "channels": ["C0SUPPORT"],
            }
        },
    }
)


@dataclass(kw_only=True)
class Rig:
    """The parts a test looks at."""

    emu: Emulator
    bot: Bot
    edge: Edge

    async def write(self, fn: Callable[[Tx], T]) -> T:
        return await self.bot.store.write(fn)

    async def read(self, fn: Callable[[Tx], T]) -> T:
        return await self.bot.store.read(fn)

    async def rows(self, table: Any, *conditions: Any) -> list[Any]:
        """Rows of a table, in the order of their keys."""
        return list(await self.read(lambda tx: tx.execute(select(table).where(*conditions)).all()))

    async def envelopes(self) -> list[Any]:
        return await self.rows(envelopes)

    async def outbox(self, *conditions: Any) -> list[Any]:
        return await self.rows(outbox, *conditions)

    async def events(self) -> list[str]:
        """The names of what the audit holds, in order."""
        return [row.event for row in await self.rows(audit)]

    async def settled(self) -> None:
        """Returns once every delivery is answered or given up, all that was stored is handled, and the outbox is empty."""

        async def quiet() -> bool:
            sent = await self.emu.traffic(only="envelope")
            if any(not (entry["acked"] or entry.get("reason")) for entry in sent):
                return False
            waiting = [row for row in await self.envelopes() if row.handled_at is None]
            unsent = [row for row in await self.outbox() if row.state in ("queued", "sending")]
            return not waiting and not unsent

        await until(quiet, seconds=30, what="deliveries and outbox to be settled")

    async def connected(self, sockets: int = 2, *, seconds: float = 10) -> None:
        await until(
            lambda: self.edge.connections.state.connected == sockets, seconds=seconds, what=f"{sockets} sockets"
        )


def settings_for(emu: Emulator, data: Path, **more: Any) -> Any:
    """Settings of a bot on this local Slack."""
    return read_settings(
        slack_bot_token=emu.bot_token,
        slack_app_token=emu.app_token,
        slack_api_url=emu.api_url,
        calmops_data=data,
        **more,
    )


@asynccontextmanager
async def edge_on(
    emu: Emulator,
    data: Path,
    *,
    register: Callable[[AsyncApp], None] | None = None,
    agents: tuple[AgentSpec[Any, Any], ...] = (),
    policy: Policy = POLICY,
    clock: Clock | None = None,
    worker: bool = False,
    ports: dict[type, object] | None = None,
    start: bool = True,
    **settings: Any,
) -> AsyncIterator[Rig]:
    """An edge, connected, until the end of the block. With `worker` jobs run too."""
    bot = await build(
        settings_for(emu, data, **settings),
        clock=clock,
        config=Config(options=BotOptions(), policy=policy),
        registry=Registry(agents),
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bot.close)
        if worker:
            from bot.worker import build_worker

            working = build_worker(
                store=bot.store,
                registry=bot.registry,
                policy=bot.config.policy,
                clock=bot.clock,
                wake=bot.wake,
                ports=ports,
            )
            await working.start()
            stack.push_async_callback(working.stop)
        edge = await build_edge(bot, register=register)
        stack.push_async_callback(edge.stop)
        bot.listen()
        rig = Rig(emu=emu, bot=bot, edge=edge)
        if start:
            await edge.start()
            await rig.connected(edge.connections.state.wanted)
        yield rig
