"""One byte form per value: what an approval is bound to cannot be written in two ways, nor two things in one."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.canonical import Proposal, call_digest, canonical, sha256
from agents.core.errors import InvalidInput

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (1.5e-7, "1.5e-7"),
        (333333333.33333329, "333333333.3333333"),
        (-1.25, "-1.25"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740994.0, "9007199254740994"),
        (9007199254740993, "9007199254740993"),
    ],
)
def test_numbers_are_written_as_every_language_writes_them(number: float, written: str) -> None:
    assert canonical(number) == written.encode()


def test_keys_are_in_the_order_of_utf16() -> None:
    smile, letter = "\U0001f600", "\ufb33"
    assert (
        canonical({letter: 2, smile: 1, "b": [], "a": {}}) == f'{{"a":{{}},"b":[],"{smile}":1,"{letter}":2}}'.encode()
    )


@given(VALUES)
def test_the_form_is_json_and_says_the_same(value: Any) -> None:
    try:
        form = canonical(value)
    except InvalidInput:
        return
    assert canonical(json.loads(form)) == form


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_no_digit_of_a_number_is_lost(value: float) -> None:
    assert float(canonical(value)) == value


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, b"x", {1: 2}, {"a": {3}}, "\ud800", object()],
    ids=["nan", "inf", "bytes", "number as key", "set", "half a pair", "object"],
)
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(InvalidInput):
        canonical(value)


def test_large_amounts_that_differ_by_one_have_different_digests() -> None:
    assert sha256(2**53) != sha256(2**53 + 1)


def test_every_part_of_a_proposal_is_in_its_digest() -> None:
    parts: dict[str, Any] = {
        "tool": "pay",
        "args": {"amount": 20, "note": ""},
        "record_version": "7",
        "job_id": 1,
        "requester": "T0/U1",
        "nonce": "n",
    }
    other = {
        "tool": "refund",
        "args": {"amount": 21, "note": ""},
        "record_version": None,
        "job_id": 2,
        "requester": "T0/U2",
        "nonce": "m",
    }
    digests = {Proposal(**parts).digest()} | {Proposal(**{**parts, name: other[name]}).digest() for name in parts}
    assert len(digests) == 1 + len(parts)


def test_a_digest_does_not_depend_on_the_order_of_arguments() -> None:
    assert call_digest("pay", {"a": 1, "b": 2}) == call_digest("pay", {"b": 2, "a": 1})
