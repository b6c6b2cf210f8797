"""What stands behind the agents' ports: ticket desk, memory, reasoner, a language model where one is set, one's own systems."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Protocol, TypeGuard

from agents.core.announcing import Announcer
from agents.core.customers import CustomerBook
from agents.core.desk import TicketDesk
from agents.core.models import LanguageModel
from agents.core.reasoning import ExampleBook, Reasoner
from bot.announcing import OutboxAnnouncer
from bot.extensions import own_systems
from bot.settings import Settings
from storage.store import Store

log = logging.getLogger(__name__)


def own_ports(store: Store, settings: Settings) -> dict[type, object]:
    """The desk in the bot's own database, its memory, and the local reasoner, which keeps trained models in the data folder.

    Extensions connect systems of their own, also in place of these. Raises `Misconfigured` for an examples file, a language
    model or an extension that cannot be used.
    """
    from agents.reasoning.local import LocalReasoner, default_tasks
    from storage.customers import TableCustomers
    from storage.desk import TableDesk
    from storage.lessons import TableBook

    tasks = default_tasks(target=settings.calmops_precision, examples=settings.calmops_examples)
    ports: dict[type, object] = {
        Announcer: OutboxAnnouncer(store),
        TicketDesk: TableDesk(store),
        CustomerBook: TableCustomers(store),
        ExampleBook: TableBook(store),
        Reasoner: LocalReasoner(tasks, cache=settings.calmops_data / "models"),
    }
    if settings.calmops_model:
        from agents.reasoning.language import build_language_model

        key = settings.calmops_model_key
        ports[LanguageModel] = build_language_model(
            settings.calmops_model,
            address=settings.calmops_model_url or None,
            key=key.get_secret_value() if key else None,
        )
    return ports | own_systems(settings.extensions)


async def close_ports(ports: Mapping[type, object]) -> None:
    """Closes what stands behind the ports and has something to close, such as connections to a model's provider. One that
    cannot be closed is named in the log."""
    closing = {kind.__name__: port.close() for kind, port in ports.items() if _closes(port)}
    for name, failed in zip(closing, await asyncio.gather(*closing.values(), return_exceptions=True), strict=True):
        if failed is not None:
            log.warning("%s could not be closed: %s", name, failed, extra={"event": "port.not_closed", "port": name})


def _closes(port: Any) -> TypeGuard["Closing"]:
    return inspect.iscoroutinefunction(getattr(port, "close", None))


class Closing(Protocol):
    """A port with something to close."""

    async def close(self) -> None: ...


def preparation(ports: Mapping[type, object]) -> Callable[[], Awaitable[None]] | None:
    """What gets the reasoner ready; None when there is nothing to get ready."""
    prepare = getattr(ports.get(Reasoner), "prepare", None)
    book = ports.get(ExampleBook)
    return partial(prepare, book) if prepare is not None and book is not None else None
