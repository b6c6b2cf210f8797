"""Cards in Slack when things go wrong: the decision stands, the right person is told, every click is answered."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from agents.core.ids import EscalationId, person_id
from agents.core.people import operator
from agents.core.records import EscalationState, Verdict
from agents.core.status import JobStatus
from bot.emulator import Emulator
from handlers import operations
from storage import escalations, jobs
from storage.store import Tx
from tests.edge.clerk import CLERK, approve_button, card_of, policy, press, start
from tests.edge.rig import Rig, edge_on
from tests.engine.toys import Shop
from tests.until import until

ANA = person_id("T0LOCAL", "U0ANA")
E1 = EscalationId(1)


async def until_done(rig: Rig, job: Any, status: JobStatus = JobStatus.SUCCEEDED) -> None:
    async def there() -> bool:
        return (await rig.read(lambda tx: jobs.get(tx, job))).status is status

    await until(there, seconds=30, what=f"J{job} to be {status}")


async def direct_messages(emu: Emulator, who: str) -> list[dict[str, Any]]:
    return await emu.messages(await emu.open_dm(who, "U0CALMOPS"), viewer=who)


async def test_a_click_decides_and_the_job_goes_on(emu: Emulator, tmp_path: Path) -> None:
    """The control: everything below must differ from this only by what is planted."""
    shop = Shop()
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        job = await start(rig, "C0OPS")
        card = await card_of(emu, "C0OPS")
        assert (await press(emu, "bo", card))["acked"]
        await until_done(rig, job)

        assert [args for _, args in shop.calls] == [{"wall": 7, "colour": "blue"}]


@pytest.mark.parametrize(
    "code",
    [
        "message_not_found",
        "cant_update_message",
        "edit_window_closed",
        "channel_not_found",
        "is_archived",
        "msg_too_long",
    ],
)
async def test_a_decision_stands_when_its_card_cannot_be_changed_and_people_are_told_another_way(
    emu: Emulator, tmp_path: Path, code: str
) -> None:
    """S-A8."""
    shop = Shop()
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        job = await start(rig, "C0OPS")
        card = await card_of(emu, "C0OPS")
        await emu.fault("error", {"method": "chat.update"}, error=code, times=50)
        await press(emu, "bo", card)
        await until_done(rig, job)
        decided = await rig.read(lambda tx: escalations.get(tx, E1))
        assert decided.verdict is Verdict.APPROVED
        assert len(shop.calls) == 1

        async def told() -> bool:
            said = [*await emu.messages("C0OPS", viewer="bo"), *await direct_messages(emu, "bo")]
            later = [m for m in said if m["user"] == "U0CALMOPS" and m["ts"] > card["ts"] and not approve_button(m)]
            return any("U0BO" in str(m.get("blocks")) or "Approved" in str(m) for m in later)

        await until(told, seconds=30, what="the decision to be told another way")


@pytest.mark.parametrize("what", ["archived", "removed", "never a member"])
async def test_a_card_that_its_channel_does_not_take_comes_to_the_owner_who_can_see_it_decided(
    emu: Emulator, tmp_path: Path, what: str
) -> None:
    """S-A10: nothing hangs. Three cards each way, and one below that was posted before the channel went."""
    shop = Shop()
    channel = "C0GENERAL" if what == "never a member" else "C0OPS"
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        if what == "archived":
            await emu.act("archive", channel=channel)
        elif what == "removed":
            await emu.act("leave", **{"as": "U0CALMOPS"}, channel=channel)
        some = [await start(rig, channel) for _ in range(3)]

        async def came() -> bool:
            return len([m for m in await direct_messages(emu, "ana") if approve_button(m)]) == len(some)

        await until(came, seconds=60, what="the cards in the owner's direct messages")
        said = str(await direct_messages(emu, "ana"))
        assert [f"E{number}" in said for number in (1, 2, 3)] == [True] * 3
        assert (await rig.events()).count("card.undeliverable") == len(some)
        for number, job in enumerate(some, start=1):
            asked = await rig.read(lambda tx, it=number: escalations.get(tx, EscalationId(it)))  # type: ignore[misc]
            assert asked.state is EscalationState.PENDING
            assert (await rig.read(lambda tx, it=job: jobs.get(tx, it))).status is JobStatus.WAITING  # type: ignore[misc]


async def test_a_channel_that_goes_away_while_the_card_waits_brings_the_reminder_to_the_owner(
    emu: Emulator, tmp_path: Path
) -> None:
    """S-A10: the card was posted, then the bot was removed."""
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        await start(rig, "C0OPS")
        await card_of(emu, "C0OPS")
        await emu.act("leave", **{"as": "U0CALMOPS"}, channel="C0OPS")
        await rig.write(lambda tx: escalations.change(tx, E1, remind_at=tx.now - 1))
        await rig.edge.clock.questions()

        async def came() -> list[dict[str, Any]]:
            return await direct_messages(emu, "ana")

        await until(came, seconds=30, what="the owner to hear of it")


async def test_a_stray_second_card_decides_the_same_question(emu: Emulator, tmp_path: Path) -> None:
    """S-A7: without the right to read the channel a lost card is posted twice; one decision comes of it."""
    shop = Shop()
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        await emu.fault("error", {"method": "conversations.*"}, error="missing_scope", times=20)
        await emu.fault("lost_reply", {"method": "chat.postMessage", "channel": "C0OPS"})
        job = await start(rig, "C0OPS")
        second = await card_of(emu, "C0OPS", number=2)
        first = next(m for m in await emu.messages("C0OPS", viewer="bo") if approve_button(m))
        assert first["ts"] != second["ts"]
        await press(emu, "bo", first)
        await until_done(rig, job)
        late = await press(emu, "bo", second)

        assert late["acked"]
        assert len(shop.calls) == 1
        decisions = [event for event in await rig.events() if event == "escalation.answered"]
        assert len(decisions) == 1


async def test_ten_people_click_at_once_and_one_decides(emu: Emulator, tmp_path: Path) -> None:
    """S-C1 through the socket."""
    shop = Shop()
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        job = await start(rig, "C0OPS")
        card = await card_of(emu, "C0OPS")
        clicks = await asyncio.gather(*(press(emu, "bo", card) for _ in range(10)))
        await until_done(rig, job)

        assert all(click["acked"] for click in clicks)
        assert len(shop.calls) == 1
        assert (await rig.events()).count("escalation.answered") == 1


STATES = ("pending", "decided", "expired", "withdrawn", "unknown", "paused", "old version")
CLICKERS = ("ana", "dee", "eve", "cho", "bo")
"""The owner and requester, one without rights, one of another company, one who lost the right, the approver."""


@pytest.mark.parametrize("state", STATES)
async def test_every_click_on_every_card_is_answered(
    emu: Emulator, tmp_path: Path, state: str, long_counts: bool
) -> None:
    """S-A9: 7 states x 5 people."""
    shop, channel = Shop(), "C0PARTNER"
    limit = 3 if long_counts else 30
    await emu.act("settings", ack_seconds=limit)
    for person in ("cho", "dee"):
        await emu.act("invite", channel=channel, user=person, **{"as": "ana"})
    await emu.act("usergroup", usergroup="billing-leads", users=["U0BO", "U0CHO"])
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        await start(rig, channel, requester=ANA)
        card = await card_of(emu, channel)
        await emu.act("usergroup", usergroup="billing-leads", users=["U0BO"])
        await _bring_to(rig, state)
        value = "99.1" if state == "unknown" else None
        for who in CLICKERS:
            seen = len(await _answers(emu, who, channel, card))
            began = asyncio.get_running_loop().time()
            click = await press(emu, who, card, value=value)
            assert click["acked"], (state, who)
            await until(
                _more_answers(emu, who, channel, card, seen),
                seconds=limit,
                what=f"an answer to {who} on a card {state}",
            )
            assert asyncio.get_running_loop().time() - began < limit
            if who != "bo":
                assert not shop.calls, f"{who} has no right to decide"
        approved = (await rig.read(lambda tx: escalations.get(tx, E1))).verdict is Verdict.APPROVED
        assert approved is (state in ("pending", "decided", "paused"))


async def _bring_to(rig: Rig, state: str) -> None:
    def work(tx: Tx) -> None:
        asked = escalations.get(tx, E1)
        match state:
            case "decided":
                escalations.settle(
                    tx,
                    E1,
                    EscalationState.DECIDED,
                    verdict=Verdict.APPROVED,
                    decided_by="T0LOCAL/U0BO",
                    decided_at=tx.now,
                )
            case "expired":
                operations.close(tx, asked, EscalationState.EXPIRED, outcome="nobody answered", actor="test")
            case "withdrawn":
                operations.close(tx, asked, EscalationState.WITHDRAWN, outcome="withdrawn", actor="test")
            case "paused":
                operations.pause(tx, rig.bot.config.policy(), "clerk", operator("test"))
            case "old version":
                escalations.change(tx, E1, version=2)
            case _:
                return

    await rig.write(work)


async def _answers(emu: Emulator, who: str, channel: str, card: dict[str, Any]) -> list[Any]:
    """Everything this person can see that may be an answer: private words, open dialogs, the card as it is."""
    if who == "eve":
        shown = await emu.messages(channel, viewer=who)
    else:
        shown = [*await emu.messages(channel, viewer=who), *await direct_messages(emu, who)]
    private = [m["ts"] for m in shown if m.get("ephemeral") or m["user"] == "U0CALMOPS"]
    changed = [str(m.get("blocks")) for m in shown if m["ts"] == card["ts"] and not approve_button(m)]
    return [*private, *changed, *[view["id"] for view in await emu.views(who)]]


def _more_answers(emu: Emulator, who: str, channel: str, card: dict[str, Any], seen: int) -> Any:
    async def look() -> bool:
        return len(await _answers(emu, who, channel, card)) > seen

    return look
