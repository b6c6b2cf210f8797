"""Socket Mode connections: two of them, replaced when they end, asked for with patience."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from agents.core.errors import Misconfigured
from bot.emulator import Emulator
from storage.outbox import Urgency, put
from tests.edge.ledger import Ledger
from tests.edge.rig import Rig, edge_on
from tests.until import until


async def opens(emu: Emulator) -> list[dict[str, Any]]:
    return await emu.calls("apps.connections.open")


async def seconds_to_reconnect(rig: Rig, sockets: int = 2) -> float:
    began = asyncio.get_running_loop().time()
    await rig.connected(sockets, seconds=15)
    return asyncio.get_running_loop().time() - began


async def gone(rig: Rig) -> None:
    await until(lambda: rig.edge.connections.state.connected == 0, what="the sockets to be gone")


async def test_two_sockets_are_open_by_default(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        assert emu.local.sockets.open_count("A0CALMOPS") == 2
        assert rig.edge.connections.state.trouble is None


async def test_nothing_is_lost_or_doubled_while_slack_asks_for_new_connections(
    emu: Emulator, tmp_path: Path, long_counts: bool
) -> None:
    """S-A4."""
    rotations = 200 if long_counts else 20
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        rig.edge.connections.gap, told = 0.05, set[int]()
        for rotation in range(rotations):
            one = next(c for c in emu.local.sockets._connections if c.number not in told)
            told.add(one.number)
            emu.local.sockets.announce(one, "warning" if rotation % 2 else "refresh_requested", after=5.0)
            for number in range(5):
                await emu.say("ana", "C0SUPPORT", f"message {rotation}.{number}")
            await until(_opened(rig, rotation + 3), seconds=30, what="a new socket")
        await rig.settled()

        sent = [f"message {rotation}.{number}" for rotation in range(rotations) for number in range(5)]
        assert sorted(ledger.of("message")) == sorted(sent)


async def test_a_click_in_the_middle_of_a_refresh_is_answered(emu: Emulator, tmp_path: Path) -> None:
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        rig.edge.connections.gap = 0.05
        for number in range(5):
            await emu.fault("refresh_mid_click", {"type": "slash_commands"})
            answer = await emu.command("ana", "C0SUPPORT", f"/ops {number}")
            assert answer["acked"]
            await rig.connected()

        assert ledger.of("command") == [str(number) for number in range(5)]


async def test_a_broken_socket_is_replaced_at_once(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.drop_sockets()
        await gone(rig)
        assert await seconds_to_reconnect(rig, 1) < 20


async def test_a_burnt_ticket_is_not_offered_again(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault("burnt_ticket", times=2)
        before = len(await opens(emu))
        await emu.drop_sockets()
        await gone(rig)

        assert await seconds_to_reconnect(rig, 1) < 20
        assert len(await opens(emu)) > before


async def test_handshakes_that_are_refused_are_asked_for_ever_more_rarely(emu: Emulator, tmp_path: Path) -> None:
    """S-A5: at most one call a second, with growing pauses, and health is red."""
    async with edge_on(emu, tmp_path, register=Ledger().register, calmops_sockets=1) as rig:
        await emu.fault("refuse_connect", for_seconds=6)
        before = len(await opens(emu))
        await emu.drop_sockets()
        await gone(rig)
        assert not (await rig.edge.look())["ok"]
        took = await seconds_to_reconnect(rig, 1)
        times = [entry["at"] for entry in (await opens(emu))[before:]]
        pauses = [later - earlier for earlier, later in pairwise(times)]

        assert 5 < took <= 30
        assert all(pause >= 0.95 for pause in pauses)
        assert pauses[-1] > pauses[0]
        assert (await rig.edge.look())["ok"]


async def test_a_busy_slack_is_not_asked_again_before_its_retry_after(emu: Emulator, tmp_path: Path) -> None:
    """S-A5."""
    async with edge_on(emu, tmp_path, register=Ledger().register, calmops_sockets=1) as rig:
        await emu.fault("rate_limited", {"method": "apps.connections.open"}, retry_after=3)
        before = len(await opens(emu))
        await emu.drop_sockets()
        await gone(rig)
        await rig.connected(1)
        times = [entry["at"] for entry in (await opens(emu))[before:]]

        assert len(times) == 2
        assert times[1] - times[0] >= 3


@pytest.mark.parametrize("fault", [{"kind": "server_error"}, {"kind": "malformed_reply"}, {"kind": "cut"}])
async def test_a_slack_that_fails_is_asked_again(emu: Emulator, tmp_path: Path, fault: dict[str, str]) -> None:
    """S-A5."""
    async with edge_on(emu, tmp_path, register=Ledger().register, calmops_sockets=1) as rig:
        await emu.fault(fault["kind"], {"method": "apps.connections.open"})
        await emu.drop_sockets()
        await gone(rig)
        await rig.connected(1)


async def test_a_refused_token_ends_the_edge_with_one_sentence(emu: Emulator, tmp_path: Path) -> None:
    """S-A5."""
    async with edge_on(emu, tmp_path, register=Ledger().register, calmops_sockets=1) as rig:
        await emu.fault("error", {"method": "apps.connections.open"}, error="invalid_auth", times=50)
        await emu.drop_sockets()
        with pytest.raises(Misconfigured, match=r"SLACK_APP_TOKEN.*invalid_auth"):
            async with asyncio.timeout(10):
                await rig.edge.failed()


@pytest.mark.parametrize(
    ("reason", "word"), [("link_disabled", "Socket Mode was switched off"), ("too_many_websockets", "too many sockets")]
)
async def test_slacks_reason_for_hanging_up_is_told(emu: Emulator, tmp_path: Path, reason: str, word: str) -> None:
    """S-A5."""
    async with edge_on(emu, tmp_path, register=Ledger().register, calmops_sockets=1) as rig:
        await emu.fault("refuse_connect", for_seconds=2)
        await emu.disconnect(reason, after=0.1)
        await gone(rig)
        health = await rig.edge.look()

        assert not health["ok"]
        assert any(word in problem for problem in health["problems"])
        await rig.connected(1)


async def test_people_who_click_while_the_socket_is_gone_can_click_again(emu: Emulator, tmp_path: Path) -> None:
    """S-A3: the click fails visibly, and the same button works after the reconnect."""
    ledger = Ledger()
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        await emu.fault("refuse_connect", for_seconds=3)
        await emu.drop_sockets()
        await gone(rig)
        failed = await emu.command("ana", "C0SUPPORT", "/ops approve")
        await rig.connected(1)
        worked = await emu.command("ana", "C0SUPPORT", "/ops approve")

        assert not failed["acked"]
        assert worked["acked"]
        assert ledger.of("command") == ["approve"]


async def test_an_acknowledgement_leaves_on_another_socket_when_its_own_is_gone(emu: Emulator, tmp_path: Path) -> None:
    ledger = Ledger(hold=asyncio.Event())
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        asking = asyncio.create_task(emu.command("ana", "C0SUPPORT", "/ops slow"))
        await until(lambda: rig.edge.ingest.in_hand, what="the command to be in hand")
        entry = (await emu.traffic(only="envelope"))[-1]
        mine = next(c for c in emu.local.sockets._connections if c.number == entry["connection"])
        mine.reset()
        await until(lambda: rig.edge.connections.state.connected < 2, what="that socket to be gone")
        assert ledger.hold is not None
        ledger.hold.set()

        assert (await asking)["acked"]


async def test_a_revoked_bot_token_is_named_and_messages_are_kept(emu: Emulator, tmp_path: Path) -> None:
    """S-I4: nothing is lost."""
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault("error", {"method": "chat.postMessage"}, error="token_revoked", times=1)
        await rig.write(
            lambda tx: put(tx, "post", "reply", stream="s", urgency=Urgency.RESULT, channel="C0SUPPORT", text="kept")
        )
        await until(lambda: rig.edge.deliverer.state.refused, what="the refusal")

        assert any("token_revoked" in problem for problem in (await rig.edge.look())["problems"])
        assert [row.state for row in await rig.outbox()] == ["queued"]


def _opened(rig: Rig, number: int) -> Callable[[], bool]:
    return lambda: rig.edge.connections.state.opened >= number
