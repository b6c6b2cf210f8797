"""Approvals as people give them: the whole bot, its processes and all, on the local Slack."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from agents.core.clock import SystemClock
from bot.config.built_in import give_policy
from bot.emulator import Emulator, start_emulator
from storage.open import open_store
from storage.store import Store
from storage.tables import effects, envelopes, outbox
from tests.chaos.victim import data_url
from tests.e2e.processes import calmops, tokens_for
from tests.until import until

CHANNEL = "C0SUPPORT"
UNCLEAR = "Hello, I think something is off with thing {} you sent me about the other matter, could someone look?"
APART = ("progress", "session", "person")
"""Views that say how a job goes, and look-ups of people: no part of asking and answering."""

_CLICKED = select(envelopes.c.received_at).where(envelopes.c.kind == "interactive").order_by(envelopes.c.id.desc())
_ENDED = select(effects.c.finished_at).where(effects.c.finished_at.is_not(None)).order_by(effects.c.id)
_OPEN = select(outbox.c.id).where(outbox.c.state.in_(["queued", "sending"]))
_SENT = select(outbox.c.view).where(outbox.c.state == "sent")


@dataclass(frozen=True, kw_only=True)
class Trips:
    """Seconds from the delivery of each click until its tool had answered, and how often each view was sent in all."""

    took: list[float]
    sent: Counter[str]

    @property
    def calls_each(self) -> float:
        """Slack calls that asking and answering took for one approval."""
        return sum(number for view, number in self.sent.items() if view not in APART) / len(self.took)


async def slack_trips(folder: Path, number: int) -> Trips:
    """One approval after another: a message causes a question, its card comes, somebody presses Approve, it is done."""
    give_policy(folder / "calmops.toml")
    async with (
        start_emulator(seed=1) as emu,
        calmops("run", "--data", str(folder), log=folder / "log", variables=tokens_for(emu)) as bot,
    ):
        await bot.ready()
        await emu.wait_connected(1, timeout=60)
        store = await open_store(data_url(folder), SystemClock())
        try:
            took = [await _one(emu, store, turn) for turn in range(number)]
            await until(lambda: _nothing_to_send(store), seconds=60, what="the bot to have said all")
            sent = Counter(await store.read(lambda tx: tx.execute(_SENT).scalars().all()))
        finally:
            await store.close()
    return Trips(took=took, sent=sent)


async def _one(emu: Emulator, store: Store, turn: int) -> float:
    said = await emu.say("cho", CHANNEL, UNCLEAR.format(turn))
    card, button = await until(lambda: _card(emu, said), seconds=60, what="the card")
    answer = await emu.click("ana", card, button["action_id"], button.get("value"))
    assert answer["acked"], answer

    async def ended() -> float | None:
        moments = await store.read(lambda tx: tx.execute(_ENDED).scalars().all())
        return moments[turn] if len(moments) > turn else None

    moment = await until(ended, seconds=60, what="the tool to answer")
    clicked: float = await store.read(lambda tx: tx.execute(_CLICKED).scalars().first())
    return moment - clicked


async def _card(emu: Emulator, thread: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    for message in await emu.messages(CHANNEL, thread_ts=thread):
        for button in _buttons(message):
            if button["action_id"].startswith("card.approve"):
                return message, button
    return None


def _buttons(message: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for block in message.get("blocks", ()):
        if block["type"] == "actions":
            yield from block["elements"]


async def _nothing_to_send(store: Store) -> bool:
    return await store.read(lambda tx: tx.execute(_OPEN).first()) is None
