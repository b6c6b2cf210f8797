"""Whoever asked for work hears that it waits for others, and how that ended, once each and where they are."""

from pathlib import Path
from typing import Any

import pytest

from agents.core.ids import EscalationId, PersonId, person_id
from agents.core.job import Source
from agents.core.people import operator
from agents.core.records import Verdict
from agents.core.status import JobStatus
from bot.emulator import Emulator
from handlers import operations
from storage import jobs
from tests.edge.clerk import CHO, CLERK, card_of, policy, press
from tests.edge.rig import Rig, edge_on
from tests.engine.toys import Note, Shop
from tests.until import until

BO = person_id("T0LOCAL", "U0BO")
E1 = EscalationId(1)


async def ask(rig: Rig, source: Source, requester: PersonId = CHO) -> Any:
    made = await rig.write(
        lambda tx: operations.submit(tx, CLERK, Note(text="wall"), requester=requester, source=source)
    )
    return made.job_id


async def answer(rig: Rig, verdict: Verdict, reason: str = "") -> None:
    """Somebody at the command line answers the first question."""
    said = operations.Answer(verdict=verdict, version=1, door="cli", reason=reason)
    await rig.write(
        lambda tx: operations.decide(tx, rig.bot.config.policy(), E1, operator("root"), said, registry=rig.bot.registry)
    )


async def notes(emu: Emulator, who: str, channel: str | None = None) -> list[str]:
    """What the bot wrote to somebody directly, oldest first."""
    room = channel or await emu.open_dm(who, "U0CALMOPS")
    return [str(m["text"]) for m in await emu.messages(room, viewer=who) if m["user"] == "U0CALMOPS"]


async def until_notes(emu: Emulator, who: str, number: int) -> list[str]:
    async def enough() -> list[str] | None:
        found = await notes(emu, who)
        return found if len(found) >= number else None

    return await until(enough, seconds=30, what=f"{number} notes to {who}")


async def until_ended(rig: Rig, job: Any) -> None:
    async def ended() -> bool:
        found = await rig.read(lambda tx: jobs.get(tx, job))
        return found.status in (JobStatus.SUCCEEDED, JobStatus.CANCELLED)

    await until(ended, seconds=30, what=f"J{job} to end")
    await rig.settled()


@pytest.mark.parametrize(
    ("verdict", "reason", "said"),
    [
        (Verdict.REJECTED, "the wall is new", "Rejected by root (command line)"),
        (Verdict.APPROVED, "", "Approved by <@U0BO>"),
        (Verdict.TAKEN_OVER, "", "does this by hand"),
    ],
)
async def test_the_asker_elsewhere_reads_whom_it_waits_for_and_then_how_it_ended_and_why(
    emu: Emulator, tmp_path: Path, verdict: Verdict, reason: str, said: str
) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        job = await ask(rig, Source(kind="command", channel="C0OPS"))
        (waits,) = await until_notes(emu, "cho", 1)
        assert "waits for <!subteam^S0BILLING> or <@U0BO>, until" in waits

        if verdict is Verdict.APPROVED:
            assert (await press(emu, "bo", await card_of(emu, "C0OPS")))["acked"]
        else:
            await answer(rig, verdict, reason)
        await until_ended(rig, job)
        outcome = (await notes(emu, "cho"))[1:]
        assert len(outcome) == 1, outcome
        assert said in outcome[0]
        assert reason in outcome[0]


async def test_the_note_leads_to_the_card(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        await ask(rig, Source(kind="command", channel="C0OPS"))
        (waits,) = await until_notes(emu, "cho", 1)
        card = await card_of(emu, "C0OPS")
        assert f"/archives/C0OPS/p{card['ts'].replace('.', '')}|J1>" in waits


async def test_who_asked_outside_any_conversation_hears_all_of_it_directly(emu: Emulator, tmp_path: Path) -> None:
    """As from the Home tab: the card goes elsewhere, the notes come to the asker."""
    rules = policy(channels=["C0SUPPORT"])
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=rules, worker=True, ports={Shop: Shop()}) as rig:
        job = await ask(rig, Source(kind="dialog"))
        await until_notes(emu, "cho", 1)
        await card_of(emu, "C0SUPPORT")
        await answer(rig, Verdict.REJECTED, "not now")
        await until_ended(rig, job)
        assert "not now" in (await notes(emu, "cho"))[-1]


async def test_a_card_without_a_channel_comes_to_each_who_may_decide_and_the_note_leads_nowhere(
    emu: Emulator, tmp_path: Path
) -> None:
    """A link into somebody else's direct messages opens nothing."""
    rules = policy(approvers={"users": ["U0BO", "U0ANA"]})
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=rules, worker=True, ports={Shop: Shop()}) as rig:
        dm = await emu.open_dm("cho", "U0CALMOPS")
        ts = await emu.say("cho", dm, "help")
        await ask(rig, Source(kind="direct", channel=dm, ts=ts))
        for approver in ("bo", "ana"):
            await card_of(emu, await emu.open_dm(approver, "U0CALMOPS"), viewer=approver)
        await rig.settled()
        said = await emu.messages(dm, viewer="cho", thread_ts=ts)
        [waits] = [str(m["text"]) for m in said if "waits for" in str(m["text"])]
        assert waits.startswith("J1 waits for <@U0ANA> or <@U0BO>")


async def test_a_withdrawn_question_is_told_too(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        job = await ask(rig, Source(kind="command", channel="C0OPS"))
        await until_notes(emu, "cho", 1)
        await rig.write(lambda tx: operations.cancel(tx, rig.bot.config.policy(), job, operator("root")))
        assert "Withdrawn" in (await until_notes(emu, "cho", 2))[1]


async def test_who_may_answer_it_themselves_has_the_card_and_no_notes(emu: Emulator, tmp_path: Path) -> None:
    rules = policy(self_approval="medium")
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=rules, worker=True, ports={Shop: Shop()}) as rig:
        job = await ask(rig, Source(kind="command", channel="C0OPS"), requester=BO)
        await card_of(emu, "C0OPS")
        await rig.settled()
        await answer(rig, Verdict.REJECTED, "no")
        await until_ended(rig, job)
        assert await notes(emu, "bo") == []


async def test_an_asker_in_the_thread_of_the_card_is_not_told_twice(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        ts = await emu.say("cho", "C0SUPPORT", "please")
        job = await ask(rig, Source(kind="mention", channel="C0SUPPORT", ts=ts))
        await until(lambda: _cards(rig), seconds=30, what="the card")
        await rig.settled()
        await answer(rig, Verdict.REJECTED, "no")
        await until_ended(rig, job)
        assert await notes(emu, "cho") == []


async def _cards(rig: Rig) -> bool:
    return any(row.view == "escalation_card" and row.state == "sent" for row in await rig.outbox())
