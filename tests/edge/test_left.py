"""A channel that takes no message of ours any more: what waits there comes to those who may answer, at once."""

from pathlib import Path
from typing import Any

import pytest

from agents.core.ids import EscalationId
from agents.core.records import Verdict
from agents.core.status import JobStatus
from bot.emulator import Emulator
from storage import escalations, jobs
from tests.edge.clerk import CLERK, approve_button, card_of, policy, press, start
from tests.edge.rig import Rig, edge_on
from tests.engine.toys import Shop
from tests.until import until

E1 = EscalationId(1)
GONE = {
    "removed": ("leave", {"as": "bo", "user": "U0CALMOPS", "channel": "C0OPS"}),
    "archived": ("archive", {"as": "bo", "channel": "C0OPS"}),
}


async def direct(emu: Emulator, who: str) -> list[dict[str, Any]]:
    return [m for m in await emu.messages(await emu.open_dm(who, "U0CALMOPS"), viewer=who) if m["user"] == "U0CALMOPS"]


async def card_for(emu: Emulator, who: str, number: int = 1) -> dict[str, Any]:
    async def there() -> dict[str, Any] | None:
        found = [m for m in await direct(emu, who) if approve_button(m)]
        return found[-1] if len(found) >= number else None

    return await until(there, seconds=30, what=f"card {number} in the direct messages of {who}")


async def until_done(rig: Rig, job: Any) -> None:
    async def there() -> bool:
        return (await rig.read(lambda tx: jobs.get(tx, job))).status is JobStatus.SUCCEEDED

    await until(there, seconds=30, what=f"J{job} to be done")


@pytest.mark.parametrize("how", GONE)
async def test_open_cards_come_to_their_approvers_with_a_note_and_can_be_decided_there(
    emu: Emulator, tmp_path: Path, how: str
) -> None:
    shop = Shop()
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        job = await start(rig, "C0OPS")
        await card_of(emu, "C0OPS")
        await rig.settled()
        act, wanted = GONE[how]
        await emu.act(act, **wanted)

        card = await card_for(emu, "bo")
        note, *_ = await direct(emu, "bo")
        assert "can no longer write in <#C0OPS>" in note["text"]

        assert (await press(emu, "bo", card))["acked"]
        await until_done(rig, job)
        assert len(shop.calls) == 1
        decided = await rig.read(lambda tx: escalations.get(tx, E1))
        assert (decided.verdict, decided.decided_by) == (Verdict.APPROVED, "T0LOCAL/U0BO")


async def test_the_same_news_twice_brings_each_card_once(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        await start(rig, "C0OPS")
        await card_of(emu, "C0OPS")
        await rig.settled()
        for _ in range(2):
            await emu.act("leave", **{"as": "bo", "user": "U0CALMOPS", "channel": "C0OPS"})
            await card_for(emu, "bo")
            await rig.settled()
            await emu.act("invite", **{"as": "bo", "user": "U0CALMOPS", "channel": "C0OPS"})
        assert len([m for m in await direct(emu, "bo") if approve_button(m)]) == 1


async def test_many_cards_come_as_a_few_and_a_note_that_counts_all(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        for number in range(1, 13):
            await start(rig, "C0OPS", text=f"wall {number}")
        await until(lambda: _waiting(rig, 12), seconds=30, what="twelve questions")
        await emu.act("leave", **{"as": "bo", "user": "U0CALMOPS", "channel": "C0OPS"})
        await card_for(emu, "bo", 10)
        await rig.settled()
        found = await direct(emu, "bo")
        assert len([m for m in found if approve_button(m)]) == 10
        assert "12 questions" in found[0]["text"]


async def _waiting(rig: Rig, number: int) -> bool:
    return await rig.read(escalations.count_pending) == number


async def test_somebody_else_who_leaves_moves_nothing(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        await start(rig, "C0OPS")
        await card_of(emu, "C0OPS")
        await emu.act("leave", **{"as": "dee", "channel": "C0OPS"})
        await rig.settled()
        assert await direct(emu, "bo") == []
