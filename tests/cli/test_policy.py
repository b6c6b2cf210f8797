"""`calmops policy explain` and `calmops fit`."""

import json

import pytest

from tests.cli.conftest import Run


def test_a_call_is_explained_with_who_decides(calmops: Run) -> None:
    done = calmops(
        "policy", "explain", "assign_ticket", '{"ticket": 482, "queue": "Billing", "priority": "high"}', "U0BO"
    )
    assert done.code == 0
    assert "It is put to people." in done.out
    assert "U0BO may decide it" in done.out


def test_what_somebody_may_do_with_an_agent_is_explained(calmops: Run) -> None:
    said = json.loads(calmops("policy", "explain", "triage", "U0CHO", "--json").out)
    assert said["start it"] is True
    assert said["resume everything"] is False
    said = json.loads(calmops("policy", "explain", "triage", "U0CHO", "--group", "S0OPS", "--json").out)
    assert said["resume everything"] is True


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["policy", "explain", "nothing"], "There is no agent or tool named nothing"),
        (["policy", "explain", "assign_ticket", "{"], "is no JSON"),
        (["policy", "explain", "assign_ticket", "[]"], "is no JSON object"),
        (["policy", "explain", "assign_ticket", "{}", "--mode", "wild"], "is no mode"),
        (["policy", "explain", "triage"], "Whose rights?"),
        (["fit", "colour=red"], "answers no question"),
        (["fit", "cost=much"], "Please answer starts"),
    ],
)
def test_what_cannot_be_explained_is_said_in_one_line(calmops: Run, words: list[str], says: str) -> None:
    done = calmops(*words, with_data=words[0] != "fit")
    assert done.code == 2
    assert says in done.err


def test_fit_recommends_where_to_begin(calmops: Run) -> None:
    answers = ["starts=event", "rules=mostly", "result=action", "cost=some", "undo=yes", "often=daily", "owner=yes"]
    done = calmops("fit", *answers, with_data=False)
    assert done.out.startswith("Recommended: agent, beginning in shadow mode, tier medium")
    assert json.loads(calmops("fit", *answers, "--json", with_data=False).out)["shape"] == "agent"
