"""Records under each other, and never a line that says more than its record."""

import pytest

from handlers.blocks.grid import grid


def test_records_stand_under_each_other() -> None:
    rows = [
        {"customer": "beta", "field": "name", "was": "", "becomes": "Beta GmbH"},
        {"customer": "acme", "field": "vip", "was": "yes", "becomes": ""},
    ]
    assert grid(rows) == "\n".join(
        ["customer │ field │ was │ becomes", "beta     │ name  │ –   │ Beta GmbH", "acme     │ vip   │ yes │ –"]
    )


def test_what_is_empty_everywhere_is_said_once() -> None:
    rows = [{"what": "close the books", "who": "", "due": None}, {"what": "send statements", "who": "", "due": None}]
    assert grid(rows) == "what\nclose the books\nsend statements\nwho, due: none"


def test_numbers_and_answers_are_words() -> None:
    assert grid([{"number": 7, "paid": True, "rate": 0.5}, {"number": 12, "paid": False, "rate": 1.0}]) == "\n".join(
        ["number │ paid │ rate", "7      │ yes  │ 0.5", "12     │ no   │ 1.0"]
    )


@pytest.mark.parametrize(
    "value",
    ["two\nlines", "a │ b", "–", "x" * 61, "hidden\u202etext", "wide   gap", " led", ["a"], {"b": 1}],
    ids=["newline", "bar", "dash", "long", "hidden", "gap", "space", "list", "object"],
)
def test_what_could_mislead_is_left_to_the_full_form(value: object) -> None:
    assert grid([{"name": "Ann", "text": value}]) is None


def test_records_of_different_shapes_are_left_to_the_full_form() -> None:
    assert grid([{"a": 1}, {"b": 1}]) is None
    assert grid([{"a": 1, "b": 2}, {"b": 2, "a": 1}]) is None
    assert grid([]) is None
    assert grid([{"a": ""}]) is None
