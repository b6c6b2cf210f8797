"""The agent session of a thread: Slack is told when work begins, when a person is asked and when it ends, not each step."""

from pathlib import Path
from typing import Any

from agents.core.ids import JobId
from agents.core.job import Source
from agents.core.status import JobStatus
from bot.emulator import Emulator
from handlers import operations
from handlers.operations.progress import show
from storage import jobs
from storage.store import Tx
from tests.edge.clerk import CHO, CLERK, approve_button, policy, press
from tests.edge.rig import Rig, edge_on
from tests.engine.toys import Note, Shop
from tests.until import until


async def begin(rig: Rig, kind: str, channel: str, ts: str) -> JobId:
    """Starts a job in a thread, as a door does that shows its progress."""

    def work(tx: Tx) -> JobId:
        source = Source(kind=kind, channel=channel, ts=ts)
        job_id = operations.submit(tx, CLERK, Note(text="wall"), requester=CHO, source=source).job_id
        show(tx, jobs.get(tx, job_id), first=True)
        return job_id

    return await rig.write(work)


async def card_in(emu: Emulator, thread: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        found = await emu.messages("C0SUPPORT", viewer="bo", thread_ts=thread)
        return next((message for message in found if approve_button(message)), None)

    return await until(look, seconds=60, what="the card")


async def told(emu: Emulator) -> list[dict[str, Any]]:
    return [call["args"] for call in await emu.calls("agents.sessions.setStatus")]


async def statuses(emu: Emulator) -> list[str]:
    return [str(one["status"]) for one in await told(emu)]


async def test_a_session_begins_with_the_job_for_whoever_asked_under_the_jobs_own_title(
    emu: Emulator, tmp_path: Path
) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy()) as rig:
        ts = await emu.say("cho", "C0SUPPORT", "paint a wall")
        job_id = await begin(rig, "mention", "C0SUPPORT", ts)
        await rig.settled()
        summary = (await rig.read(lambda tx: jobs.get(tx, job_id))).summary
        assert await told(emu) == [
            {
                **{"channel_id": "C0SUPPORT", "thread_ts": ts, "initiator_user_id": "U0CHO"},
                **{"status": "processing", "title": summary},
            }
        ]


async def test_it_is_suspended_while_a_person_is_asked_and_active_again_at_the_end(
    emu: Emulator, tmp_path: Path
) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        ts = await emu.say("cho", "C0SUPPORT", "paint a wall")
        await begin(rig, "mention", "C0SUPPORT", ts)

        async def last() -> str:
            return (await statuses(emu) or [""])[-1]

        async def suspended() -> bool:
            return await last() == "suspended"

        async def active() -> bool:
            return await last() == "active"

        await until(suspended, seconds=60, what="the session to be suspended")
        await press(emu, "bo", await card_in(emu, ts))
        await until(active, seconds=60, what="the session to be active")
        await rig.settled()
        assert len(await told(emu)) <= 3, "the start, the question, the end; each call costs"


async def test_work_that_no_conversation_started_has_no_session(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy()) as rig:
        ts = await emu.say("cho", "C0SUPPORT", "paint a wall")
        await begin(rig, "command", "C0SUPPORT", ts)
        await rig.settled()
        assert await emu.calls("chat.postMessage") != []
        assert await told(emu) == []


async def test_a_session_that_slack_refuses_holds_nothing_up(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: Shop()}) as rig:
        await emu.fault("error", {"method": "agents.sessions.setStatus"}, error="channel_not_found", times=50)
        ts = await emu.say("cho", "C0SUPPORT", "paint a wall")
        job_id = await begin(rig, "mention", "C0SUPPORT", ts)
        await press(emu, "bo", await card_in(emu, ts))

        async def done() -> bool:
            return (await rig.read(lambda tx: jobs.get(tx, job_id))).status is JobStatus.SUCCEEDED

        await until(done, seconds=60, what="the job to succeed")
        assert "channel_not_found" in str(await emu.calls("agents.sessions.setStatus"))
