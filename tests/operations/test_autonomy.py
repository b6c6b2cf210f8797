"""Autonomy is earned by answers, given by owners, and lost by itself."""

import pytest

from agents.core.contract import Mode
from agents.core.errors import Conflict, InvalidInput, NotAllowed
from agents.core.job import StopReason
from agents.core.people import PersonKind, operator
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, Verdict
from handlers import operations
from storage import autonomy, escalations
from tests.operations.town import ANA, BO, CHO, CLERK, DEE, FAY, Town, person, policy

FAST = {"autonomy": {"target": 0.6, "minimum": 4, "sample": 0.05}}


async def agree(town: Town, number: int, *, case_type: str = "small", **more: object) -> None:
    for _ in range(number):
        asked = await town.ask(case_type=case_type, **more)  # type: ignore[arg-type]
        town.clock.advance(60)
        await town.answer(asked)


async def disagree(town: Town, number: int = 1) -> None:
    for _ in range(number):
        await town.answer(await town.ask(), verdict=Verdict.REJECTED)


async def proposal(town: Town) -> EscalationRecord | None:
    return await town.read(lambda tx: escalations.latest_named(tx, "promote clerk small to auto"))


async def mode(town: Town, case_type: str = "small") -> Mode:
    return await town.read(lambda tx: operations.mode_of(tx, town.policy, CLERK, case_type))


async def test_each_case_type_starts_where_the_policy_says(town: Town) -> None:
    town.policy = policy(mode="shadow", cases={"small": {"mode": "review"}})
    assert (await mode(town), await mode(town, "large")) == (Mode.REVIEW, Mode.SHADOW)


async def test_enough_agreement_asks_the_owner_and_nobody_else(any_town: Town) -> None:
    any_town.policy = policy(**FAST)
    await agree(any_town, 5)
    assert await proposal(any_town) is None
    await agree(any_town, 1)
    asked = await proposal(any_town)
    assert asked is not None
    assert (asked.kind, asked.approvers["users"]) == (EscalationKind.PROMOTE, ["U0ANA"])
    assert await mode(any_town) is Mode.REVIEW
    for who in (BO, FAY, CHO, DEE):
        with pytest.raises(NotAllowed):
            await any_town.answer(asked, who)
    await any_town.answer(asked, ANA)
    assert await mode(any_town) is Mode.AUTO
    assert await mode(any_town, "large") is Mode.REVIEW
    assert (await any_town.last("autonomy.changed"))["mode"] == "auto"


async def test_an_owner_is_asked_once_and_not_again_right_after_a_no(town: Town) -> None:
    town.policy = policy(**FAST)
    await agree(town, 10)
    asked = await proposal(town)
    assert asked is not None
    assert asked.version == 1
    await town.answer(asked, ANA, Verdict.REJECTED)
    assert await mode(town) is Mode.REVIEW
    await agree(town, 10)
    assert (await proposal(town) or asked).id == asked.id
    await agree(town, 10)
    assert (await proposal(town) or asked).version == 2


async def test_without_an_owner_nothing_rises(town: Town) -> None:
    town.policy = policy(owner=[], **FAST)
    await agree(town, 10)
    assert await proposal(town) is None


async def test_the_ceiling_of_the_policy_is_never_proposed_or_set_beyond(town: Town) -> None:
    town.policy = policy(autonomy={"target": 0.6, "minimum": 4, "ceiling": "review"})
    await agree(town, 10)
    assert await proposal(town) is None
    with pytest.raises(InvalidInput, match="at most review"):
        await town.write(lambda tx: operations.set_mode(tx, town.policy, CLERK, "small", Mode.AUTO, ANA))


async def test_a_ceiling_that_is_lowered_takes_effect_at_once(town: Town) -> None:
    await town.write(lambda tx: operations.set_mode(tx, town.policy, CLERK, "small", Mode.AUTO, ANA))
    assert await mode(town) is Mode.AUTO
    town.policy = policy(cases={"small": {"ceiling": "review"}})
    assert await mode(town) is Mode.REVIEW


async def test_cases_in_which_the_agent_stopped_itself_do_not_count(town: Town) -> None:
    town.policy = policy(**FAST)
    await agree(town, 10, stop=StopReason.LOW_CONFIDENCE)
    assert await proposal(town) is None


async def test_edits_and_rejections_count_against_it(town: Town) -> None:
    asked = await town.ask()
    await town.answer(asked, edits={"invoice": 482, "amount": "1", "note": ""})
    await disagree(town)
    await agree(town, 1)
    record = await town.read(lambda tx: autonomy.record(tx, "clerk", "small", window=10))
    assert (record.agreed, record.total) == (1, 3)


async def test_when_agreement_falls_an_automatic_case_type_falls_back_by_itself(any_town: Town) -> None:
    any_town.policy = policy(**FAST)
    await agree(any_town, 8)
    await any_town.write(lambda tx: operations.set_mode(tx, any_town.policy, CLERK, "small", Mode.AUTO, ANA))
    await disagree(any_town)
    assert await mode(any_town) is Mode.AUTO
    await disagree(any_town, 2)
    assert await mode(any_town) is Mode.REVIEW
    assert "demoted" in {row.params["what"] for row in await any_town.messages("owner_notice")}


async def test_an_incident_takes_autonomy_away_at_once(town: Town) -> None:
    await agree(town, 50)
    await town.write(lambda tx: operations.set_mode(tx, town.policy, CLERK, "", Mode.AUTO, ANA))
    job = await town.job()
    assert await town.write(lambda tx: operations.file_incident(tx, town.policy, job.id, CHO, "Paid twice."))
    assert await mode(town, "") is Mode.REVIEW
    with pytest.raises(InvalidInput):
        await town.write(lambda tx: operations.file_incident(tx, town.policy, job.id, CHO, "  "))


@pytest.mark.parametrize(
    "who",
    [BO, CHO, DEE, FAY, person("ana", PersonKind.GUEST), person("ana", PersonKind.BOT)],
    ids=lambda one: str(one.id),
)
async def test_only_the_owner_changes_a_mode_and_every_try_is_written_down(town: Town, who: object) -> None:
    with pytest.raises(NotAllowed):
        await town.write(lambda tx: operations.set_mode(tx, town.policy, CLERK, "small", Mode.AUTO, who))  # type: ignore[arg-type]
    assert await mode(town) is Mode.REVIEW
    assert (await town.last("autonomy.refused"))["mode"] == "auto"


@pytest.mark.parametrize("who", [ANA, operator("root")], ids=lambda one: one.name)
async def test_the_owner_changes_a_mode_with_a_reason(town: Town, who: object) -> None:
    before = await town.write(
        lambda tx: operations.set_mode(tx, town.policy, CLERK, "small", Mode.SHADOW, who, reason="holidays")  # type: ignore[arg-type]
    )
    assert (before, await mode(town)) == (Mode.REVIEW, Mode.SHADOW)


async def test_the_record_behind_a_mode_can_be_looked_up(town: Town) -> None:
    await agree(town, 8)
    await disagree(town, 2)
    (standing,) = await town.read(lambda tx: operations.standings(tx, town.policy, CLERK))
    assert (standing.case_type, standing.mode, standing.in_mode.total) == ("small", Mode.REVIEW, 10)
    assert standing.verdicts == {"approved": 8, "rejected": 2}
    assert 0.49 < standing.in_mode.bound < 0.8
    assert standing.missing > 40


class TestPractice:
    """In shadow mode an agent proposes and people work as before."""

    async def test_an_answer_to_a_practised_proposal_is_counted_and_changes_nothing_else(self, town: Town) -> None:
        asked = await town.ask(kind=EscalationKind.SHADOW)
        before = await town.job_of(asked)
        await town.answer(asked)
        assert await town.job_of(asked) == before
        record = await town.read(lambda tx: autonomy.record(tx, "clerk", "small", window=10, mode=Mode.SHADOW))
        assert (record.agreed, record.total) == (1, 1)

    async def test_the_requester_may_answer_a_practised_proposal(self, town: Town) -> None:
        town.policy = policy(self_approval="never")
        assert (
            await town.answer(await town.ask("wipe", kind=EscalationKind.SHADOW, requester=ANA), ANA, reviewed=True)
        ).complete

    @pytest.mark.parametrize(("amount", "agreed"), [("20", True), ("25", False)])
    async def test_what_people_then_did_is_compared_once(self, any_town: Town, amount: str, agreed: bool) -> None:
        asked = await any_town.ask(kind=EscalationKind.SHADOW)
        actual = {"amount": amount, "note": ""}
        same = await any_town.write(lambda tx: operations.compare_shadow(tx, any_town.policy, asked.id, actual))
        assert same is agreed
        record = await any_town.read(lambda tx: autonomy.record(tx, "clerk", "small", window=10))
        assert (record.agreed, record.total) == (int(agreed), 1)
        with pytest.raises(Conflict):
            await any_town.write(lambda tx: operations.compare_shadow(tx, any_town.policy, asked.id, actual))

    async def test_a_rise_out_of_shadow_is_proposed_like_any_other(self, town: Town) -> None:
        town.policy = policy(mode="shadow", **FAST)
        await agree(town, 6, kind=EscalationKind.SHADOW)
        asked = await town.read(lambda tx: escalations.latest_named(tx, "promote clerk small to review"))
        assert asked is not None
        assert asked.state is EscalationState.PENDING
        await town.answer(asked, ANA)
        assert await mode(town) is Mode.REVIEW

    async def test_each_step_up_is_earned_anew(self, town: Town) -> None:
        town.policy = policy(mode="shadow", **FAST)
        await agree(town, 6, kind=EscalationKind.SHADOW)
        asked = await town.read(lambda tx: escalations.latest_named(tx, "promote clerk small to review"))
        assert asked is not None
        await town.answer(asked, ANA)
        await agree(town, 3)
        assert await proposal(town) is None
        await agree(town, 3)
        assert await proposal(town) is not None
