"""What the policy says to one call. What an agent says about itself can make that stricter only."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.core.contract import Access, Mode, Tier
from agents.core.job import StopReason
from agents.core.policy import Ruling, is_sampled, rule_call
from tests.operations.town import CLERK, PAY, SEND, TOOLS, WIPE, policy, tool

RULES = policy().of("clerk")
ARGS = {"invoice": 1, "amount": "20", "note": ""}


def ruling(name: str = "pay", mode: Mode = Mode.AUTO, *, rules: Any = None, **more: Any) -> Ruling:
    more = {"stop": None, "args": ARGS, **more}
    return rule_call(CLERK, TOOLS[name], mode=mode, rules=rules or RULES, **more).ruling


@pytest.mark.parametrize(
    ("name", "mode", "says"),
    [
        ("read", Mode.SHADOW, Ruling.ALLOW),
        ("pay", Mode.SHADOW, Ruling.SHADOW),
        ("pay", Mode.REVIEW, Ruling.ASK),
        ("pay", Mode.AUTO, Ruling.ALLOW),
        ("refund", Mode.AUTO, Ruling.ALLOW),
        ("send", Mode.AUTO, Ruling.ASK),
        ("wipe", Mode.AUTO, Ruling.ASK),
        ("wipe", Mode.SHADOW, Ruling.SHADOW),
    ],
)
def test_mode_access_and_risk_decide(name: str, mode: Mode, says: Ruling) -> None:
    assert ruling(name, mode) is says


@pytest.mark.parametrize("mode", list(Mode))
def test_a_tool_outside_the_contract_is_forbidden_in_every_mode(mode: Mode) -> None:
    stranger = tool("stranger")
    lookalike = tool("pay")
    assert rule_call(CLERK, stranger, mode=mode, stop=None).ruling is Ruling.FORBID
    assert rule_call(CLERK, lookalike, mode=mode, stop=None).ruling is Ruling.FORBID
    assert ruling("pay", mode, rules=policy(tools={"pay": {"forbid": True}}).of("clerk")) is Ruling.FORBID


@pytest.mark.parametrize("stop", list(StopReason))
def test_every_stop_condition_puts_an_automatic_call_to_people(stop: StopReason) -> None:
    assert ruling(stop=stop) is Ruling.ASK
    assert ruling(stop=stop, rules=policy(stop={"forbid": [stop]}).of("clerk")) is Ruling.FORBID


def test_numbers_of_the_policy_are_stop_conditions_too() -> None:
    rules = policy(stop={"confidence_below": 0.8, "failures": 2}).of("clerk")
    assert ruling(rules=rules, confidence=0.8) is Ruling.ALLOW
    assert ruling(rules=rules, confidence=0.79) is Ruling.ASK
    assert ruling(rules=rules, failures=1) is Ruling.ALLOW
    assert ruling(rules=rules, failures=2) is Ruling.ASK


def test_a_high_value_record_is_put_to_people_in_every_acting_mode() -> None:
    rules = policy(high_value=[{"tool": "pay", "arg": "amount", "over": 10}]).of("clerk")
    found = rule_call(CLERK, PAY, mode=Mode.AUTO, stop=None, rules=rules, args=ARGS, granted="by the owner")
    assert (found.ruling, found.stop, found.tier) == (Ruling.ASK, StopReason.HIGH_VALUE, Tier.HIGH)
    assert "amount is over 10" in found.because


def test_a_tool_that_policy_always_asks_about_is_never_automatic() -> None:
    assert ruling(rules=policy(tools={"pay": {"ask": True}}).of("clerk"), granted="by the owner") is Ruling.ASK


def test_a_permission_in_advance_spares_the_question_and_nothing_else() -> None:
    assert ruling(mode=Mode.REVIEW, granted="by the owner") is Ruling.ALLOW
    assert ruling(mode=Mode.SHADOW, granted="by the owner") is Ruling.SHADOW
    assert ruling("send", Mode.REVIEW, granted="by the owner") is Ruling.ASK
    assert ruling(mode=Mode.REVIEW, granted="by the owner", stop=StopReason.LOW_CONFIDENCE) is Ruling.ASK


def test_a_share_of_automatic_cases_is_still_shown_and_the_draw_is_the_same_after_a_restart() -> None:
    assert ruling(sampled=True) is Ruling.ASK
    drawn = [is_sampled(number, "pay", 0.05) for number in range(20_000)]
    assert 0.04 < sum(drawn) / len(drawn) < 0.06
    assert drawn == [is_sampled(number, "pay", 0.05) for number in range(20_000)]


ORDER = [Ruling.ALLOW, Ruling.ASK, Ruling.FORBID]


@given(
    name=st.sampled_from(sorted(TOOLS)),
    mode=st.sampled_from([Mode.REVIEW, Mode.AUTO]),
    stop=st.none() | st.sampled_from(list(StopReason)),
    confidence=st.none() | st.floats(0, 1),
    failures=st.integers(0, 5),
)
def test_what_an_agent_says_never_makes_a_ruling_milder(
    name: str, mode: Mode, stop: StopReason | None, confidence: float | None, failures: int
) -> None:
    rules = policy(stop={"confidence_below": 0.5, "failures": 2}).of("clerk")
    silent = ruling(name, mode, rules=rules)
    said = ruling(name, mode, rules=rules, stop=stop, confidence=confidence, failures=failures)
    assert ORDER.index(said) >= ORDER.index(silent)


@given(
    name=st.sampled_from(sorted(TOOLS)),
    stop=st.none() | st.sampled_from(list(StopReason)),
    granted=st.sampled_from(["", "x"]),
)
def test_in_shadow_nothing_but_reading_is_ever_allowed(name: str, stop: StopReason | None, granted: str) -> None:
    found = ruling(name, Mode.SHADOW, stop=stop, granted=granted)
    assert found is Ruling.SHADOW or TOOLS[name].access is Access.READ


@given(name=st.sampled_from([SEND.name, WIPE.name]), granted=st.sampled_from(["", "x"]), sampled=st.booleans())
def test_what_is_dear_or_cannot_be_taken_back_is_never_automatic(name: str, granted: str, sampled: bool) -> None:
    assert ruling(name, granted=granted, sampled=sampled) is Ruling.ASK
