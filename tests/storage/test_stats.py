"""The numbers behind digests, counted on both databases."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from agents.core import report_parts
from agents.core.clock import FakeClock
from agents.core.contract import Lane
from agents.core.ids import JobId, PersonId, person_id
from agents.core.job import Source
from agents.core.policy import Policy
from agents.core.records import EscalationState, Verdict
from agents.core.report import Period, ReportKind, Whom
from agents.core.status import JobStatus
from handlers import reports
from storage import escalations, jobs, stats
from storage.open import open_store
from storage.store import Store, Tx

ANA = person_id("T0LOCAL", "U0ANA")
HOUR = 3_600.0


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(at=1_000_000.0)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest_asyncio.fixture
async def store(url: str, clock: FakeClock) -> AsyncIterator[Store]:
    opened = await open_store(url, clock)
    yield opened
    await opened.close()


def add_job(tx: Tx, agent: str = "triage", lane: Lane = Lane.NORMAL) -> JobId:
    job_id, _ = jobs.add(
        tx,
        agent=agent,
        agent_version="1",
        lane=lane,
        priority=0,
        deadline_at=tx.now + HOUR,
        summary="a job",
        input={},
        requester=ANA,
        source=Source(),
    )
    return job_id


def finish(tx: Tx, job_id: JobId, status: JobStatus) -> None:
    jobs.change(tx, job_id, status=status, finished_at=tx.now)


def ask(tx: Tx, job_id: JobId, name: str) -> int:
    return escalations.add(
        tx,
        job_id=job_id,
        kind="approve",
        name=name,
        agent="triage",
        args={},
        nonce="n",
        digest="d",
        tier="low",
        question="Assign ticket 4 to Billing?",
        verb="Assign",
        because="sure enough",
        evidence=[],
        requester=ANA,
        approvers={"users": ["U0BO"], "groups": []},
        expires_at=tx.now + HOUR,
    ).id


async def test_open_and_finished_jobs_are_counted_by_lane_and_status(store: Store, clock: FakeClock) -> None:
    def plant(tx: Tx) -> None:
        add_job(tx, lane=Lane.FAST)
        add_job(tx)
        finish(tx, add_job(tx), JobStatus.SUCCEEDED)
        finish(tx, add_job(tx), JobStatus.EXPIRED)
        finish(tx, add_job(tx), JobStatus.DEAD)

    await store.write(plant)
    clock.advance(60)
    period = Period(since=clock.at - HOUR, until=clock.at)
    numbers = await store.read(lambda tx: stats.queue(tx, period))

    assert numbers.open == {"fast": {"queued": 1}, "normal": {"queued": 1}}
    assert numbers.finished == {"succeeded": 1, "expired": 1, "dead": 1}
    assert (numbers.late, numbers.dead, numbers.stuck, numbers.oldest_wait) == (1, 1, 0, 60.0)


async def test_what_ended_at_the_edge_of_a_period_is_counted_once(store: Store, clock: FakeClock) -> None:
    await store.write(lambda tx: finish(tx, add_job(tx), JobStatus.SUCCEEDED))
    edge = clock.at
    clock.advance(HOUR)
    first = Period(since=edge - HOUR, until=edge)
    second = Period(since=edge, until=edge + HOUR)

    counted = [sum((await store.read(lambda tx, p=p: stats.queue(tx, p))).finished.values()) for p in (first, second)]

    assert counted == [0, 1]


async def test_finished_jobs_are_counted_by_day_and_the_days_add_up_to_the_period(
    store: Store, clock: FakeClock
) -> None:
    start = clock.at
    for hours, status in (
        (0, JobStatus.SUCCEEDED),
        (24, JobStatus.DEAD),
        (25, JobStatus.SUCCEEDED),
        (47, JobStatus.SUCCEEDED),
    ):
        clock.at = start + hours * HOUR
        await store.write(lambda tx, status=status: finish(tx, add_job(tx), status))
    clock.at = start + 100 * HOUR
    await store.write(lambda tx: finish(tx, add_job(tx), JobStatus.SUCCEEDED))
    days = [Period(since=start + day * 24 * HOUR, until=start + (day + 1) * 24 * HOUR) for day in range(3)]

    counted = await store.read(lambda tx: stats.by_day(tx, days))

    assert counted == [{"succeeded": 1}, {"dead": 1, "succeeded": 2}, {}]
    assert await store.read(lambda tx: stats.by_day(tx, [])) == []


async def test_answers_are_counted_as_given_edited_apart_from_approved(store: Store, clock: FakeClock) -> None:
    def plant(tx: Tx) -> None:
        job = add_job(tx)
        for name, verdict, edits in (
            ("a", Verdict.APPROVED, None),
            ("b", Verdict.APPROVED, {"queue": "billing"}),
            ("c", Verdict.REJECTED, None),
        ):
            asked = ask(tx, job, name)
            escalations.settle(
                tx,
                asked,  # type: ignore[arg-type]  # plain numbers will do here
                EscalationState.DECIDED,
                verdict=verdict,
                edits=edits,
                decided_at=tx.now + 30,
                decided_by=PersonId("T0LOCAL/U0BO"),
            )
        ask(tx, job, "d")

    await store.write(plant)
    clock.advance(60)
    period = Period(since=clock.at - HOUR, until=clock.at)
    approvals = await store.read(lambda tx: stats.approvals(tx, period))
    (triage,) = await store.read(lambda tx: stats.agents(tx, period))

    assert approvals.verdicts == {"approved": 1, "edited": 1, "rejected": 1}
    assert [item.waits_for for item in approvals.open] == [Whom(users=("U0BO",))]
    assert len(approvals.asked_at) == 1
    assert approvals.seconds == [30.0, 30.0, 30.0]
    assert (triage.approved, triage.edited, triage.rejected, triage.escalated) == (1, 1, 1, 4)
    assert triage.approval == pytest.approx(1 / 3)


@pytest.mark.parametrize("kind", list(ReportKind))
async def test_every_digest_is_quiet_on_an_empty_database(store: Store, clock: FakeClock, kind: ReportKind) -> None:
    period = Period(since=clock.at - HOUR, until=clock.at)

    assert (await store.read(lambda tx: reports.build(tx, kind, period, Policy(), ZoneInfo("UTC")))).quiet


async def test_more_open_questions_than_are_told_in_full_are_all_counted(store: Store, clock: FakeClock) -> None:
    def plant(tx: Tx) -> None:
        job = add_job(tx)
        for number in range(1_200):
            ask(tx, job, f"q{number}")

    await store.write(plant)
    period = Period(since=clock.at - HOUR, until=clock.at + 1)
    numbers = await store.read(lambda tx: stats.approvals(tx, period))

    assert (len(numbers.open), len(numbers.asked_at)) == (10, 1_200)
    assert "1200 questions wait" in report_parts.approvals(numbers, numbers, period).headline
