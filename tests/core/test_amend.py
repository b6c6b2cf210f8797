"""Changing a schedule that others may change too."""

import pytest

from agents.core.amend import UNSEEN_SECONDS, Wanted, differences, unseen
from agents.core.ids import PersonId
from agents.core.schedule import Change, Schedule
from agents.core.spec import read_spec

ANA, BO = PersonId("T0LOCAL/U0ANA"), PersonId("T0LOCAL/U0BO")
NOW = 1_000_000.0


def schedule(*changes: tuple[PersonId, float]) -> Schedule:
    history = tuple(
        Change(version=version, by=by, at=NOW - ago, what="paused")
        for version, (by, ago) in enumerate(changes, start=2)
    )
    return Schedule(
        id=3, kind="run", name="triage", channel="C0OPS", spec=read_spec("daily 09:00"), timezone="UTC", owner=ANA,
        enabled=True, created_at=0, done_until=0, last_slot=None, params={"text": "all"}, version=1 + len(changes),
        history=history,
    )  # fmt: skip


def test_each_part_that_changes_is_named_old_and_new() -> None:
    wanted = Wanted(spec="daily 10:00", timezone="Europe/Berlin", channel="C0OPS", name="triage", text="the new ones")
    found = differences(schedule(), wanted)
    assert [str(one) for one in found] == [
        "times from “daily 09:00” to “daily 10:00”",
        "time zone from “UTC” to “Europe/Berlin”",
        "what it is given from “all” to “the new ones”",
    ]
    assert differences(schedule(), Wanted()) == []


def test_what_somebody_wrote_is_not_written_down_for_good() -> None:
    [change] = differences(schedule(), Wanted(text="my secret plan"))
    assert change.kept == "what it is given"
    assert "my secret plan" in str(change)


@pytest.mark.parametrize(("seen", "versions"), [(1, [2, 3]), (2, [3]), (3, [])])
def test_who_names_a_version_has_not_seen_what_came_after_it(seen: int, versions: list[int]) -> None:
    changed_twice = schedule((BO, 90_000), (ANA, 5))
    assert [one.version for one in unseen(changed_twice, by=ANA, seen=seen, now=NOW)] == versions


@pytest.mark.parametrize(
    ("changes", "versions"),
    [
        ([(BO, 10)], [2]),
        ([(BO, UNSEEN_SECONDS + 1)], []),
        ([(ANA, 10)], []),
        ([(BO, 20), (ANA, 10)], []),
        ([(ANA, 20), (BO, 10)], [3]),
    ],
    ids=["others just now", "others long ago", "one's own", "others before one's own", "others after one's own"],
)
def test_who_names_none_knows_nothing_of_what_others_just_did(
    changes: list[tuple[PersonId, float]], versions: list[int]
) -> None:
    assert [one.version for one in unseen(schedule(*changes), by=ANA, seen=None, now=NOW)] == versions
