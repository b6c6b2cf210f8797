"""People go on while something between them and the bot is broken: no socket, a full disk, clocks that disagree."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from agents.core.errors import Transient
from agents.core.ids import EscalationId, person_id
from agents.core.records import EscalationState, Verdict
from agents.core.status import JobStatus
from bot.emulator import Emulator
from storage import controls, escalations, jobs
from tests.edge.clerk import CLERK, card_of, policy, press, start
from tests.edge.ledger import Ledger
from tests.edge.rig import Rig, edge_on
from tests.engine.toys import Shop
from tests.until import until

ANYBODY = person_id("T0LOCAL", "U0ANA")


async def asked(rig: Rig, number: int) -> list[EscalationId]:
    """So many questions that wait."""
    for place in range(number):
        await start(rig, "C0OPS", text=f"wall {place}")

    async def all_wait() -> list[Any]:
        found = await rig.read(lambda tx: escalations.pending(tx, limit=1_000))
        return found if len(found) == number else []

    return [one.id for one in await until(all_wait, seconds=60, what=f"{number} questions")]


async def decided(rig: Rig) -> int:
    found = [one.status for one in await rig.read(lambda tx: jobs.recent(tx, limit=1_000))]
    return found.count(JobStatus.SUCCEEDED)


async def test_every_question_that_was_answered_while_the_socket_was_gone_can_be_answered_again(
    emu: Emulator, tmp_path: Path
) -> None:
    """S-A3: Slack shows each person an error, every job waits on, and after the reconnect each answer counts once."""
    number, shop = 100, Shop()
    await emu.act("settings", ack_seconds=0.2)
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        waiting = await asked(rig, number)
        await emu.fault("refuse_connect", times=1_000)
        await emu.drop_sockets()
        await until(lambda: rig.edge.connections.state.connected == 0, what="the sockets to be gone")
        failed = await asyncio.gather(*(emu.command("bo", "C0OPS", f"/ops approve {one}") for one in waiting))
        assert not any(click["acked"] for click in failed)
        assert shop.calls == []
        await emu.clear_faults()
        await rig.connected(seconds=120)
        await emu.act("settings", ack_seconds=30.0)  # all at once, on whatever machine
        worked = await asyncio.gather(*(emu.command("bo", "C0OPS", f"/ops approve {one}") for one in waiting))
        assert all(click["acked"] for click in worked)

        async def all_done() -> bool:
            return await decided(rig) == number

        await until(all_done, seconds=60, what="every job to be done")
        assert len(shop.calls) == number


async def test_a_repeated_click_is_one_decision(emu: Emulator, tmp_path: Path) -> None:
    """S-A1, for clicks: the same delivery again, also after a restart."""
    shop = Shop()
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        job = await start(rig, "C0OPS")
        card = await card_of(emu, "C0OPS")
        await emu.fault("duplicate_envelope", {"type": "interactive"}, copies=5)
        assert (await press(emu, "bo", card))["acked"]

        async def done() -> bool:
            return (await rig.read(lambda tx: jobs.get(tx, job))).status is JobStatus.SUCCEEDED

        await until(done, seconds=30, what="the job to end")
        click = next(one for one in await emu.traffic(only="envelope") if one["type"] == "interactive")
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        await emu.redeliver(click["envelope_id"])
        await until(lambda: rig.edge.ingest.counts.repeated >= 1, what="the repetition to be recognised")
        await rig.settled()
        assert (await rig.events()).count("escalation.answered") == 1
        assert len(shop.calls) == 1


async def _fill(rig: Rig) -> None:
    """Uses up every page there is, down to the last one that a small row would need."""
    used = await rig.read(lambda tx: tx.connection.exec_driver_sql("PRAGMA page_count").scalar())
    await rig.write(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count={used + 8}"))
    for size in (20_000, 2_000, 200):
        with pytest.raises(Transient, match="disk is full"):
            await _put_many(rig, size)


async def _put_many(rig: Rig, size: int) -> None:
    for number in range(1_000):
        await rig.write(lambda tx, n=number: controls.put(tx, f"{tx.now} {n}", "x" * size, by=ANYBODY))  # type: ignore[misc]


async def test_nothing_is_acknowledged_while_the_disk_is_full_and_the_same_command_works_afterwards(
    emu: Emulator, tmp_path: Path, long_counts: bool
) -> None:
    """S-B7 at the edge, with no restart in between."""
    ledger, turns = Ledger(), 20 if long_counts else 3
    async with edge_on(emu, tmp_path, register=ledger.register) as rig:
        for turn in range(turns):
            await emu.act("settings", ack_seconds=0.5)
            await _fill(rig)
            text = f"/ops {turn} " + "x" * 9_000  # more than a page, so that it cannot go into half an old one
            assert not (await emu.command("ana", "C0SUPPORT", text))["acked"]
            assert len(ledger.of("command")) == turn
            await rig.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=1000000"))
            await emu.act("settings", ack_seconds=3.0)
            assert (await emu.command("ana", "C0SUPPORT", text))["acked"]
        assert [text.split()[0] for text in ledger.of("command")] == [str(turn) for turn in range(turns)]
        assert await rig.bot.store.damage() == ""


@pytest.mark.parametrize("skew", [-1_200, 1_200])
async def test_what_slacks_clock_says_makes_nothing_expire_and_nothing_last(
    emu: Emulator, tmp_path: Path, skew: int
) -> None:
    """S-E5: Slack is twenty minutes behind or ahead; only our own clock counts, in an approval of ten minutes."""
    shop, rules = Shop(), policy(expiry="10m")
    await emu.clock(skew=skew)
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=rules, worker=True, ports={Shop: shop}) as rig:
        first = await start(rig, "C0OPS")
        card = await card_of(emu, "C0OPS")
        assert abs(float(card["ts"]) - rig.bot.clock.now() - skew) < 300
        await rig.edge.clock.questions()
        assert (await rig.read(lambda tx: escalations.get(tx, EscalationId(1)))).state is EscalationState.PENDING
        await press(emu, "bo", card)

        async def done() -> bool:
            return (await rig.read(lambda tx: jobs.get(tx, first))).status is JobStatus.SUCCEEDED

        await until(done, seconds=30, what="the job to be done")
        await start(rig, "C0OPS")
        late = await card_of(emu, "C0OPS")
        await rig.write(lambda tx: escalations.change(tx, EscalationId(2), expires_at=tx.now - 1))
        await press(emu, "bo", late)
        await rig.settled()
        second = await rig.read(lambda tx: escalations.get(tx, EscalationId(2)))
        assert second.verdict is not Verdict.APPROVED
        assert len(shop.calls) == 1
