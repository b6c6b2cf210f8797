"""Every view in every state is inside Slack's limits, and looks as it did when somebody last looked at it."""

import pytest

from handlers.blocks.check import problems_of_message, problems_of_view
from tests.views.golden import FOLDER, drawn, file_of
from tests.views.specimens import ALL


@pytest.mark.parametrize("name", ALL)
def test_view_is_inside_slacks_limits(name: str) -> None:
    made = ALL[name]()
    found = problems_of_view(made.view) if made.view else problems_of_message(made.text, made.blocks or [])
    assert [str(problem) for problem in found] == []


@pytest.mark.parametrize("name", ALL)
def test_view_is_as_it_was_when_looked_at(name: str) -> None:
    """After a change on purpose: `python -m tests.views.golden`, and look at the difference."""
    assert file_of(name).read_text(encoding="utf-8") == drawn(ALL[name]())


def test_no_golden_file_is_left_over() -> None:
    assert set(FOLDER.glob("*.json")) == {file_of(name) for name in ALL}
