"""A burst of events is stored and answered in time, every one of them."""

import asyncio
from pathlib import Path

from bot.emulator import Emulator
from tests.edge.ledger import Ledger
from tests.edge.rig import edge_on


async def test_a_burst_of_events_is_acknowledged_in_time(emu: Emulator, tmp_path: Path, long_counts: bool) -> None:
    """S-A2: 200 events in 5 s, then 50 a second (for 5 s here, a minute in the long form)."""
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        loop = asyncio.get_running_loop()
        sent = 0
        for number, seconds in ((200, 5.0), (50 * (60 if long_counts else 5), 60.0 if long_counts else 5.0)):
            began = loop.time()
            for count in range(number):
                await emu.say("ana", "C0SUPPORT", f"message {sent}")
                sent += 1
                ahead = began + (count + 1) * seconds / number - loop.time()
                if ahead > 0:
                    await asyncio.sleep(ahead)  # the load's own rhythm, not a wait for something
        await rig.settled()
        entries = await emu.traffic(only="envelope")
        waits = sorted(entry["ack_ms"] for entry in entries)

        assert all(entry["acked"] for entry in entries)
        assert waits[-1] < 3000
        assert waits[int(len(waits) * 0.99)] <= 1000
        assert len(set(ledger.of("message"))) == len(ledger.of("message")) == sent
