"""News of what changed, for open pages and for tests that wait."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.emulator.wire import Json

Found = TypeVar("Found")
LONGEST_QUEUE = 5_000


class Subscription:
    """What one open page still has to be told. A page that is too slow is told to reload instead."""

    def __init__(self, viewer: str) -> None:
        self.viewer = viewer
        self.queue: asyncio.Queue[Json] = asyncio.Queue()

    def put(self, notice: Json) -> None:
        if self.queue.qsize() >= LONGEST_QUEUE:
            while not self.queue.empty():
                self.queue.get_nowait()
            notice = {"type": "reload", "reason": "this page fell too far behind"}
        self.queue.put_nowait(notice)


class Bulletin:
    """Publishes notices to the pages that may see them, and wakes every waiter to look again."""

    def __init__(self) -> None:
        self._subscriptions: set[Subscription] = set()
        self._waiters: set[asyncio.Event] = set()
        self.on_publish: list[Callable[[], None]] = []

    def subscribe(self, viewer: str) -> Subscription:
        subscription = Subscription(viewer)
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        self._subscriptions.discard(subscription)

    def publish(self, notice: Json, *, sees: Callable[[str], bool] | None = None) -> None:
        """Tell every page whose viewer `sees` it (all of them when not given)."""
        for subscription in self._subscriptions:
            if sees is None or sees(subscription.viewer):
                subscription.put(notice)
        for waiter in self._waiters:
            waiter.set()
        for listener in self.on_publish:
            listener()

    async def until(self, find: Callable[[], Found | None], timeout: float) -> Found | None:
        """What `find` returns as soon as it returns something; None after `timeout` real seconds."""
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(timeout):
                while (found := find()) is None:
                    await waiter.wait()
                    waiter.clear()
                return found
        except TimeoutError:
            return None
        finally:
            self._waiters.discard(waiter)
