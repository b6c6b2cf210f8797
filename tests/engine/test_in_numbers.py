"""The same few rules many times over: planted errors, arguments that do not fit, an audit that cannot be written."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from agents.core.clock import FakeClock
from agents.core.contract import Budget, ToolContext
from agents.core.errors import InvalidInput, Misconfigured, NotAllowed, Transient
from agents.core.ids import JobId
from agents.core.job import Job
from agents.core.status import JobStatus, WaitKind
from bot.engine import breaker
from storage import queue
from storage.open import open_store
from storage.store import Store
from tests.core.test_failures import http
from tests.engine.rig import Rig, rig
from tests.engine.toys import Note, Paint, Said, Shop, agent, paint
from tests.until import until

pytestmark = pytest.mark.usefixtures("unsampled")


@dataclass
class PlannedShop(Shop):
    """Each wall has its own error, raised at its first call."""

    plan: dict[int, Exception] = field(default_factory=dict)

    async def paint(self, context: ToolContext, args: Paint) -> dict[str, Any]:
        self.calls.append((context.effect_key, args.model_dump()))
        if args.wall in self.plan:
            raise self.plan.pop(args.wall)
        return {"painted": args.wall}

    @property
    def tries(self) -> Counter[int]:
        """How often each wall was asked for."""
        return Counter(args["wall"] for _, args in self.calls)


async def paint_one(job: Job, note: Note) -> Said:
    return Said(text=str((await job.call(paint, wall=int(note.text))).state))


PLANTED: dict[str, tuple[tuple[Callable[[], Exception], ...], JobStatus, WaitKind | None]] = {
    "transient": (
        (lambda: Transient("down"), lambda: ConnectionRefusedError("down"), lambda: http(429)),
        JobStatus.WAITING,
        WaitKind.RETRY,
    ),
    "missing field": (
        (lambda: InvalidInput("no such wall"), lambda: http(400), lambda: http(404)),
        JobStatus.FAILED,
        None,
    ),
    "policy": ((lambda: NotAllowed("not for you"), lambda: Misconfigured("no key"), lambda: http(403)), JobStatus.FAILED, None),
    "ambiguous": (
        (lambda: aiohttp.ServerDisconnectedError(), lambda: TimeoutError(), lambda: http(502)),
        JobStatus.WAITING,
        WaitKind.PERSON,
    ),
}  # fmt: skip


async def test_forty_planted_errors_take_their_paths_and_only_transient_ones_are_tried_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S-D3: ten of each of four classes."""
    monkeypatch.setattr(breaker, "FAILURES", 1_000)  # each job stands for itself here
    kinds = [kind for kind in PLANTED for _ in range(10)]
    shop = PlannedShop(plan={wall: PLANTED[kind][0][wall % 3]() for wall, kind in enumerate(kinds)})
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)
    async with rig(store, agent(paint_one), shop=shop) as toys:
        some = [await toys.submit(text=str(wall)) for wall in range(len(kinds))]
        for job_id, kind in zip(some, kinds, strict=True):
            _, status, wait = PLANTED[kind]
            job = await toys.reach(job_id, JobStatus.WAITING, JobStatus.FAILED, JobStatus.DEAD)
            assert (job.status, job.wait_kind) == (status, wait), (kind, job.error)
        assert set(shop.tries.values()) == {1}

        clock.advance(600)
        await store.write(queue.wake_due)
        for job_id, kind in zip(some, kinds, strict=True):
            if kind == "transient":
                assert (await toys.reach(job_id)).status is JobStatus.SUCCEEDED
        assert [shop.tries[wall] for wall in range(len(kinds))] == [2] * 10 + [1] * 30
    await store.close()


def arguments_that_do_not_fit(number: int) -> list[dict[str, Any]]:
    """So many sets of arguments that the tool's schema refuses, drawn at random and small ones first."""
    value = st.none() | st.booleans() | st.text(max_size=20) | st.floats() | st.lists(st.integers(), max_size=3)
    names = st.sampled_from(["wall", "colour", "Wall", "path", "__class__", "wall "]) | st.text(min_size=1, max_size=9)
    found: list[dict[str, Any]] = []

    @settings(max_examples=number * 2, deadline=None, database=None, derandomize=True)
    @given(st.dictionaries(names, value, max_size=4))
    def draw(args: dict[str, Any]) -> None:
        try:
            Paint.model_validate(args)
        except ValidationError:
            found.append(args)

    draw()
    return found[:number]


async def test_of_200_sets_of_arguments_outside_the_schema_none_reaches_the_tool(store: Store) -> None:
    """S-F2, with one set that fits as the control."""
    bad = arguments_that_do_not_fit(200)
    refused: list[dict[str, Any]] = []

    async def run(job: Job, note: Note) -> Said:
        for args in bad:
            try:
                await job.call(paint, **args)
            except InvalidInput:
                refused.append(args)
        return Said(text=(await job.call(paint, wall=1)).state)

    async with rig(store, agent(run, budget=Budget(tool_calls=1_000, steps=1_000))) as toys:
        assert (await toys.reach(await toys.submit())).output == {"text": "done"}
        assert len(bad) == len(refused) == 200
        assert [args for _, args in toys.shop.calls] == [{"wall": 1, "colour": "blue"}]


AUDIT_FAILS = """CREATE TRIGGER audit_fails BEFORE INSERT ON audit WHEN NEW.event = 'effect.intended'
BEGIN SELECT RAISE(ABORT, 'the audit cannot be written'); END"""


async def _tried(toys: Rig, some: list[JobId]) -> bool:
    """Whether each of them came to its call and could not make it."""
    found = [await toys.job(job_id) for job_id in some]
    return all(job.status is JobStatus.WAITING and job.wait_kind == WaitKind.RETRY for job in found)


async def test_where_the_audit_cannot_be_written_nothing_is_done(sqlite_url: str) -> None:
    """S-H1: fifty effects whose audit line the database refuses; once it takes them, each happens once."""
    clock = FakeClock()
    store = await open_store(sqlite_url, clock)
    async with rig(store, agent(paint_one), start=False) as toys:
        some = [await toys.submit(text=str(wall)) for wall in range(50)]
        await store.write(lambda tx: tx.connection.exec_driver_sql(AUDIT_FAILS))
        await toys.engine.start()
        await until(lambda: _tried(toys, some), seconds=40, what="fifty calls that could not be written down")
        assert toys.shop.calls == []

        await store.write(lambda tx: tx.connection.exec_driver_sql("DROP TRIGGER audit_fails"))
        clock.advance(60)
        await store.write(queue.wake_due)
        for job_id in some:
            assert (await toys.reach(job_id)).status is JobStatus.SUCCEEDED
        assert sorted(args["wall"] for _, args in toys.shop.calls) == list(range(50))
    await store.close()
