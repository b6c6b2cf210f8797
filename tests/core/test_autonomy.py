"""How autonomy is earned and lost, as arithmetic."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.autonomy import Record, above, compare, needed_cases, next_step
from agents.core.contract import Mode
from agents.core.policy import AutonomyPolicy
from agents.core.statistics import wilson_lower

RULES = AutonomyPolicy(target=0.9, minimum=30)


@pytest.mark.parametrize(
    ("agreed", "total", "bound"), [(0, 0, 0.0), (10, 10, 0.7225), (35, 35, 0.9011), (95, 100, 0.8882), (0, 10, 0.0)]
)
def test_the_bound_is_wilsons(agreed: int, total: int, bound: float) -> None:
    assert wilson_lower(agreed, total) == pytest.approx(bound, abs=1e-4)


@given(st.integers(1, 400), st.data())
def test_the_bound_lies_between_nothing_and_the_rate_and_grows_with_agreement(total: int, data: st.DataObject) -> None:
    agreed = data.draw(st.integers(0, total))
    bound = wilson_lower(agreed, total)
    assert 0 <= bound <= agreed / total
    assert agreed == total or wilson_lower(agreed + 1, total) > bound


def test_how_many_answers_a_target_takes() -> None:
    assert (needed_cases(0.9), needed_cases(0.95)) == (35, 73)


def step(mode: Mode, agreed: int, total: int, *, recent: Record | None = None, ceiling: Mode = Mode.AUTO) -> str:
    record = Record(agreed=agreed, total=total)
    return next_step(mode, in_mode=record, recent=recent or record, rules=RULES, ceiling=ceiling)


def test_a_rise_needs_enough_answers_and_a_bound_above_the_target() -> None:
    assert step(Mode.REVIEW, 34, 34) == "stay"
    assert step(Mode.REVIEW, 35, 35) == "promote"
    assert step(Mode.REVIEW, 90, 100) == "stay"
    assert step(Mode.SHADOW, 35, 35) == "promote"
    assert step(Mode.REVIEW, 35, 35, ceiling=Mode.REVIEW) == "stay"


def test_what_is_automatic_falls_when_agreement_does() -> None:
    assert step(Mode.AUTO, 1, 1, recent=Record(agreed=99, total=100)) == "stay"
    assert step(Mode.AUTO, 1, 1, recent=Record(agreed=80, total=100)) == "demote"
    assert step(Mode.REVIEW, 0, 50) == "stay"


def test_one_mistake_right_after_a_rise_does_not_undo_it() -> None:
    assert step(Mode.AUTO, 0, 1, recent=Record(agreed=73, total=74)) == "stay"


def test_modes_are_climbed_one_by_one() -> None:
    assert [above(mode) for mode in Mode] == [Mode.REVIEW, Mode.AUTO, Mode.AUTO]


@pytest.mark.parametrize(
    ("actual", "agreed", "differs"),
    [
        ({"queue": "billing", "priority": "high"}, True, ()),
        ({"queue": "billing", "priority": "low"}, False, ("priority",)),
        ({"queue": "billing"}, True, ()),
        ({"other": 1}, False, ()),
    ],
)
def test_a_practised_proposal_is_compared_in_what_both_name(
    actual: dict[str, str], agreed: bool, differs: tuple[str, ...]
) -> None:
    found = compare({"queue": "billing", "priority": "high"}, actual)
    assert (found.agreed, found.differences) == (agreed, differs)
