"""Builds the bot. The only place that makes its parts and puts them together."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.core.clock import Clock, SystemClock
from agents.core.contract import Registry
from agents.core.redaction import Redactor
from bot.config.file import Config
from bot.config.watch import ConfigFile, FixedConfig
from bot.extensions import own_agents
from bot.registration import Admitted
from bot.settings import Settings, known_secret
from bot.wake import Wake, bell_folder
from storage.open import open_store
from storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt.app.async_app import AsyncApp

    from agents.core.policy import Policy
    from bot.edge.edge import Edge
    from bot.worker import Worker
    from storage.notices import Notices


@dataclass(frozen=True, kw_only=True)
class Bot:
    """What every process of the bot has: settings, policy, agents, the database, and a bell to ring the others."""

    settings: Settings
    config: ConfigFile | FixedConfig
    registry: Registry
    store: Store
    clock: Clock
    wake: Wake
    notices: "Notices | None" = None

    def listen(self) -> None:
        """Begins to hear when others have something for this process to do. To be called once its parts are there."""
        self.wake.start()
        if self.notices is not None:
            self.notices.start()

    async def close(self) -> None:
        if self.notices is not None:
            await self.notices.stop()
        self.wake.close()
        await self.store.close()


async def build(
    settings: Settings, *, clock: Clock | None = None, config: Config | None = None, registry: Registry | None = None
) -> Bot:
    """Opens the database and reads the policy. Raises `Misconfigured` with one line; nothing is changed then.

    `config` and `registry` stand in for calmops.toml and the library of agents.
    """
    ticking = clock or SystemClock()
    agents = registry or library(settings)
    policy = FixedConfig(config) if config else ConfigFile(settings.config_file, [a.name for a in agents.all()])
    store = await open_store(settings.database_url, ticking, synchronous=settings.calmops_sync)
    wake = Wake(bell_folder(settings.database_url))
    store.on_wake(wake.ring)
    notices = None
    if store.dialect == "postgresql":
        from storage.notices import Notices

        notices = Notices(settings.database_url, wake.heard)
    store.redact = hide_secrets(settings, policy.policy)
    admitted = Admitted(agents.all(), policy.policy)
    return Bot(
        settings=settings, config=policy, registry=admitted, store=store, clock=ticking, wake=wake, notices=notices
    )


def hide_secrets(settings: Settings, policy: "Callable[[], Policy]") -> "Callable[[str], str]":
    """Hides the tokens in use, what looks like a secret, and what the policy of the moment names."""
    known = [secret.get_secret_value() for secret in settings.secrets()]
    made: dict[str, Redactor] = {}

    def redact(text: str) -> str:
        now = policy()
        if now.version not in made:
            made.clear()
            shared = [found for rules in now.webhooks.values() for one in rules.secret if (found := known_secret(one))]
            made[now.version] = Redactor.of(patterns=now.redact, known=known + shared, sensitive=now.sensitive)
        return made[now.version](text)

    return redact


def library(settings: Settings) -> Registry:
    """Every agent that is installed: those that come with Calmops, and one's own. Raises `Misconfigured`."""
    from agents.library import all_agents

    return Registry((*all_agents(), *own_agents(settings.extensions)))


async def build_edge(bot: Bot, *, register: "Callable[[AsyncApp], None] | None" = None) -> "Edge":
    """Checks the tokens with Slack and puts the edge together, not yet connected. Raises `Misconfigured`.

    `register` wires other listeners than ours.
    """
    import aiohttp
    from slack_sdk.web.async_client import AsyncWebClient

    from agents.core.people import operator
    from bot.config.archive import archive_of
    from bot.doctor.inside import look_inside
    from bot.edge.bolt import build_bolt
    from bot.edge.clock import EdgeClock
    from bot.edge.connections import Connections
    from bot.edge.deliver import Deliverer
    from bot.edge.directory import SlackDirectory
    from bot.edge.edge import Edge
    from bot.edge.health import Health
    from bot.edge.ingest import Ingest
    from bot.edge.late import late_answer
    from bot.edge.outbox import Sender
    from bot.edge.owners import Owners
    from bot.edge.pacing import Pace
    from bot.edge.pictures import Pictures
    from bot.edge.preflight import check_token_forms, preflight
    from bot.edge.webhooks import Webhooks
    from handlers.deps import Deps
    from handlers.register import register as register_all
    from storage.anchor import AnchorFile

    settings = bot.settings
    steady = asyncio.get_running_loop().time
    bot_token, app_token = check_token_forms(settings)
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
    try:
        web = AsyncWebClient(token=bot_token, base_url=settings.slack_api_url, session=session, retry_handlers=[])
        known = await preflight(web, settings)
    except BaseException:
        await session.close()
        raise
    directory = SlackDirectory(web=web, home=known.home, policy=bot.config.policy, steady=steady)
    deps = Deps(
        store=bot.store,
        registry=bot.registry,
        policy=bot.config.policy,
        people=directory,
        clock=bot.clock,
        app_id=known.app_id,
        bot_user=known.bot_user,
        team=known.home.key,
        workspace_url=known.authorized.url or "",
        examine=lambda: look_inside(deps, web, directory, known),
    )
    # Bolt makes a client of its own for each delivery, with the token of `authorized`; it warns when it is given two.
    blank = AsyncWebClient(base_url=settings.slack_api_url, session=session, retry_handlers=[])
    app = build_bolt(
        web=blank,
        authorized=known.authorized,
        deps=deps,
        home=known.home,
        directory=directory,
        register=register or register_all,
    )
    connections: Connections
    ingest = Ingest(
        app=app,
        store=bot.store,
        clock=bot.clock,
        others=lambda: connections.acknowledgers(),
        late=late_answer(web, session),
    )
    connections = Connections(
        web=web,
        app_token=app_token,
        wanted=settings.calmops_sockets,
        on_frame=ingest.take,
        first_url=known.first_url,
    )
    pace = Pace()
    owners = Owners(policy=bot.config.policy, directory=directory, store=bot.store, team=known.home.key)
    pictures = Pictures(web=web, session=session, scopes=known.scopes)
    deliverer = Deliverer(web=web, deps=deps, pace=pace, steady=steady, owners=owners.of_row, pictures=pictures)
    sender = Sender(store=bot.store, clock=bot.clock, pace=pace, steady=steady, deliver=deliverer)
    bot.wake.on("edge", sender.wake)
    return Edge(
        web=web,
        deps=deps,
        connections=connections,
        ingest=ingest,
        sender=sender,
        deliverer=deliverer,
        directory=directory,
        clock=EdgeClock(
            store=bot.store,
            clock=bot.clock,
            registry=bot.registry,
            policy=bot.config.policy,
            options=bot.config.options,
            machine=operator("stop-file"),
            stop_file=settings.stop_file,
            anchors=AnchorFile(settings.anchor_file),
            archive=lambda: archive_of(settings, bot.config.options()),
        ),
        config=bot.config,
        health=Health(folder=settings.calmops_data, port=settings.calmops_port, clock=bot.clock),
        webhooks=Webhooks(deps=deps, address=settings.calmops_webhooks),
        alone=bot.store.dialect == "sqlite",
        closers=[session.close],
    )


def build_worker(bot: Bot, *, deadly: bool = False) -> "Worker":
    """Puts the worker together, not yet started. It speaks with nobody outside: what it needs of Slack it asks the edge.

    `deadly` lets it end its process for a job that never ends or that eats all memory; only where nothing else lives in it.
    """
    from bot.engine import Limits
    from bot.engine.faults import read_faults
    from bot.engine.limits import read_lanes
    from bot.ports import own_ports
    from bot.solitary import Solitary
    from bot.worker import build_worker

    settings = bot.settings
    lanes, suspects = read_lanes(settings.calmops_lanes)
    # A process of its own can start another beside it; where everything lives in one, suspects wait for a quiet moment.
    suspects = "never" if deadly and suspects == "here" else suspects
    return build_worker(
        store=bot.store,
        registry=bot.registry,
        policy=bot.config.policy,
        clock=bot.clock,
        wake=bot.wake,
        ports=own_ports(bot.store, settings),
        limits=Limits(
            lanes=lanes,
            suspects=suspects,
            deadly=deadly,
            memory_mb=settings.calmops_worker_memory_mb if deadly else 0,
        ),
        faults=read_faults(settings.calmops_fault, allowed=settings.calmops_test),
        solitary=Solitary() if suspects == "never" else None,
    )
