"""The policy as data: what it accepts, what it refuses in words, and who is meant."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from agents.core.contract import Mode, Tier
from agents.core.people import Person, PersonKind
from agents.core.policy import Hours, People, Policy, demand
from agents.core.policy.checking import check_policy
from agents.core.policy.explaining import explain_agent, explain_call
from tests.operations.town import ANA, BO, CHO, CLERK, DEE, PAY, READ, SEND, policy

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)


def agent(**rules: Any) -> Policy:
    return Policy.model_validate({"agents": {"clerk": rules}})


def test_people_are_named_in_one_list() -> None:
    people = People.model_validate(["U0ANA", "S0LEADS", "role:billing", "owner"])
    assert (people.users, people.groups, people.roles, people.owner) == ({"U0ANA"}, {"S0LEADS"}, {"billing"}, True)


@pytest.mark.parametrize("name", ["@ana", "ana", "C0SUPPORT", "", "role:", "u0ana"])
def test_names_that_can_be_changed_give_no_right(name: str) -> None:
    with pytest.raises(ValidationError):
        People.model_validate([name])


def test_roles_and_owner_stand_for_people() -> None:
    rules = Policy.model_validate(
        {
            "roles": {"billing": ["U0BO", "S0BILLING"]},
            "agents": {"clerk": {"owner": ["U0ANA"], "approvers": ["role:billing", "owner"]}},
        }
    ).of("clerk")
    assert rules.approvers == People(users=frozenset({"U0BO", "U0ANA"}), groups=frozenset({"S0BILLING"}))


@pytest.mark.parametrize(
    "rules",
    [
        {"agents": {"clerk": {"approvers": ["role:nobody"]}}},
        {"roles": {"a": ["role:b"], "b": ["U0X"]}},
        {"agents": {"clerk": {"self_approval": "high"}}},
        {"agents": {"clerk": {"expiry": "8d"}}},
        {"agents": {"clerk": {"expiry": "0s"}}},
        {"agents": {"clerk": {"quorum": 0}}},
        {"agents": {"clerk": {"approver": ["U0BO"]}}},
        {"agents": {"clerk": {"high_value": [{"arg": "amount"}]}}},
        {"agents": {"clerk": {"autonomy": {"target": 0.9, "floor": 0.95}}}},
        {"agents": {"clerk": {"autonomy": {"minimum": 500}}}},
        {"agents": {"clerk": {"autonomy": {"sample": 0}}}},
        {"delegates": [{"away": "U0A", "to": "U0A", "first": "2026-01-01", "last": "2026-01-02"}]},
        {"delegates": [{"away": "U0A", "to": "U0B", "first": "2026-01-02", "last": "2026-01-01"}]},
        {"timezone": "Mars/Base"},
        {"redact": ["("]},
        {"redact": ["x*"]},
        {"operatos": ["U0X"]},
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(rules)


def test_nothing_written_means_nobody_may_approve() -> None:
    assert Policy().of("anything").approvers.empty


@pytest.mark.parametrize(("text", "span"), [("90s", 90), ("30m", 1800), ("24h", 86400), ("7d", 604800), (60, 60)])
def test_spans_of_time_are_written_for_people(text: Any, span: float) -> None:
    assert agent(expiry=text).of("clerk").expiry == timedelta(seconds=span)


def test_the_version_changes_with_what_the_policy_says_and_with_nothing_else() -> None:
    one, same = agent(approvers=["U0A", "U0B"]), agent(approvers=["U0B", "U0A"])
    assert one.version == same.version
    assert one.version != agent(approvers=["U0A"]).version
    assert one.model_copy(update={"agents": {}}).version != one.version
    assert one.model_copy(update={"agents": {}}).of("clerk").approvers.empty


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        (datetime(2026, 3, 4, 17, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 4, 18, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 5, 7, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 5, 8, 0, tzinfo=UTC), False),
        (datetime(2026, 3, 7, 12, 0, tzinfo=UTC), True),
    ],
)
def test_quiet_hours_go_over_midnight_and_weekends(moment: datetime, quiet: bool) -> None:
    assert Hours.model_validate({"from": "18:00", "to": "08:00"}).quiet(moment) is quiet


@pytest.mark.parametrize(
    ("rule", "args", "high"),
    [
        ({"over": 500}, {"amount": "500.01"}, True),
        ({"over": 500}, {"amount": 500}, False),
        ({"over": 500}, {"amount": "much"}, True),
        ({"over": 500}, {"amount": None}, True),
        ({"over": 500}, {"amount": True}, True),
        ({"over": 500}, {"amount": float("nan")}, True),
        ({"over": 500}, {}, True),
        ({"under": 0}, {"amount": -1}, True),
        ({"in": ["a", "b"]}, {"amount": "a"}, True),
        ({"in": ["a", "b"]}, {"amount": "c"}, False),
        ({"not_in": ["a"]}, {"amount": "c"}, True),
        ({"not_in": ["a"]}, {"amount": "a"}, False),
    ],
)
def test_a_high_value_rule_counts_what_it_cannot_compare_as_high(
    rule: dict[str, Any], args: dict[str, Any], high: bool
) -> None:
    rules = agent(high_value=[{"arg": "amount", "tier": "critical", **rule}]).of("clerk")
    assert (demand(rules, tool="pay", args=args).tier is Tier.CRITICAL) is high


def test_the_strictest_of_all_rules_holds() -> None:
    rules = policy(
        quorum=1,
        tools={"pay": {"tier": "medium", "quorum": 2}},
        tiers={"high": {"quorum": 3, "expiry": "1h", "reason": True}},
        high_value=[{"arg": "amount", "over": 500, "approvers": ["U0ANA"]}],
    ).of("clerk")
    small, large = demand(rules, tool="pay", args={"amount": 1}), demand(rules, tool="pay", args={"amount": 501})
    assert (small.tier, small.quorum, small.expiry) == (Tier.MEDIUM, 2, timedelta(hours=24))
    assert (large.tier, large.quorum, large.expiry, large.reason) == (Tier.HIGH, 3, timedelta(hours=1), True)
    assert large.approvers.users == {"U0ANA"}


class TestCheck:
    """`calmops policy check`."""

    def found(self, rules: Policy) -> str:
        return "\n".join(str(finding) for finding in check_policy(rules, [CLERK], now=WEDNESDAY))

    def test_a_good_policy_has_no_errors(self) -> None:
        assert "error" not in self.found(policy())

    @pytest.mark.parametrize(
        ("rules", "says"),
        [
            (policy(approvers=[]), "nobody may approve"),
            (policy(owner=[]), "has no owner"),
            (policy(approvers=["U0BO"], quorum=2), "2 approvals are needed and only 1 approver is named"),
            (policy(tools={"pya": {"ask": True}}), "did you mean pay?"),
            (policy(tools={"read": {"ask": True}}), "only reads"),
            (policy(tools={"wipe": {"tier": "low"}}), "can only raise"),
            (policy(high_value=[{"tool": "pay", "arg": "sum", "over": 1}]), "has no argument sum"),
            (policy(high_value=[{"tool": "nope", "arg": "sum", "over": 1}]), "has no tool nope"),
            (policy(chain=[{"after": "25h", "to": ["U0BO"]}]), "after the expiry"),
            (policy(chain=[{"after": "1h"}]), "neither people nor a channel"),
            (policy(approvers=["S0LEADS"]), "only groups approve"),
            (policy(mode="auto"), "without having earned it"),
            (policy(self_approval="medium"), "their own requests of medium risk"),
            (policy(expiry="5m"), "less than 15 minutes"),
        ],
    )
    def test_a_mistake_is_named(self, rules: Policy, says: str) -> None:
        assert says in self.found(rules)

    def test_an_agent_that_does_not_exist_is_named_with_what_was_meant(self) -> None:
        rules = Policy.model_validate({"agents": {"clark": {}, "clerk": {"owner": ["U0A"], "approvers": ["U0B"]}}})
        assert "did you mean clerk?" in self.found(rules)

    def test_a_delegation_that_is_over_is_named(self) -> None:
        over = {"away": "U0A", "to": "U0B", "first": date(2026, 1, 1), "last": date(2026, 1, 2)}
        assert "ended on 2026-01-02" in self.found(
            policy().model_copy(update={"delegates": Policy.model_validate({"delegates": [over]}).delegates})
        )


class TestExplain:
    """`calmops policy explain`."""

    def test_a_call_is_explained_with_who_decides_it(self) -> None:
        said = explain_call(
            policy(), CLERK, PAY, {"invoice": 1, "amount": "5"}, mode=Mode.REVIEW, requester=CHO.id, person=BO
        )
        assert said.data["ruling"] == "ask"
        assert said.data["person"]["may_decide"]
        assert "people decide each one" in said.text
        assert "U0ANA, U0BO, @S0LEADS" in said.text

    def test_why_somebody_may_not_decide_is_said(self) -> None:
        said = explain_call(
            policy(), CLERK, SEND, {"invoice": 1, "amount": "5"}, mode=Mode.AUTO, requester=ANA.id, person=ANA
        )
        assert "someone else must approve" in said.text

    def test_a_read_runs_without_asking(self) -> None:
        said = explain_call(policy(), CLERK, READ, {}, mode=Mode.SHADOW, requester=ANA.id)
        assert said.data["ruling"] == "allow"

    def test_what_somebody_may_do_to_an_agent_is_listed(self) -> None:
        said = explain_agent(policy(), CLERK, DEE)
        assert (said.data["resume everything"], said.data["change how much this agent may do alone"]) == (True, False)
        guest = Person(id=DEE.id, kind=PersonKind.GUEST)
        assert not any(value is True for value in explain_agent(policy(), CLERK, guest).data.values())


@pytest.mark.parametrize(
    "written", [["2026-12-25"], [date(2026, 12, 25)], {"2026-12-25": ""}], ids=["text", "date", "table without a name"]
)
def test_holidays_are_a_list_of_dates_or_a_table_of_names(written: Any) -> None:
    assert Policy.model_validate({"schedules": {"holidays": written}}).schedules.holidays == {date(2026, 12, 25): ""}
    named = Policy.model_validate({"schedules": {"holidays": {"2026-12-25": "Christmas Day"}}})
    assert named.schedules.holidays == {date(2026, 12, 25): "Christmas Day"}


@pytest.mark.parametrize(
    ("section", "why"),
    [
        ({"schedules": {"holidays": ["2026-02-30"]}}, "'2026-02-30' is not a date that exists"),
        ({"schedules": {"holidays": ["Christmas"]}}, "write one such as 2026-12-25"),
        ({"schedules": {"nothing_to_report": "quiet"}}, "'line' or 'silence'"),
        ({"agents": {"clerk": {"minutes_each": 0}}}, "greater than 0"),
        ({"agents": {"clerk": {"minutes_each": "often"}}}, "valid number"),
    ],
)
def test_what_is_said_of_schedules_and_time_saved_must_make_sense(section: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Policy.model_validate(section)


def test_only_agents_whose_owner_estimated_it_have_minutes() -> None:
    rules = Policy.model_validate({"agents": {"clerk": {"minutes_each": 4}, "scribe": {}}})
    assert rules.minutes_each == {"clerk": 4.0}
