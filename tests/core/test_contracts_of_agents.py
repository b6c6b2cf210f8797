"""Six gates, one sheet, and the question whether work is for an agent at all."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from agents.core.contract import Access, AgentSpec, Mode, Tier
from agents.core.errors import InvalidInput
from agents.core.fit import QUESTIONS, recommend
from agents.core.gates import Gate, admit, check_gates
from agents.core.policy import Policy
from agents.core.sheet import sheet_of
from agents.library import all_agents
from tests.operations.town import CLERK, PAY, policy, tool


class Loose(BaseModel):
    """Accepts anything, so nobody can say what was approved."""

    note: str = ""


async def _never(*_: Any) -> Any:
    return None


def changed(**values: Any) -> AgentSpec[Any, Any]:
    return replace(CLERK, **values)


@pytest.mark.parametrize(
    ("spec", "rules", "gate", "why"),
    [
        (changed(run=lambda *_: None), policy(), Gate.PERSISTENT_WORK, "coroutine"),
        (changed(input=dict), policy(), Gate.PERSISTENT_WORK, "input"),
        (changed(deadline=timedelta(0)), policy(), Gate.PERSISTENT_WORK, "deadline"),
        (changed(triggers=frozenset()), policy(), Gate.PERSISTENT_WORK, "starts"),
        (CLERK, policy(owner=[]), Gate.CLEAR_OWNER, "owner"),
        (CLERK, Policy(), Gate.CLEAR_OWNER, "owner"),
        (changed(name="system"), policy(), Gate.GOVERNED_IDENTITY, "name"),
        (changed(name="The Clerk"), policy(), Gate.GOVERNED_IDENTITY, "name"),
        (changed(version=" "), policy(), Gate.GOVERNED_IDENTITY, "version"),
        (changed(purpose=""), policy(), Gate.GOVERNED_IDENTITY, "purpose"),
        (changed(tools=(PAY, PAY)), policy(), Gate.SCOPED_ACCESS, "named pay"),
        (changed(forbidden=("pay",)), policy(), Gate.SCOPED_ACCESS, "both"),
        (changed(tools=(replace(PAY, args=Loose, locked=frozenset()),)), policy(), Gate.SCOPED_ACCESS, "unknown names"),
        (
            changed(tools=(tool("burn", Access.IRREVERSIBLE, Tier.LOW),)),
            policy(),
            Gate.SCOPED_ACCESS,
            "high or critical",
        ),
        (
            changed(tools=(tool("burn", Access.IRREVERSIBLE, Tier.HIGH, undo=_never),)),
            policy(),
            Gate.SCOPED_ACCESS,
            "undo",
        ),
        (changed(tools=(replace(PAY, sensitive=frozenset({"iban"})),)), policy(), Gate.SCOPED_ACCESS, "iban"),
        (CLERK, policy(approvers=[]), Gate.HUMAN_ESCALATION, "approve"),
        (changed(failure=""), policy(), Gate.HUMAN_ESCALATION, "fails"),
        (changed(evidence=()), policy(), Gate.AUDIT_TRAIL, "evidence"),
        (changed(tools=(replace(PAY, target=""),)), policy(), Gate.AUDIT_TRAIL, "target"),
    ],
)
def test_an_agent_that_fails_a_gate_is_refused_with_the_reason(
    spec: AgentSpec[Any, Any], rules: Policy, gate: Gate, why: str
) -> None:
    failures = [failure for failure in check_gates(spec, rules) if failure.gate is gate]
    assert any(why in failure.why for failure in failures)
    registry, refused = admit([spec], rules)
    assert registry.find(spec.name) is None
    assert refused


def test_an_agent_that_passes_is_admitted_beside_one_that_does_not() -> None:
    registry, refused = admit([CLERK, changed(name="other")], policy())
    assert [agent.name for agent in registry.all()] == ["clerk"]
    assert {failure.agent for failure in refused} == {"other"}


@pytest.mark.parametrize("spec", all_agents(), ids=lambda spec: str(spec.name))
def test_the_agents_that_come_with_calmops_pass_every_gate(spec: AgentSpec[Any, Any]) -> None:
    rules = Policy.model_validate({"agents": {spec.name: {"owner": ["U0A"], "approvers": ["U0B"]}}})
    assert [str(failure) for failure in check_gates(spec, rules)] == []


def test_the_sheet_says_what_an_agent_may_and_may_not() -> None:
    rules = policy(tools={"refund": {"forbid": True}}, high_value=[{"tool": "pay", "arg": "amount", "over": 500}])
    sheet = sheet_of(CLERK, rules)
    needs = {line.name: line.needs for line in sheet.writes}
    assert sheet.reads == ("Read",)
    assert needs["pay"].startswith("an approval until")
    assert needs["pay"].endswith("above the policy's limits")
    assert needs["send"] == needs["wipe"] == "always an approval"
    assert needs["refund"] == "forbidden"
    assert {"burn", "refund"} <= set(sheet.forbidden)
    assert sheet.gates == ()
    assert sheet.data()["owner"] == "U0ANA"
    assert {line.name: line.undo for line in sheet.writes}["pay"] == "from its card for 15 minutes"


def answers(**changes: str) -> dict[str, str]:
    return {
        "starts": "event",
        "rules": "mostly",
        "result": "action",
        "cost": "some",
        "undo": "yes",
        "often": "daily",
        "owner": "yes",
        **changes,
    }


@pytest.mark.parametrize(
    ("given", "shape", "mode", "tier"),
    [
        (answers(), "agent", Mode.SHADOW, Tier.MEDIUM),
        (answers(cost="much", undo="no"), "agent", Mode.SHADOW, Tier.CRITICAL),
        (answers(rules="yes"), "automation", Mode.REVIEW, Tier.MEDIUM),
        (answers(rules="yes", cost="much"), "agent", Mode.SHADOW, Tier.HIGH),
        (answers(result="draft", starts="request"), "assistant", None, None),
        (answers(owner="no"), "people", None, None),
        (answers(often="rarely"), "people", None, None),
    ],
)
def test_a_recommendation_fits_the_answers(
    given: dict[str, str], shape: str, mode: Mode | None, tier: Tier | None
) -> None:
    found = recommend(given)
    assert (found.shape, found.mode, found.tier) == (shape, mode, tier)
    assert found.because
    assert found.first


def test_every_combination_of_answers_has_a_recommendation_and_none_starts_automatic() -> None:
    for combination in itertools.product(*(question.answers for question in QUESTIONS)):
        found = recommend(dict(zip((question.name for question in QUESTIONS), combination, strict=True)))
        assert found.mode is not Mode.AUTO


def test_a_question_that_was_not_answered_is_named_with_its_answers() -> None:
    with pytest.raises(InvalidInput, match="cost with nothing, some, much"):
        recommend(answers(cost="lots"))
