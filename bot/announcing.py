"""Announcements of agents, as outbox rows: the edge posts them."""

from collections.abc import Sequence
from dataclasses import asdict

from agents.core.announcing import Line
from agents.core.ids import JobId
from storage import outbox
from storage.outbox import Urgency
from storage.store import Store


class OutboxAnnouncer:
    """The `Announcer` of this bot. A key is remembered as long as the outbox row is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def announce(
        self, channel: str, headline: str, lines: Sequence[Line], *, mention: Sequence[str], key: str, job_id: int
    ) -> None:
        await self._store.write(
            lambda tx: outbox.put(
                tx,
                "post",
                "announcement",
                channel=channel,
                stream=f"announcements:{channel}",
                urgency=Urgency.RESULT,
                subject=f"job:{job_id}",
                job_id=JobId(job_id),
                key=key,
                headline=headline,
                lines=[asdict(line) for line in lines],
                mention=list(mention),
            )
        )
