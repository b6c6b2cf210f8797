"""Duplicates: found among the open tickets, closed by people or when there is no doubt."""

import time
from pathlib import Path

import pytest

from agents.core.desk import Customer, NewTicket, TicketDesk, TicketStatus
from agents.core.errors import InvalidInput
from agents.core.ids import PersonId
from agents.core.job import CallOutcome, CallState, StopReason
from agents.library.duplicates import DuplicatesInput, run
from agents.reasoning.evaluate import evaluate_agent
from agents.reasoning.evaluate_matches import MatchReport
from agents.reasoning.matching import find_matches, groups_of, likeness
from agents.tools.duplicates import DuplicateArgs, close_duplicate
from storage.customers import put_customer
from storage.desk import TableDesk
from storage.store import Store
from tests.agents.scripted_job import BO, ScriptedJob

FEBRL = Path(__file__).parents[4] / "shared" / "data" / "febrl" / "dataset1.csv"
LID = "The lid of the badge printer in the lobby is broken"


@pytest.fixture
def desk(ports: dict[type, object]) -> TableDesk:
    made: TableDesk = ports[TicketDesk]  # type: ignore[assignment]
    return made


async def opened(desk: TableDesk, *texts: tuple[str, str]) -> None:
    for number, (who, text) in enumerate(texts):
        await desk.open(NewTicket(subject=text, body=text, requester=who, origin=f"m:{who}:{number}"))


async def test_same_words_of_the_same_person_are_one_ticket(desk: TableDesk, ports: dict[type, object]) -> None:
    await opened(desk, ("U1", LID), ("U1", "Where is my invoice for May?"), ("U1", f"Hello! {LID}."))
    job = ScriptedJob(ports=ports)

    told = await run(job, DuplicatesInput())

    assert told.closed == [3]
    assert (job.asked[0].because, job.asked[0].args) == ("", {"ticket": 3, "duplicate_of": 1})
    assert (await desk.read(3)).status is TicketStatus.CLOSED
    assert (await desk.read(1)).status is TicketStatus.OPEN
    assert "Closed as a duplicate of ticket 1." in [entry.text for entry in await desk.history(3)]


async def test_two_people_with_one_problem_are_put_to_people(desk: TableDesk, ports: dict[type, object]) -> None:
    await opened(desk, ("U1", LID), ("U2", LID + " since today"))
    job = ScriptedJob(ports=ports)

    await run(job, DuplicatesInput())

    assert job.asked[0].stop is StopReason.SOURCES_CONFLICT
    assert len(job.asked[0].evidence) == 3


async def test_vip_is_put_to_people(desk: TableDesk, ports: dict[type, object], store: Store) -> None:
    await store.write(lambda tx: put_customer(tx, Customer(key="acme", name="Acme", people=("U1",), vip=True)))
    await opened(desk, ("U1", LID), ("U1", LID + " since today"))
    job = ScriptedJob(ports=ports)

    await run(job, DuplicatesInput())

    assert job.asked[0].stop is StopReason.HIGH_VALUE


async def test_rejected_pair_stays_open(desk: TableDesk, ports: dict[type, object]) -> None:
    await opened(desk, ("U1", LID), ("U1", LID + "!"))
    job = ScriptedJob(ports=ports, decide=lambda asked: CallOutcome(state=CallState.REJECTED, args=asked.args, by=BO))

    told = await run(job, DuplicatesInput())

    assert (told.closed, told.kept) == ([], [2])
    assert (await desk.read(2)).status is TicketStatus.OPEN


async def test_ticket_that_stays_is_not_closed_in_the_same_run(desk: TableDesk, ports: dict[type, object]) -> None:
    await opened(desk, ("U1", LID), ("U1", f"{LID} since today"), ("U1", f"{LID} since today!"))
    job = ScriptedJob(ports=ports)

    told = await run(job, DuplicatesInput())

    stays = {asked.args["duplicate_of"] for asked in job.asked}
    assert told.closed
    assert stays & set(told.closed) == set()


async def test_nothing_alike_is_one_sentence(desk: TableDesk, ports: dict[type, object]) -> None:
    await opened(desk, ("U1", LID), ("U1", "Where is my invoice for May?"))
    job = ScriptedJob(ports=ports)

    await run(job, DuplicatesInput())

    assert job.replies == ["2 open tickets, none of them twice."]


async def test_a_ticket_is_no_duplicate_of_itself(desk: TableDesk, ports: dict[type, object]) -> None:
    await opened(desk, ("U1", LID))
    with pytest.raises(InvalidInput, match="of itself"):
        await close_duplicate.run(ScriptedJob(ports=ports).context("k"), DuplicateArgs(ticket=1, duplicate_of=1))
    assert PersonId("x")


@pytest.mark.parametrize(
    ("left", "right", "share"),
    [("", "", 1.0), ("a", "", 0.0), ("abc", "abc", 1.0), ("abcd", "bcda", 0.75), ("kitten", "sitting", 8 / 13)],
)
def test_likeness_is_twice_the_common_part(left: str, right: str, share: float) -> None:
    assert likeness(left, right) == pytest.approx(share)
    assert likeness(right, left) == pytest.approx(share)


def test_matches_say_what_is_the_same_and_what_differs() -> None:
    records = {
        "a": {"name": "Maria Weber", "street": "12 Lindenstrasse", "born": "19810312"},
        "b": {"name": "Weber Maria", "street": "12 Lindenstrase", "born": "19810312"},
        "c": {"name": "Jonas Okafor", "street": "7 Hill Road", "born": "19700101"},
    }

    [match] = find_matches(records)

    assert (match.first, match.second, match.same) == ("a", "b", ("born",))
    assert match.differ == ("name", "street")


def test_groups_hold_what_hangs_together() -> None:
    records = {str(n): {"text": f"the green harbour crane number{'!' * n} leaks oil"} for n in range(3)}

    assert groups_of(find_matches(records)) == [["0", "1", "2"]]


def test_public_records_are_matched() -> None:
    if not FEBRL.exists():
        pytest.skip("needs ../shared/data/febrl, not present")

    report = evaluate_agent("duplicates", FEBRL, timer=time.perf_counter)

    assert isinstance(report, MatchReport)
    assert report.records == 1_000
    assert report.precision >= 0.99
    assert report.recall >= 0.97
    assert "1000; all are measured" in report.to_text()


@pytest.mark.parametrize(
    ("content", "says"), [(None, "no file"), ("id\n1\n", "needs a header"), ("", "needs a header")]
)
def test_unusable_table_is_explained(tmp_path: Path, content: str | None, says: str) -> None:
    path = tmp_path / "records.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(InvalidInput, match=says):
        evaluate_agent("duplicates", path, timer=time.perf_counter)


def test_only_what_can_be_measured_is() -> None:
    with pytest.raises(InvalidInput, match="I can measure: triage, duplicates, summarise"):
        evaluate_agent("minutes", None, timer=time.perf_counter)
