"""What the edge does by the clock."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agents.core.clock import FakeClock
from agents.core.ids import EscalationId, person_id
from agents.core.people import Person, PersonKind, operator
from agents.core.records import EscalationState
from agents.core.schedule import Slot
from agents.core.status import JobStatus
from bot.emulator import Emulator
from handlers import operations
from storage import controls, envelopes, escalations, jobs, schedules, trail
from storage.anchor import AnchorFile
from tests.edge.clerk import CLERK, card_of, policy, start
from tests.edge.ledger import Ledger
from tests.edge.rig import Rig, edge_on
from tests.engine.toys import Shop
from tests.until import until

BERLIN = ZoneInfo("Europe/Berlin")
ANA = Person(id=person_id("T0LOCAL", "U0ANA"), kind=PersonKind.MEMBER, timezone="Europe/Berlin")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


async def digests(emu: Emulator) -> list[str]:
    return [m["text"] for m in await emu.messages("C0OPS", viewer="bo") if m["user"] == "U0CALMOPS"]


async def test_a_digest_comes_at_its_time_in_its_zone_once_per_slot(emu: Emulator, tmp_path: Path) -> None:
    """From a Friday to the Monday after, across the hour that Berlin skips on Sunday."""
    clock = FakeClock(at("2026-03-27T08:00"))
    async with edge_on(emu, tmp_path, register=Ledger().register, clock=clock) as rig:
        await rig.write(lambda tx: operations.add_digest(tx, policy(), ANA, channel="C0OPS", spec="weekdays 09:00"))
        served = []
        while clock.now() < at("2026-03-30T12:00"):
            clock.advance(600)
            before = len(await rig.rows(schedules.slots))
            await rig.edge.clock.schedules()
            await rig.edge.clock.schedules()
            if len(await rig.rows(schedules.slots)) > before:
                served.append(datetime.fromtimestamp(clock.now(), BERLIN).strftime("%a %H:%M"))
        await rig.settled()

        assert served == ["Fri 09:00", "Mon 09:00"]
        assert len(await digests(emu)) == 2


async def test_two_edges_that_look_at_the_same_moment_serve_a_slot_once(emu: Emulator, tmp_path: Path) -> None:
    """The second one read the schedule before the first had written down what it served."""
    clock = FakeClock(at("2026-06-01T08:59"))
    async with edge_on(emu, tmp_path, register=Ledger().register, clock=clock) as rig:
        made = await rig.write(lambda tx: operations.add_digest(tx, policy(), ANA, channel="C0OPS", spec="daily 09:00"))
        clock.advance(120)
        await rig.edge.clock.schedules()
        await rig.write(lambda tx: schedules.served(tx, made, Slot(name="", at=made.done_until)))
        await rig.edge.clock.schedules()
        await rig.settled()

        assert len(await digests(emu)) == 1


@pytest.mark.parametrize(("down_hours", "posted", "said"), [(1.1, 1, 0), (1.5, 0, 1), (97, 1, 1), (98, 0, 1)])
async def test_after_a_pause_one_digest_comes_inside_the_grace_else_it_is_said_to_be_missed(
    emu: Emulator, tmp_path: Path, down_hours: float, posted: int, said: int
) -> None:
    """S-E2 through the outbox: never several at once."""
    clock = FakeClock(at("2026-06-01T08:00"))
    async with edge_on(emu, tmp_path, register=Ledger().register, clock=clock) as rig:
        await rig.write(lambda tx: operations.add_digest(tx, policy(), ANA, channel="C0OPS", spec="daily 09:00"))
        clock.advance(down_hours * 3600)
        await rig.edge.clock.schedules()
        await rig.settled()
        texts = await digests(emu)

        assert len([text for text in texts if "missed" not in text]) == posted
        assert len([text for text in texts if "missed" in text]) == said


async def test_a_scheduled_run_starts_one_job_per_slot(emu: Emulator, tmp_path: Path) -> None:
    clock = FakeClock(at("2026-06-01T08:00"))
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), clock=clock) as rig:
        await rig.write(
            lambda tx: operations.add_run(
                tx, policy(), rig.bot.registry, ANA, agent="clerk", text="walls", spec="daily 09:00", channel="C0OPS"
            )
        )
        for _ in range(20):
            clock.advance(600)
            await rig.edge.clock.schedules()
        [job] = await rig.read(jobs.recent)

        assert job.source.kind == "schedule"
        assert job.requester == ANA.id


async def test_an_unanswered_question_expires_and_never_approves(emu: Emulator, tmp_path: Path) -> None:
    """S-C9."""
    shop = Shop()
    async with edge_on(emu, tmp_path, agents=(CLERK,), policy=policy(), worker=True, ports={Shop: shop}) as rig:
        job = await start(rig, "C0OPS")
        await card_of(emu, "C0OPS")
        await rig.write(lambda tx: escalations.change(tx, EscalationId(1), expires_at=tx.now - 1))
        await rig.edge.clock.questions()
        asked = await rig.read(lambda tx: escalations.get(tx, EscalationId(1)))
        assert asked.state is EscalationState.EXPIRED

        async def over() -> bool:
            return (await rig.read(lambda tx: jobs.get(tx, job))).status not in (JobStatus.WAITING, JobStatus.QUEUED)

        await until(over, seconds=30, what="the job to take its failure path")
        assert not shop.calls


async def test_the_stop_file_stops_everything_and_its_end_lets_it_go_on(emu: Emulator, tmp_path: Path) -> None:
    """S-I1: works without Slack and without a command."""
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        stop = rig.bot.settings.stop_file
        stop.touch()
        await rig.edge.clock.flag()
        assert await _stopped(rig)
        stop.unlink()
        await rig.edge.clock.flag()
        assert not await _stopped(rig)


async def test_removing_the_stop_file_does_not_lift_what_a_person_stopped(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.write(lambda tx: operations.stop_all(tx, rig.bot.config.policy(), operator("dee")))
        await rig.edge.clock.flag()
        rig.bot.settings.stop_file.touch()
        await rig.edge.clock.flag()
        rig.bot.settings.stop_file.unlink()
        await rig.edge.clock.flag()
        assert await _stopped(rig)


async def test_old_deliveries_are_forgotten_and_recent_ones_are_not(emu: Emulator, tmp_path: Path) -> None:
    clock = FakeClock(at("2026-06-01T08:00"))
    async with edge_on(emu, tmp_path, register=Ledger().register, clock=clock) as rig:
        await emu.command("ana", "C0OPS", "/ops old")
        await rig.settled()
        clock.advance(6.9 * 86_400)
        await rig.edge.clock.retention()
        assert len(await rig.envelopes()) == 1
        clock.advance(0.2 * 86_400)
        await rig.write(
            lambda tx: envelopes.store(tx, key="event:new", envelope_id="n", kind="events_api", payload={"event": {}})
        )
        await rig.edge.clock.retention()
        assert [row.key for row in await rig.envelopes()] == ["event:new"]


async def test_the_head_of_the_audit_is_anchored_outside_the_database(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await rig.write(lambda tx: tx.audit("something", actor="test"))
        await rig.edge.clock.anchor()
        head = await rig.read(trail.head)
        assert head is not None
        assert AnchorFile(rig.bot.settings.anchor_file).read()[-1].hash == head.hash


async def _stopped(rig: Rig) -> bool:
    return bool((await rig.read(controls.halts)).stopped)
