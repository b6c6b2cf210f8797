"""The exported audit is a trace that an outsider can judge from the file alone; every lie in it is found."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.core.contract import Mode
from agents.core.errors import NotAllowed
from agents.core.job import Job
from agents.core.people import Person, PersonKind, operator
from agents.core.records import Verdict
from agents.core.status import JobStatus
from handlers import operations
from handlers.operations.audit import export_audit
from storage.store import Store
from tests.engine.rig import ANA, BO, Rig, policy_for, rig
from tests.engine.toys import Note, Said, agent, keyed, paint, undoable
from tests.governance import judge

Line = dict[str, Any]
ROOT = operator("root")


async def work(job: Job, note: Note) -> Said:
    """One call that policy decides in automatic mode, one that is put to people."""
    first = await job.call(paint, wall=1, case_type="small")
    second = await job.call(keyed, wall=2, case_type="large")
    return Said(text=f"{first.state} {second.state}")


async def exported(town: Rig, by: Person = ROOT, **more: Any) -> list[Line]:
    return [json.loads(line) async for line in export_audit(town.store, town.policy, by, **more)]


async def some_work(store: Store) -> tuple[list[Line], Rig]:
    """Jobs that end in every way, as an exported trace."""
    toy = agent(work)
    rules = policy_for([toy], cases={"large": {"mode": "review"}})
    async with rig(store, toy, policy=rules) as town:
        approved, edited, rejected, cancelled = [await town.submit() for _ in range(4)]
        await town.answer(await town.question(approved))
        await town.answer(await town.question(edited), edits={"wall": 2, "colour": "green"})
        await town.answer(await town.question(rejected), Verdict.REJECTED, reason="not today")
        asked = await town.question(cancelled)
        with pytest.raises(NotAllowed):
            await town.answer(asked, by=ANA)
        bo = await town.crowd.person(BO)
        await store.write(lambda tx: operations.cancel(tx, town.policy, cancelled, bo))
        for job_id in (approved, edited, rejected, cancelled):
            await town.reach(job_id)
        await store.write(lambda tx: operations.stop_all(tx, town.policy, bo))
        return await exported(town), town


async def test_a_trace_of_honest_work_has_nothing_to_complain_about(store: Store) -> None:
    trace, town = await some_work(store)
    assert judge.judge(trace) == []
    events = [line["event"] for line in trace]
    expected = {"proposal", "approval_request", "decision", "execution", "result", "refusal", "stop", "job_end", "note"}
    assert set(events) == expected
    assert events.count("execution") == 6
    assert {line["outcome"] for line in trace if line["event"] == "job_end"} >= {"succeeded", "cancelled"}
    ledger = [
        {"job_id": line["job_id"], "tool": line["tool"], "args_digest": line["args_digest"]}
        for line in trace
        if line["event"] == "execution"
    ]
    assert judge.join(trace, ledger) == []
    assert len(town.shop.calls) == len(ledger)
    assert judge.join(trace, [*ledger, ledger[0]]) != []


async def test_the_judge_needs_nothing_but_the_file(store: Store, tmp_path: Path) -> None:
    trace, _ = await some_work(store)
    file = tmp_path / "audit.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in trace))
    script = str(judge.__file__)
    alone = await asyncio.create_subprocess_exec(
        sys.executable, "-I", script, str(file), stdout=asyncio.subprocess.PIPE
    )
    said, _ = await alone.communicate()
    assert (alone.returncode, said.count(b"nothing ran without")) == (0, 1)


def where(trace: list[Line], event: str, **wanted: Any) -> int:
    return next(
        place
        for place, line in enumerate(trace)
        if line["event"] == event and all(line[k] == v for k, v in wanted.items())
    )


def by_people(trace: list[Line], event: str) -> int:
    return next(
        place for place, line in enumerate(trace) if line["event"] == event and str(line["approval_id"]).startswith("E")
    )


def renumbered(trace: list[Line]) -> list[Line]:
    return [{**line, "seq": number} for number, line in enumerate(trace, start=1)]


def drop(event: str) -> Callable[[list[Line]], list[Line]]:
    def lie(trace: list[Line]) -> list[Line]:
        place = by_people(trace, event)
        return renumbered(trace[:place] + trace[place + 1 :])

    return lie


def change(event: str, **values: Any) -> Callable[[list[Line]], list[Line]]:
    def lie(trace: list[Line]) -> list[Line]:
        place = by_people(trace, event)
        return [*trace[:place], {**trace[place], **values}, *trace[place + 1 :]]

    return lie


def twice(trace: list[Line]) -> list[Line]:
    place = by_people(trace, "execution")
    return renumbered([*trace[: place + 1], *trace[place:]])


def later(trace: list[Line]) -> list[Line]:
    place = by_people(trace, "execution")
    return [*trace[:place], {**trace[place], "time": "2099-01-01T00:00:00.000000+00:00"}, *trace[place + 1 :]]


def nameless_policy(trace: list[Line]) -> list[Line]:
    place = next(
        i for i, line in enumerate(trace) if line["event"] == "decision" and str(line["approver"]).startswith("policy")
    )
    return [*trace[:place], {**trace[place], "policy": None}, *trace[place + 1 :]]


LIES: dict[str, Callable[[list[Line]], list[Line]]] = {
    "an execution without its decision": drop("decision"),
    "an approval of what was never asked": drop("approval_request"),
    "an execution of other arguments": change("execution", args_digest="0" * 64),
    "an approval of other arguments": change("decision", args_digest="0" * 64),
    "an execution by another tool": change("execution", tool="shop.risky"),
    "an execution in another job": change("execution", job_id=999),
    "an approval by nobody": change("decision", approver=None),
    "an approval that was only a vote": change("decision", outcome="vote"),
    "a rejection that ran": change("decision", outcome="rejected"),
    "an approval that was used twice": twice,
    "an execution after the approval ran out": later,
    "a result of other arguments": change("result", args_digest="0" * 64),
    "a policy that decided without its version": nameless_policy,
    "a line that is missing": lambda trace: [*trace[:3], *trace[4:]],
    "two lines that changed places": lambda trace: [trace[1], trace[0], *trace[2:]],
    "a trace without its end": lambda trace: trace[:-1],
    "a trace that was cut in the middle": lambda trace: trace[: len(trace) // 2],
}


async def test_every_lie_is_found(store: Store) -> None:
    trace, _ = await some_work(store)
    unseen = [name for name, lie in LIES.items() if not judge.judge(lie(trace))]
    assert unseen == []


async def test_reading_the_audit_needs_a_role_and_is_itself_written_down(store: Store) -> None:
    """S-H3."""
    _, town = await some_work(store)
    outsider = Person(id=ANA, kind=PersonKind.MEMBER)
    with pytest.raises(NotAllowed):
        await exported(town, outsider)
    names = [line["name"] for line in await exported(town)]
    assert names.count("audit.refused") == 1
    assert names.count("audit.read") == 2
    rows = await store.write(lambda tx: operations.read_audit(tx, town.policy, ROOT))
    assert rows
    with pytest.raises(NotAllowed):
        await store.write(lambda tx: operations.read_audit(tx, town.policy, outsider))


async def test_one_jobs_trace_stands_alone(store: Store) -> None:
    trace, town = await some_work(store)
    job_id = trace[where(trace, "job_end")]["job_id"]
    alone = await exported(town, job_id=job_id)
    assert judge.judge(alone) == []
    assert {line["job_id"] for line in alone[:-1]} == {job_id}


async def test_what_people_wrote_is_in_the_trace_until_it_is_erased(store: Store) -> None:
    _, town = await some_work(store)
    assert "not today" in json.dumps(await exported(town))
    await store.write(lambda tx: operations.erase_person(tx, town.policy, ROOT, BO))
    after = await exported(town)
    assert "not today" not in json.dumps(after)
    assert judge.judge(after) == []


async def test_shadow_leaves_a_trace_without_executions(store: Store) -> None:
    async def practise(job: Job, note: Note) -> Said:
        return Said(text=(await job.call(undoable, wall=1)).state)

    toy = agent(practise, mode=Mode.SHADOW)
    async with rig(store, toy) as town:
        await town.reach(await town.submit(), JobStatus.SUCCEEDED)
        trace = await exported(town)
    assert judge.judge(trace) == []
    assert not [line for line in trace if line["event"] == "execution"]


def test_the_judge_knows_what_it_judges() -> None:
    assert judge.judge([]) == ["the trace has no end: it was cut short"]
    assert judge.judge([{"schema_version": 2}], whole=False)
