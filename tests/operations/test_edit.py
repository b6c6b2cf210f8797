"""An approver may change the arguments; what then runs is what somebody approved, and no less is needed for it."""

from typing import Any

import pytest

from agents.core.errors import Conflict, InvalidEdit, InvalidInput
from agents.core.proposals import digest_of
from agents.core.records import EscalationKind, EscalationState, Verdict
from handlers import operations
from handlers.operations import Answer
from storage import escalations, jobs
from tests.operations.town import ANA, BO, FAY, Town, policy


def edited(**changes: Any) -> dict[str, Any]:
    return {"invoice": 482, "amount": "20", "note": "", **changes}


async def test_an_edit_at_low_risk_is_approved_with_a_digest_of_its_own(town: Town) -> None:
    """S-C11."""
    asked = await town.ask()
    done = await town.answer(asked, edits=edited(amount="15"))
    assert done.complete
    assert done.escalation.final_args["amount"] == "15"
    assert done.escalation.digest != asked.digest
    assert done.escalation.digest == digest_of(asked, done.escalation.edits)


async def test_the_difference_is_kept(town: Town) -> None:
    """S-C11."""
    asked = await town.ask()
    await town.answer(asked, edits=edited(amount="15"))
    (vote,) = await town.read(lambda tx: escalations.approvals(tx, asked))
    assert vote.changes == [{"field": "amount", "old": "20", "new": "15"}]


async def test_no_change_is_a_plain_approval(town: Town) -> None:
    asked = await town.ask()
    done = await town.answer(asked, edits=edited())
    assert (done.complete, done.escalation.edits, done.escalation.digest) == (True, None, asked.digest)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": "-1"}, "amount"),
        ({"amount": "plenty"}, "amount"),
        ({"iban": "DE00"}, "iban"),
        ({"note": None}, "note"),
    ],
)
async def test_an_edit_must_fit_the_tools_own_schema(town: Town, change: dict[str, Any], field: str) -> None:
    asked = await town.ask()
    with pytest.raises(InvalidEdit) as refused:
        await town.answer(asked, edits=edited(**change))
    assert field in refused.value.fields
    assert (await town.question(asked.id)).state is EscalationState.PENDING


async def test_the_key_of_the_record_is_locked(town: Town) -> None:
    asked = await town.ask()
    with pytest.raises(InvalidEdit) as refused:
        await town.answer(asked, edits=edited(invoice=483))
    assert list(refused.value.fields) == ["invoice"]


async def test_without_the_tools_schema_nothing_is_edited(town: Town) -> None:
    asked = await town.ask()
    answer = Answer(verdict=Verdict.APPROVED, version=1, door="test", edits=edited(amount="15"))
    with pytest.raises(InvalidInput, match="cannot be edited from here"):
        await town.write(lambda tx: operations.decide(tx, town.policy, asked.id, BO, answer))


@pytest.mark.parametrize("tool", ["send", "wipe"])
async def test_at_high_risk_an_edit_needs_a_second_look(town: Town, tool: str) -> None:
    """S-C11."""
    asked = await town.ask(tool)
    first = await town.answer(asked, edits=edited(amount="15"), reviewed=True)
    assert (first.complete, first.second_look) == (False, True)
    assert first.escalation.version == 2
    assert "15" in first.escalation.question
    with pytest.raises(Conflict, match="older version"):
        await town.answer(asked, FAY, reviewed=True)
    done = await town.answer(first.escalation, BO, reviewed=True)
    assert done.complete
    assert done.escalation.final_args["amount"] == "15"


async def test_an_edit_clears_the_votes_that_were_given(town: Town) -> None:
    town.policy = policy(quorum=2)
    asked = await town.ask()
    await town.answer(asked, ANA)
    after = await town.answer(asked, BO, edits=edited(amount="15"))
    assert (after.complete, after.missing) == (False, 1)
    now = await town.question(asked.id)
    assert now.version == 2
    assert (await town.answer(now, ANA)).complete


async def test_an_edit_that_raises_the_risk_becomes_a_new_question(any_town: Town) -> None:
    any_town.policy = policy(
        high_value=[{"tool": "pay", "arg": "amount", "over": 500, "quorum": 2, "approvers": ["U0ANA", "U0FAY"]}]
    )
    asked = await any_town.ask()
    done = await any_town.answer(asked, edits=edited(amount="900"))
    assert (done.replaced, done.complete) == (True, False)
    old, new = await any_town.question(asked.id), done.escalation
    assert (old.state, old.replaced_by) == (EscalationState.REPLACED, new.id)
    assert (new.tier, new.quorum, new.final_args["amount"]) == ("high", 2, "900")
    assert new.digest == digest_of(new)
    assert (await any_town.job_of(asked)).wait_for == f"escalation:{new.id}"
    with pytest.raises(Conflict, match=f"E{new.id}"):
        await any_town.answer(asked, ANA)
    await any_town.answer(new, ANA)
    assert (await any_town.answer(new, FAY)).complete


async def test_a_proposal_above_the_limit_needs_the_approvers_of_the_limit_from_the_start(town: Town) -> None:
    town.policy = policy(high_value=[{"tool": "pay", "arg": "amount", "over": 500, "approvers": ["U0ANA"]}])
    asked = await town.ask(args={"invoice": 1, "amount": "501"})
    assert asked.tier == "high"
    assert asked.approvers["users"] == ["U0ANA"]


async def test_a_practised_proposal_may_be_answered_with_something_else(town: Town) -> None:
    asked = await town.ask(kind=EscalationKind.SHADOW)
    done = await town.answer(asked, edits=edited(amount="15"))
    assert done.complete
    assert (await town.read(lambda tx: jobs.get(tx, asked.job_id))).status == "running"
