"""Fault points: for tests only, and only where they are asked for."""

import signal

import pytest

from agents.core.errors import Misconfigured
from bot.engine.faults import Fault, read_faults
from bot.engine.limits import read_lanes


def test_faults_are_read_with_their_visit_and_what_happens() -> None:
    faults = read_faults("after_effect:3, before_settle:1:stop", allowed=True)
    assert faults.armed == (
        Fault(point="after_effect", visit=3, signal=signal.SIGKILL),
        Fault(point="before_settle", visit=1, signal=signal.SIGSTOP),
    )


def test_faults_are_refused_outside_of_tests() -> None:
    with pytest.raises(Misconfigured, match="CALMOPS_TEST"):
        read_faults("after_effect:3", allowed=False)
    assert read_faults("", allowed=False).armed == ()


@pytest.mark.parametrize("spec", ["after_effect", "after_effect:x", ":1", "after_effect:1:explode"])
def test_what_is_no_fault_is_named(spec: str) -> None:
    with pytest.raises(Misconfigured, match=r"POINT:N"):
        read_faults(spec, allowed=True)


def test_lanes_are_read_from_words() -> None:
    lanes, suspects = read_lanes("fast,normal:3")
    assert ({str(lane): number for lane, number in lanes.items()}, suspects) == ({"fast": 32, "normal": 3}, "never")
    assert read_lanes("alone")[1] == "only"
    assert read_lanes("")[1] == "here"


@pytest.mark.parametrize("words", ["quick", "fast:0", "fast:x", "fast,,normal"])
def test_lanes_that_do_not_exist_are_named(words: str) -> None:
    with pytest.raises(Misconfigured, match="CALMOPS_LANES"):
        read_lanes(words)
