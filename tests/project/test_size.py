"""Modules stay small enough to be read at one sitting: 150 lines is the aim, 300 asks for a reason."""

import statistics

import pytest

from tests.project.tree import ROOMS, modules

ASKS_FOR_A_REASON = 300

REASONS: dict[str, str] = {
    "storage/migrations/versions/r0001_first_tables.py": "the first schema, frozen as it was released: never edited again",
    "storage/tables.py": "the whole schema, one declaration after the other: read as a list, changed by table",
    "agents/core/policy/sections.py": "the small parts of a policy, one after the other: read as a list",
    "handlers/blocks/card.py": "one message from its first line to its buttons, in the order it is read",
}
"""Modules over 300 lines, each with the one thing that it is."""


def test_long_modules_have_a_reason() -> None:
    long = {module.place: module.lines for module in modules() if module.lines > ASKS_FOR_A_REASON}
    assert {place: lines for place, lines in long.items() if place not in REASONS} == {}
    assert [place for place in REASONS if place not in long] == []


@pytest.mark.parametrize("room", ROOMS)
def test_room_is_made_of_small_modules(room: str) -> None:
    sizes = [module.lines for module in modules(room) if module.lines]
    assert sizes
    assert statistics.median(sizes) <= 150
