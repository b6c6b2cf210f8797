"""Cards are counted by person, whichever way they are asked."""

from agents.core.crowding import ANYBODY, faces, most_seen, reachable

ROSTERS = {"S0LEADS": frozenset({"U0BO", "U0FAY"}), "S0EMPTY": frozenset[str]()}


def test_somebody_named_and_in_a_group_is_there_once() -> None:
    assert faces(["U0BO", "S0LEADS"], ROSTERS) == ["U0BO", "U0FAY"]


def test_a_group_of_unknown_members_may_be_anybody_and_an_empty_one_is_nobody() -> None:
    assert faces(["S0OTHER", "U0ANA"], ROSTERS) == [ANYBODY]
    assert faces(["U0ANA", "S0EMPTY"], ROSTERS) == ["U0ANA"]


def test_who_can_be_named_is_reached_once() -> None:
    assert reachable(["U0BO", "S0LEADS", "S0OTHER", "nobody"], ROSTERS) == ["U0BO", "U0FAY"]


def test_the_busiest_of_those_asked_counts_and_nobody_else() -> None:
    assert most_seen({"U0BO": 3, "U0FAY": 5, "U0ANA": 9}, ["U0BO", "U0FAY"]) == 5
    assert most_seen({}, ["U0BO"]) == 0


def test_what_anybody_may_have_seen_counts_for_everybody() -> None:
    assert most_seen({"U0BO": 3, ANYBODY: 4}, ["U0BO"]) == 7


def test_anybody_may_be_who_saw_most() -> None:
    assert most_seen({"U0BO": 3, ANYBODY: 4, "held:C1": 90}, [ANYBODY]) == 7
