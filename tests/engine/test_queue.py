"""The queue: who is next, once for each key, and nobody starved."""

import asyncio
from dataclasses import replace

import pytest

from agents.core.contract import Lane
from agents.core.ids import JobId, PersonId, person_id
from agents.core.job import Job, Source
from agents.core.status import JobStatus
from bot.engine import Limits
from handlers import operations
from storage import jobs, queue
from storage.store import Store, Tx
from tests.engine.rig import ANA, BO, rig
from tests.engine.toys import Note, Said, agent
from tests.until import until


async def say(job: Job, note: Note) -> Said:
    return Said(text=note.text)


TOY = agent(say)


def put(tx: Tx, who: PersonId = ANA, **values: object) -> JobId:
    spec = replace(TOY, **{name: values.pop(name) for name in ("lane", "deadline") if name in values})
    return operations.submit(tx, spec, Note(), requester=who, source=Source(), **values).job_id


def take(tx: Tx, number: int, lane: Lane = Lane.FAST, **values: object) -> list[JobId]:
    taken = queue.claim(tx, lane, worker="w", lease_seconds=30, limit=number, **values)
    return [job.id for job in taken]


async def test_priority_goes_first_then_whoever_came_first(any_store: Store) -> None:
    first, urgent, last = await any_store.write(lambda tx: (put(tx), put(tx, priority=5), put(tx)))
    assert await any_store.write(lambda tx: take(tx, 2)) == [urgent, first]
    assert await any_store.write(lambda tx: take(tx, 2)) == [last]


async def test_one_requester_with_a_thousand_jobs_delays_the_others_by_one(any_store: Store) -> None:
    """S-D9."""
    flood = await any_store.write(lambda tx: [put(tx) for _ in range(1000)])
    assert await any_store.write(lambda tx: take(tx, 10)) == flood[:10]
    others = await any_store.write(lambda tx: [put(tx, who=BO), put(tx, who=person_id("T0", "UCHO"))])
    assert set(await any_store.write(lambda tx: take(tx, 3))) >= set(others)


async def test_lanes_do_not_share_a_queue(any_store: Store) -> None:
    heavy = await any_store.write(lambda tx: put(tx, lane=Lane.HEAVY))
    assert await any_store.write(lambda tx: take(tx, 5)) == []
    assert await any_store.write(lambda tx: take(tx, 5, Lane.HEAVY)) == [heavy]


async def test_jobs_of_a_paused_agent_stay_where_they_are(any_store: Store) -> None:
    job_id = await any_store.write(put)
    assert await any_store.write(lambda tx: take(tx, 5, paused=["toy"])) == []
    assert await any_store.write(lambda tx: take(tx, 5)) == [job_id]


async def test_a_thousand_identical_submissions_at_once_are_one_job(any_store: Store) -> None:
    """S-D5."""
    done = await asyncio.gather(*(any_store.write(lambda tx: put(tx, dedup_key="ticket 482")) for _ in range(1000)))
    assert len(set(done)) == 1


async def test_four_claimers_at_once_never_take_the_same_job(any_store: Store) -> None:
    all_of_them = await any_store.write(lambda tx: [put(tx) for _ in range(200)])

    async def claimer() -> list[JobId]:
        taken: list[JobId] = []
        while some := await any_store.write(lambda tx: take(tx, 7)):
            taken += some
        return taken

    shares = await asyncio.gather(*(claimer() for _ in range(4)))
    assert sorted(job_id for share in shares for job_id in share) == sorted(all_of_them)


async def test_a_suspect_is_taken_only_by_who_asks_for_suspects(any_store: Store) -> None:
    job_id = await any_store.write(put)
    await any_store.write(lambda tx: jobs.change(tx, job_id, crashes=1))
    assert await any_store.write(lambda tx: take(tx, 5)) == []
    assert await any_store.read(lambda tx: queue.has_suspects(tx, [Lane.FAST]))
    assert await any_store.write(lambda tx: take(tx, 5, suspects=True)) == [job_id]


QUERIES = {
    "claim": (
        "SELECT id FROM jobs WHERE jobs.status = 'queued' AND jobs.crashes = 0 AND lane = 'fast' "
        "ORDER BY priority DESC, turn, deadline_at, id LIMIT 5",
        "ix_jobs_ready",
    ),
    "wakes": (
        "SELECT wake_at FROM jobs WHERE wake_at IS NOT NULL ORDER BY wake_at LIMIT 1",
        "ix_jobs_wakes",
    ),
    "leases": ("SELECT id FROM jobs WHERE jobs.status = 'running'", "ix_jobs_"),
    "suspects": (
        "SELECT 1 FROM jobs WHERE jobs.status = 'queued' AND jobs.crashes > 0 AND lane = 'fast'",
        "ix_jobs_suspects",
    ),
    "turn": (
        "SELECT max(turn) FROM jobs WHERE jobs.status = 'queued' AND requester = 'a' AND lane = 'fast' AND priority = 0",
        "ix_jobs_turns",
    ),
}


@pytest.mark.parametrize(("query", "index"), QUERIES.values(), ids=QUERIES.keys())
async def test_hot_queries_use_their_index_and_sort_nothing(store: Store, query: str, index: str) -> None:
    plan = await store.read(lambda tx: tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all())
    words = " ".join(row[-1] for row in plan)
    assert index in words
    assert "TEMP B-TREE" not in words


async def test_the_claim_is_the_statement_whose_plan_is_tested(store: Store) -> None:
    """The plan above is of a query written out; this one is what the code sends."""
    seen: list[str] = []

    def spy(tx: Tx) -> None:
        from sqlalchemy import event

        def note(_c: object, _cur: object, statement: str, *_: object) -> None:
            seen.append(statement)

        event.listen(tx.connection, "before_cursor_execute", note)
        take(tx, 5)
        event.remove(tx.connection, "before_cursor_execute", note)

    await store.write(spy)
    plan = await store.read(
        lambda tx: tx.connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {seen[0]}", tuple("x" for _ in range(seen[0].count("?")))
        ).all()
    )
    assert "ix_jobs_ready" in " ".join(row[-1] for row in plan)


async def test_work_in_one_lane_does_not_hold_up_another(store: Store) -> None:
    block = asyncio.Event()

    async def wait(job: Job, note: Note) -> Said:
        await block.wait()
        return Said(text="late")

    slow = agent(wait, name="slow", lane=Lane.HEAVY)
    async with rig(store, TOY, slow, limits=Limits(lanes={Lane.FAST: 2, Lane.HEAVY: 2}, poll=0.2, sweep=0.1)) as toys:
        for _ in range(20):
            await toys.submit("slow")
        quick = [await toys.submit() for _ in range(20)]
        for job_id in quick:
            assert (await toys.reach(job_id)).status is JobStatus.SUCCEEDED
        assert toys.engine.running == 2
        block.set()


async def test_a_rush_in_the_fast_lane_leaves_the_others_a_trickle_and_not_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.engine.engine.BREATH", 3600.0)  # what is counted here must not depend on the time it takes
    began: list[Lane] = []

    async def quick(job: Job, note: Note) -> Said:
        began.append(Lane.FAST)
        return Said(text="")

    async def longer(job: Job, note: Note) -> Said:
        began.append(Lane.NORMAL)
        return Said(text="")

    agents = agent(quick, name="quick"), agent(longer, name="longer", lane=Lane.NORMAL)
    limits = Limits(lanes={Lane.FAST: 8, Lane.NORMAL: 8})
    async with rig(store, *agents, limits=limits, start=False) as toys:
        for _ in range(10):
            for name in ("quick", "longer"):
                for _ in range(8):
                    await toys.submit(name)
        await toys.engine.start()
        await until(lambda: len(began) == 160, what="all of them")
    assert began[:80].count(Lane.FAST) >= 60
    assert Lane.NORMAL in began[:80]
