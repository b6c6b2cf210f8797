"""The real processes of the bot on the local Slack: bursts, power cuts and changes of connection. Every test prints its
figures; times are only held to their limits in the long form."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from agents.core.clock import SystemClock
from agents.core.records import JobRecord
from agents.core.status import FINISHED, JobStatus
from bot.config.built_in import give_policy
from bot.emulator import Emulator, start_emulator
from storage import jobs
from storage.open import open_store
from storage.store import Store
from tests.chaos.victim import data_url
from tests.e2e.processes import calmops, tokens_for
from tests.until import until

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

CHANNEL = "C0SUPPORT"
UNCLEAR = "Hello, I think something is off with thing {} you sent me about the other matter, could someone look?"
CLEAR = "I was charged twice on invoice {}, please refund the second payment"
ROTATIONS_APART = 0.15
LATE_MS = 3_000


@pytest_asyncio.fixture
async def emu() -> AsyncIterator[Emulator]:
    async with start_emulator(seed=1) as running:
        yield running


@pytest.fixture
def data(tmp_path: Path) -> Path:
    give_policy(tmp_path / "data" / "calmops.toml")
    return tmp_path / "data"


@asynccontextmanager
async def books(data: Path) -> AsyncIterator[Store]:
    """The bot's database, read from outside."""
    store = await open_store(data_url(data), SystemClock())
    try:
        yield store
    finally:
        await store.close()


async def all_jobs(store: Store) -> list[JobRecord]:
    return await store.read(lambda tx: jobs.recent(tx, limit=100_000))


class Postbox:
    """What the local Slack delivered since this was made, read often enough that its record forgets nothing unread."""

    def __init__(self, emu: Emulator, since: int) -> None:
        self._emu = emu
        self._since = since
        self._entries: dict[int, dict[str, Any]] = {}

    async def read(self) -> list[dict[str, Any]]:
        """Every delivery of an event; the entries gain their acknowledgement while they stand here."""
        for entry in await self._emu.traffic(self._since):
            if entry["kind"] == "envelope" and entry["type"] == "events_api":
                self._entries[entry["n"]] = entry
        return list(self._entries.values())

    async def unanswered(self) -> set[str]:
        """Events of which no delivery was acknowledged."""
        entries = await self.read()
        answered = {e["event_id"] for e in entries if e["ack_ms"] is not None}
        return {e["event_id"] for e in entries} - answered

    async def all_answered(self, seconds: float) -> None:
        async def none_left() -> bool:
            return not await self.unanswered()

        await until(none_left, seconds=seconds, what="every event to be acknowledged")

    async def milliseconds(self) -> list[float]:
        return sorted(float(e["ack_ms"]) for e in await self.read() if e["ack_ms"] is not None)


async def postbox(emu: Emulator) -> Postbox:
    seen = await emu.traffic()
    return Postbox(emu, seen[-1]["n"] if seen else 0)


async def say_evenly(emu: Emulator, number: int, seconds: float, text: str, box: Postbox) -> list[str]:
    """Messages of one person, spread over this time; returns their timestamps."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    said = []
    for n in range(number):
        await asyncio.sleep(max(0.0, began + n * seconds / number - loop.time()))
        said.append(await emu.say("cho", CHANNEL, text.format(n)))
        if n % 100 == 99:
            await box.read()
    return said


async def started_by(store: Store, said: list[str]) -> Counter[str]:
    """How many jobs each of these messages started."""
    wanted = set(said)
    return Counter(str(job.source.ts) for job in await all_jobs(store) if job.source.ts in wanted)


async def test_every_event_of_a_burst_is_acknowledged_and_becomes_one_job(
    emu: Emulator, data: Path, tmp_path: Path, long_counts: bool
) -> None:
    """S-A2."""
    async with calmops("run", "--data", str(data), log=tmp_path / "log", variables=tokens_for(emu)) as bot:
        await bot.ready()
        box = await postbox(emu)
        said = await say_evenly(emu, *((200, 5.0) if long_counts else (50, 2.0)), "Burst: " + CLEAR, box)
        if long_counts:
            said += await say_evenly(emu, 3_000, 60.0, "Steady: " + CLEAR, box)
        await box.all_answered(60)
        async with books(data) as store:
            started = await started_by(store, said)
        took = await box.milliseconds()
    print(
        f"{len(said)} messages, {len(took)} acknowledgements: median {took[len(took) // 2]:.0f} ms, "
        f"p99 {took[int(len(took) * 0.99)]:.0f} ms, slowest {took[-1]:.0f} ms"
    )
    assert started == dict.fromkeys(said, 1)
    if long_counts:
        assert took[int(len(took) * 0.99)] <= 1_000
        assert took[-1] < LATE_MS


async def test_the_old_buttons_work_after_the_death_of_the_whole_bot(
    emu: Emulator, data: Path, tmp_path: Path, long_counts: bool
) -> None:
    """S-B3."""
    number = 20 if long_counts else 3

    async def waiting(store: Store) -> list[dict[str, Any]]:
        found = await emu.messages(CHANNEL)
        threads = [await emu.messages(CHANNEL, thread_ts=m["ts"]) for m in found if m.get("user") == "U0CHO"]
        cards = [m for thread in threads for m in thread if approve(m)]
        held = [job for job in await all_jobs(store) if job.status is JobStatus.WAITING]
        return cards if len(cards) == len(held) == number else []

    log = tmp_path / "log"
    async with calmops("run", "--data", str(data), log=log, variables=tokens_for(emu)) as bot:
        await bot.ready()
        async with books(data) as store:
            said = [await emu.say("cho", CHANNEL, UNCLEAR.format(n)) for n in range(number)]
            cards = await until(lambda: waiting(store), seconds=120, what=f"{number} cards")
        await bot.kill_all()

    begun = time.perf_counter()
    async with calmops("run", "--data", str(data), log=log, variables=tokens_for(emu)) as bot:
        await bot.ready()
        up = time.perf_counter() - begun
        clicked = [await emu.click("ana", card, *approve(card)) for card in cards]
        live = time.perf_counter() - begun - up

        async with books(data) as store:

            async def all_over() -> list[JobRecord]:
                found = await all_jobs(store)
                return found if all(job.status in FINISHED for job in found) else []

            done = await until(all_over, seconds=120, what="every job to come to an end")
            started = await started_by(store, said)
    print(f"{number} approvals: bot up again after {up:.1f} s, all clicked {live:.1f} s later")
    assert all(click["acked"] for click in clicked)
    assert [job.status for job in done] == [JobStatus.SUCCEEDED] * number
    assert started == dict.fromkeys(said, 1)
    if long_counts:
        assert live <= 5


async def test_changes_of_connection_under_load_lose_and_double_nothing(
    emu: Emulator, data: Path, tmp_path: Path, long_counts: bool
) -> None:
    """S-A4."""
    rotations = 20 if long_counts else 3
    async with calmops("run", "--data", str(data), log=tmp_path / "log", variables=tokens_for(emu)) as bot:
        await bot.ready()
        await emu.wait_connected(2, timeout=30)
        box = await postbox(emu)
        said = []
        for turn in range(rotations):
            said += await say_evenly(emu, 5, 5 * ROTATIONS_APART, f"Turn {turn}: {CLEAR}", box)
            if turn % 3 == 2:
                await emu.disconnect("refresh_requested")
            else:
                await emu.fault("refresh_mid_click")
            said += await say_evenly(emu, 5, 5 * ROTATIONS_APART, f"Turn {turn} again: {CLEAR}", box)
            await emu.wait_connected(2, timeout=60)
        await emu.clock(advance=61)  # what met no connection twice is sent again after a minute
        await box.all_answered(60)
        async with books(data) as store:
            started = await started_by(store, said)
        opened = [e for e in await emu.traffic(only="socket") if e["what"] == "opened"]
        entries = await box.read()

        await emu.fault("lose_envelope", times=1_000)  # the bot hears of its own messages too
        lost = await say_evenly(emu, 1, 0.1, "Lost: " + CLEAR, box)
        assert await box.unanswered(), "a lost one is noticed"
        async with books(data) as store:
            assert await started_by(store, lost) == {}
    again = sum(1 for e in entries if e["attempt"])
    print(f"{rotations} rotations, {len(opened)} sockets, {len(said)} messages, {again} deliveries repeated")
    assert len(opened) >= 2 + rotations
    assert started == dict.fromkeys(said, 1)


def approve(message: dict[str, Any]) -> tuple[str, str] | None:
    """The action and the value of a card's approve button; None for what is no open card."""
    rows = [block["elements"] for block in message.get("blocks", ()) if block["type"] == "actions"]
    found = [one for row in rows for one in row if one["action_id"].startswith("card.approve")]
    return (found[0]["action_id"], found[0].get("value", "")) if found else None
