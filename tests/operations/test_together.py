"""Bulk approval, permissions in advance, delegation and undo: what saves people work without taking a decision from them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agents.core.errors import Conflict, InvalidInput, NotAllowed
from agents.core.ids import EffectId
from agents.core.people import Person, PersonKind
from agents.core.records import EffectRecord, EscalationRecord, Verdict
from handlers import operations
from storage import grants, journal, undo
from storage.store import Tx
from tests.operations.town import ANA, BO, CHO, DEE, FAY, HOUR, PAY, REGISTRY, TOOLS, Crowd, Town, person, policy


def refs(*questions: EscalationRecord) -> list[tuple[Any, int]]:
    return [(one.id, one.version) for one in questions]


class TestBulk:
    async def approve(
        self, town: Town, chosen: list[EscalationRecord], by: Person = BO, count: int | None = None
    ) -> Any:
        number = len(chosen) if count is None else count
        return await town.write(
            lambda tx: operations.approve_all(
                tx, town.policy, refs(*chosen), by, door="home", count=number, registry=REGISTRY
            )
        )

    async def test_alike_low_risk_questions_are_approved_one_by_one(self, any_town: Town) -> None:
        chosen = [await any_town.ask() for _ in range(5)]
        report = await self.approve(any_town, chosen)
        assert len(report.approved) == 5
        assert (await any_town.events()).count("escalation.answered") == 5

    async def test_each_is_checked_again_and_the_report_names_what_was_skipped(self, any_town: Town) -> None:
        first, decided, other, risky, late = [
            await any_town.ask(),
            await any_town.ask(),
            await any_town.ask(case_type="large"),
            await any_town.ask("refund"),
            await any_town.ask(),
        ]
        await any_town.answer(decided, ANA)
        await any_town.write(lambda tx: operations.cancel(tx, any_town.policy, late.job_id, CHO))
        report = await self.approve(any_town, [first, decided, other, risky, late])
        assert [one.id for one in report.approved] == [first.id]
        assert {one.id for one in report.skipped} == {decided.id, other.id, risky.id, late.id}
        assert all(one.why for one in report.skipped)

    async def test_the_count_that_was_confirmed_must_be_the_count(self, town: Town) -> None:
        chosen = [await town.ask() for _ in range(3)]
        with pytest.raises(InvalidInput, match="confirmed 2"):
            await self.approve(town, chosen, count=2)

    async def test_a_requester_approves_no_risky_ones_and_an_outsider_none(self, town: Town) -> None:
        chosen = [await town.ask() for _ in range(3)]
        report = await self.approve(town, chosen, by=CHO)
        assert len(report.skipped) == 3
        assert "answer.refused" in await town.events()

    async def test_nothing_of_more_than_low_risk_or_with_a_quorum_is_offered(self, town: Town) -> None:
        first, second, risky = await town.ask(), await town.ask(), await town.ask("send")
        assert operations.alike(town.policy, [first, second, risky]) == [first, second]
        assert operations.alike(policy(quorum=2), [first, second]) == []

    async def test_more_than_the_limit_at_once_is_refused(self, town: Town) -> None:
        town.policy = policy(limits={"bulk": 2})
        chosen = [await town.ask() for _ in range(3)]
        with pytest.raises(InvalidInput, match="At most 2"):
            await self.approve(town, chosen)


class TestPermissionInAdvance:
    async def approved(self, town: Town, name: str = "pay", **args: Any) -> EscalationRecord:
        asked = await town.ask(name, args={"invoice": 1, "amount": "20", **args})
        return (await town.answer(asked, reviewed=True)).escalation

    async def allow(self, town: Town, asked: EscalationRecord, by: Person = ANA, days: float = 7) -> grants.Grant:
        return await town.write(lambda tx: operations.allow_like(tx, town.policy, REGISTRY, asked.id, by, days=days))

    async def found(self, town: Town, **args: Any) -> grants.Grant | None:
        given = {"invoice": 1, "amount": "20", "note": "", **args}
        return await town.read(lambda tx: operations.granted(tx, "clerk", PAY, given))

    async def test_it_covers_exactly_that_call_on_other_records_until_its_end(self, any_town: Town) -> None:
        await self.allow(any_town, await self.approved(any_town))
        assert await self.found(any_town, invoice=999)
        assert await self.found(any_town, amount="21") is None
        assert await self.found(any_town, note="x") is None
        any_town.clock.advance(7 * 24 * HOUR)
        assert await self.found(any_town) is None

    async def test_it_is_taken_back_at_once(self, town: Town) -> None:
        made = await self.allow(town, await self.approved(town))
        with pytest.raises(NotAllowed):
            await town.write(lambda tx: operations.revoke_grant(tx, town.policy, made.id, CHO))
        await town.write(lambda tx: operations.revoke_grant(tx, town.policy, made.id, BO))
        assert await self.found(town) is None
        assert not await town.write(lambda tx: grants.use(tx, made.id))

    @pytest.mark.parametrize("who", [BO, CHO, DEE, FAY], ids=lambda one: one.name)
    async def test_only_the_owner_gives_it(self, town: Town, who: Person) -> None:
        with pytest.raises(NotAllowed):
            await self.allow(town, await self.approved(town), by=who)

    @pytest.mark.parametrize("name", ["refund", "send", "wipe"])
    async def test_only_low_risk_is_allowed_in_advance(self, town: Town, name: str) -> None:
        with pytest.raises(InvalidInput):
            await self.allow(town, await self.approved(town, name))

    @pytest.mark.parametrize("days", [0, -1, 31, 10_000])
    async def test_it_has_an_end(self, town: Town, days: float) -> None:
        with pytest.raises(InvalidInput, match="end"):
            await self.allow(town, await self.approved(town), days=days)

    async def test_only_what_was_approved_can_be_allowed(self, town: Town) -> None:
        asked = await town.ask()
        with pytest.raises(Conflict):
            await self.allow(town, asked)
        await town.answer(asked, verdict=Verdict.REJECTED)
        with pytest.raises(Conflict):
            await self.allow(town, asked)


class TestDelegation:
    async def lend(self, town: Town, away: Person = BO, to: Person = CHO, hours: float = 48) -> None:
        now = town.clock.now()
        await town.write(lambda tx: operations.delegate(tx, away, to, first_at=now, last_at=now + hours * HOUR))

    async def heard(self, town: Town, crowd: Crowd, who: Person, asked: EscalationRecord) -> operations.Hearing:
        return await operations.hear(town.store, crowd, town.policy, who, asked.id)

    async def test_what_waits_already_can_be_decided_by_the_delegate(self, any_town: Town) -> None:
        asked = await any_town.ask(requester=DEE)
        crowd = Crowd({one.id: one for one in (BO, CHO, DEE)})
        await self.lend(any_town)
        hearing = await self.heard(any_town, crowd, CHO, asked)
        done = await any_town.answer(asked, hearing.person)
        assert (done.escalation.decided_by, done.on_behalf_of) == (CHO.id, BO.id)

    async def test_it_ends_by_date_and_by_hand(self, town: Town) -> None:
        crowd = Crowd({one.id: one for one in (BO, CHO, DEE)})
        asked = await town.ask(requester=DEE)
        await self.lend(town)
        await town.write(lambda tx: operations.end_delegation(tx, BO))
        assert (await self.heard(town, crowd, CHO, asked)).person.stands_in_for == ()
        await self.lend(town)
        town.clock.advance(49 * HOUR)
        assert (await self.heard(town, crowd, CHO, asked)).person.stands_in_for == ()

    async def test_it_gives_only_what_the_absent_person_may_do_now(self, town: Town) -> None:
        crowd = Crowd({one.id: one for one in (BO, CHO, DEE)})
        asked = await town.ask(requester=DEE)
        await self.lend(town)
        crowd.change(BO, kind=PersonKind.DEACTIVATED)
        hearing = await self.heard(town, crowd, CHO, asked)
        with pytest.raises(NotAllowed):
            await town.answer(asked, hearing.person)

    async def test_it_cannot_be_handed_on(self, town: Town) -> None:
        crowd = Crowd({one.id: one for one in (BO, CHO, DEE, FAY)})
        asked = await town.ask(requester=FAY)
        await self.lend(town, BO, CHO)
        await self.lend(town, CHO, DEE)
        hearing = await self.heard(town, crowd, DEE, asked)
        with pytest.raises(NotAllowed):
            await town.answer(asked, hearing.person)

    async def test_the_policy_file_names_delegates_by_date(self, town: Town) -> None:
        day = datetime.fromtimestamp(town.clock.now(), UTC).date()
        away = {"away": "U0BO", "to": "U0CHO", "first": day, "last": day}
        town.policy = town.policy.model_validate(
            {"delegates": [away], "agents": {"clerk": {"approvers": ["U0BO"], "owner": ["U0ANA"]}}}
        )
        crowd = Crowd({one.id: one for one in (BO, CHO, DEE)})
        asked = await town.ask(requester=DEE)
        assert (await self.heard(town, crowd, CHO, asked)).person.stands_in_for == (BO,)
        town.clock.advance(timedelta(days=1).total_seconds())
        assert (await self.heard(town, crowd, CHO, asked)).person.stands_in_for == ()

    @pytest.mark.parametrize(
        ("to", "hours"), [(BO, 1), (CHO, -1), (CHO, 24 * 61), (person("gus", PersonKind.GUEST), 1)], ids=str
    )
    async def test_nonsense_is_refused(self, town: Town, to: Person, hours: float) -> None:
        with pytest.raises((InvalidInput, NotAllowed)):
            await self.lend(town, BO, to, hours)

    async def test_what_the_directory_no_longer_knows_has_no_right_at_the_click(self, town: Town) -> None:
        """S-C5."""
        crowd = Crowd({BO.id: Person(id=BO.id, kind=PersonKind.DEACTIVATED)})
        asked = await town.ask()
        hearing = await self.heard(town, crowd, BO, asked)
        with pytest.raises(NotAllowed):
            await town.answer(asked, hearing.person)


class TestUndo:
    async def effect(self, town: Town, *, seconds: float | None = 900.0) -> EffectRecord:
        asked = await town.ask()
        await town.answer(asked)
        undo_until = None if seconds is None else town.clock.now() + seconds

        def work(tx: Tx) -> EffectRecord:
            made = journal.intend(
                tx,
                asked.job_id,
                "pay",
                key=f"key-{asked.id}",
                tool="pay",
                access=TOOLS["pay"].access,
                args=asked.args,
                digest="d" * 64,
                escalation_id=asked.id,
            )
            journal.settle_effect(tx, EffectId(made.id), "done", undo_until=undo_until)  # type: ignore[arg-type]
            return undo.find(tx, EffectId(made.id))

        return await town.write(work)

    async def ask(self, town: Town, effect: EffectRecord, by: Person = BO) -> EffectRecord:
        return await town.write(lambda tx: operations.ask_undo(tx, town.policy, EffectId(effect.id), by))

    async def test_the_first_to_ask_wins_and_it_counts_against_the_agent(self, any_town: Town) -> None:
        effect = await self.effect(any_town)
        assert (await self.ask(any_town, effect)).undo_asked_by == BO.id
        with pytest.raises(Conflict, match="already"):
            await self.ask(any_town, effect, ANA)
        assert [one.id for one in await any_town.read(undo.asked)] == [effect.id]
        (standing,) = await any_town.read(lambda tx: operations.standings(tx, any_town.policy, REGISTRY.get("clerk")))
        assert standing.verdicts["undone"] == 1

    async def test_after_its_window_nothing_is_undone(self, town: Town) -> None:
        effect = await self.effect(town)
        town.clock.advance(900)
        with pytest.raises(Conflict, match="over"):
            await self.ask(town, effect)

    async def test_what_has_no_undo_is_not_undone(self, town: Town) -> None:
        with pytest.raises(Conflict, match="cannot be taken back"):
            await self.ask(town, await self.effect(town, seconds=None))

    async def test_not_everybody_undoes(self, town: Town) -> None:
        with pytest.raises(NotAllowed):
            await self.ask(town, await self.effect(town), CHO)
        assert "undo.refused" in await town.events()
