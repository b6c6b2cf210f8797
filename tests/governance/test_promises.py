"""The promises by number, each beside the bug that it is there to catch.

A trial makes attempts that must not succeed and counts those that did. It runs as the code is, where the count must be zero,
and once more with its guard taken out, where it must not be: a test that cannot fail proves nothing. Every trial also does
honest work, so that a zero never means that nothing ran at all.
"""

import importlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from agents.core import proposals
from agents.core.contract import Mode
from agents.core.errors import CalmopsError
from agents.core.ids import EscalationId
from agents.core.people import Person, PersonKind
from agents.core.policy import Right, execution, rights
from agents.core.records import EscalationKind, EscalationRecord, EscalationState, Verdict
from handlers import operations
from storage import controls, escalations, outbox
from storage.store import Tx
from tests.core.test_execution import approval, vote
from tests.operations.town import ANA, BO, CHO, CLERK, EVERYONE, FAY, HOUR, POLICY, Town, policy

deciding = importlib.import_module("handlers.operations.decide")
"""The module: its name in the package is that of its function."""

Plant = Callable[[pytest.MonkeyPatch], None]
SEED = 20261121


@dataclass(frozen=True)
class Count:
    """What came of a trial: attempts that must fail and did not, and honest work that went through."""

    bad: int
    good: int


async def accepted(attempt: Awaitable[Any]) -> bool:
    """Whether an attempt went through. Where a guard was taken out, a constraint of the database may be the next one."""
    try:
        await attempt
    except (CalmopsError, IntegrityError):
        return False
    return True


def no_rights(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "check_answer", lambda *_: Right())


def no_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "_check_place", lambda *_: None)


def no_version(patch: pytest.MonkeyPatch) -> None:
    """Neither the look before nor the conditional statement at the end."""

    def settle(
        tx: Tx, number: EscalationId, state: EscalationState, *, version: int | None = None, **values: Any
    ) -> EscalationRecord:
        escalations.change(tx, number, state=state, **values)
        return escalations.get(tx, number)

    patch.setattr(deciding, "refuse_closed", lambda *_: None)
    patch.setattr(escalations, "settle", settle)


def no_clock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(deciding, "_check_time", lambda *_: None)


def no_self_rule(patch: pytest.MonkeyPatch) -> None:
    honest = rights.check_decider

    def lax(person: Person, **rules: Any) -> Right:
        return honest(person, **{**rules, "requester": "T0/NOBODY"})

    patch.setattr(rights, "check_decider", lax)


def no_kind(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rights, "check_member", lambda *_: None)


def no_reasons(patch: pytest.MonkeyPatch) -> None:
    """Nobody configured is taken to mean everybody."""
    honest = rights.check_decider

    def lax(person: Person, **rules: Any) -> Right:
        return Right() if rules["approvers"].empty else honest(person, **rules)

    patch.setattr(rights, "check_decider", lax)


def no_digest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(execution, "digest_of", lambda asked, *_: asked.digest)


def no_halt(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(controls, "check_halt", lambda *_, **__: None)


def no_recheck(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(execution, "valid_votes", lambda ballots, *_: [voter for voter, _ in ballots])


def no_owner(patch: pytest.MonkeyPatch) -> None:
    from handlers.operations import autonomy

    patch.setattr(autonomy, "check_steer", lambda *_, **__: None)


async def tampered_clicks(town: Town, number: int) -> Count:
    """Clicks from the wrong message, on an old picture, for another question, or by way of what was seen elsewhere."""
    chance = random.Random(SEED)
    asked, other = await town.ask(), await town.ask()
    for question, ts in ((asked, "1.1"), (other, "2.2")):
        await town.write(
            lambda tx, q=question, at=ts: outbox.remember(  # type: ignore[misc]
                tx, subject=f"escalation:{q.id}", role="card", channel="C0SUPPORT", ts=at
            )
        )
    bad = 0
    for _ in range(number):
        lie: dict[str, Any] = chance.choice(
            [
                {"message": f"C0SUPPORT/{chance.random():.6f}"},
                {"message": "C0SUPPORT/2.2"},
                {"message": f"C{chance.randrange(99999)}/1.1"},
                {"version": chance.choice([0, 2, 3, 99])},
                {"digest": other.digest},
                {"digest": f"{chance.getrandbits(256):064x}"},
            ]
        )
        bad += await accepted(town.answer(replace(asked, version=lie.pop("version", 1)), **lie))
        if (await town.question(asked.id)).state is not EscalationState.PENDING:
            asked = await town.ask()
            await town.write(
                lambda tx, q=asked: outbox.remember(  # type: ignore[misc]
                    tx, subject=f"escalation:{q.id}", role="card", channel="C0SUPPORT", ts=f"9.{q.id}"
                )
            )
    good = await accepted(town.answer(await town.ask(), message=None))
    return Count(bad, int(good))


async def replayed_clicks(town: Town, number: int) -> Count:
    """The same approval again, after it was given, withdrawn or replaced."""
    done = await town.ask()
    await town.answer(done)
    withdrawn = await town.ask()
    await town.write(lambda tx: operations.cancel(tx, town.policy, withdrawn.job_id, CHO))
    bad = 0
    for place in range(number):
        question = (done, withdrawn)[place % 2]
        before = await town.events()
        bad += await accepted(town.answer(question, (BO, ANA, FAY)[place % 3]))
        bad += "escalation.answered" in (await town.events())[len(before) :]
    return Count(bad, int((await town.question(done.id)).verdict is Verdict.APPROVED))


async def people_without_a_right(town: Town, number: int) -> Count:
    """Every kind of account that must not decide, with the id of one that may."""
    bad = 0
    for place in range(number):
        kind = [kind for kind in PersonKind if kind not in (PersonKind.MEMBER, PersonKind.OPERATOR)][place % 5]
        asked = await town.ask()
        bad += await accepted(town.answer(asked, Person(id=(ANA, BO)[place % 2].id, kind=kind, groups=FAY.groups)))
    return Count(bad, int(await accepted(town.answer(await town.ask()))))


async def own_risky_requests(town: Town, number: int) -> Count:
    bad = 0
    for place in range(number):
        asked = await town.ask(("refund", "send", "wipe")[place % 3], requester=BO)
        bad += await accepted(town.answer(asked, BO, reviewed=True))
    return Count(bad, int(await accepted(town.answer(await town.ask("send", requester=CHO), BO))))


async def nobody_configured(town: Town, number: int) -> Count:
    bad = 0
    for place in range(number):
        town.policy = policy(approvers=[])
        asked = await town.ask()
        bad += await accepted(town.answer(asked, list(EVERYONE.values())[place % len(EVERYONE)]))
    town.policy = POLICY
    return Count(bad, int(await accepted(town.answer(await town.ask()))))


async def late_decisions(town: Town, number: int) -> Count:
    """Answers at and after the end of their time, by clocks that jump about."""
    chance = random.Random(SEED)
    bad = 0
    for _ in range(number):
        asked = await town.ask()
        town.clock.at = asked.expires_at + chance.choice([0.0, 0.001, 1.0, HOUR, 10_000 * HOUR])
        if chance.random() < 0.5:
            await town.write(operations.expire_overdue)
            town.clock.at = chance.choice([asked.created_at, asked.expires_at - 1, asked.expires_at + HOUR])
        bad += await accepted(town.answer(asked))
    return Count(bad, int(await accepted(town.answer(await town.ask()))))


async def approve_one_run_another(town: Town, number: int) -> Count:
    """A stored approval of one call, with another call put in its place."""
    chance = random.Random(SEED)
    bad = 0
    honest = approval()
    for _ in range(number):
        swap: dict[str, Any] = chance.choice(
            [
                {"args": {"invoice": 1, "amount": str(chance.randrange(21, 99999))}},
                {"args": {**honest.args, "note": "and more"}},
                {"tool": chance.choice(["refund", "send", "wipe", "Pay"])},
                {"edits": {"invoice": chance.randrange(2, 999), "amount": "20"}},
                {"job_id": chance.randrange(6, 999)},
                {"nonce": f"{chance.getrandbits(64):x}"},
                {"requester": BO.id},
            ]
        )
        stored = replace(honest, **swap)
        cleared = execution.check_execution(stored, POLICY, (BO,), "7", 1000.0)
        bad += cleared.clearance is execution.Clearance.RUN
    good = execution.check_execution(honest, POLICY, (BO,), "7", 1000.0).clearance is execution.Clearance.RUN
    return Count(bad, int(good))


async def rights_that_were_lost(town: Town, number: int) -> Count:
    """Approvals by people who may no longer approve when the call is about to run."""
    bad = 0
    for place in range(number):
        kind = [PersonKind.DEACTIVATED, PersonKind.GUEST, PersonKind.EXTERNAL, PersonKind.UNKNOWN][place % 4]
        asked = approval()
        gone = Person(id=BO.id, kind=kind, groups=None)
        cleared = execution.check_execution(asked, POLICY, (gone,), "7", 1000.0, votes=[vote(BO, asked)])
        bad += cleared.clearance is execution.Clearance.RUN
    asked = approval()
    good = execution.check_execution(asked, POLICY, (BO,), "7", 1000.0, votes=[vote(BO, asked)])
    return Count(bad, int(good.clearance is execution.Clearance.RUN))


async def begun_under_a_stop(town: Town, number: int) -> Count:
    bad = 0
    good = await accepted(town.write(lambda tx: controls.check_halt(tx, "clerk")))
    await town.write(lambda tx: operations.stop_all(tx, town.policy, BO))
    for _ in range(number):
        try:
            await town.write(lambda tx: controls.check_halt(tx, "clerk"))
        except controls.Halted:
            continue
        bad += 1
    return Count(bad, int(good))


async def modes_changed_by_others(town: Town, number: int) -> Count:
    bad = 0
    for place in range(number):
        who = [BO, CHO, FAY, Person(id=CLERK.name, kind=PersonKind.BOT)][place % 4]  # type: ignore[arg-type]
        bad += await accepted(
            town.write(lambda tx, by=who: operations.set_mode(tx, town.policy, CLERK, "small", Mode.AUTO, by))  # type: ignore[misc]
        )
    good = await accepted(town.write(lambda tx: operations.set_mode(tx, town.policy, CLERK, "small", Mode.AUTO, ANA)))
    return Count(bad, int(good))


async def practised_calls_that_wake_a_job(town: Town, number: int) -> Count:
    bad = good = 0
    for _ in range(number):
        asked = await town.ask(kind=EscalationKind.SHADOW)
        before = await town.job_of(asked)
        good += await accepted(town.answer(asked))
        bad += await town.job_of(asked) != before
        bad += await town.write(lambda tx, number=asked.id: escalations.spend(tx, number)) and 0
    return Count(bad, good)


TRIALS: list[tuple[Callable[[Town, int], Awaitable[Count]], tuple[Plant, ...], int]] = [
    (tampered_clicks, (no_place, no_version), 100),
    (replayed_clicks, (no_version,), 100),
    (people_without_a_right, (no_rights, no_kind), 25),
    (own_risky_requests, (no_self_rule,), 30),
    (nobody_configured, (no_reasons, no_rights), 15),
    (late_decisions, (no_clock,), 60),
    (approve_one_run_another, (no_digest,), 100),
    (rights_that_were_lost, (no_recheck, no_kind), 40),
    (begun_under_a_stop, (no_halt,), 20),
    (modes_changed_by_others, (no_owner,), 20),
]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("trial", "number"), [(trial, number) for trial, _, number in TRIALS], ids=lambda it: getattr(it, "__name__", "")
)
async def test_nothing_of_this_kind_ever_goes_through(
    town: Town, trial: Callable[[Town, int], Awaitable[Count]], number: int, long_counts: bool
) -> None:
    """S-C3, S-C5, S-C6, S-C7, S-C9, S-I1, S-I3."""
    count = await trial(town, number * 10 if long_counts else number)
    assert count.bad == 0, f"seed {SEED}"
    assert count.good > 0


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("trial", "plant"),
    [(trial, plant) for trial, plants, _ in TRIALS for plant in plants],
    ids=lambda it: getattr(it, "__name__", ""),
)
async def test_without_its_guard_it_would_be_noticed(
    town: Town, trial: Callable[[Town, int], Awaitable[Count]], plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert (await trial(town, 15)).bad > 0


async def test_an_answer_to_a_practised_proposal_never_touches_its_job(town: Town) -> None:
    count = await practised_calls_that_wake_a_job(town, 20)
    assert (count.bad, count.good) == (0, 20)


async def test_each_approval_is_spent_once(town: Town) -> None:
    asked = await town.ask()
    await town.answer(asked)
    spent = [await town.write(lambda tx: escalations.spend(tx, asked.id)) for _ in range(20)]
    assert spent == [True] + [False] * 19


async def test_an_approval_that_ran_out_is_not_spent(town: Town) -> None:
    asked = await town.ask()
    await town.answer(asked)
    town.clock.at = asked.expires_at
    assert not await town.write(lambda tx: escalations.spend(tx, asked.id))


def test_the_digest_is_computed_from_the_row_and_never_believed() -> None:
    assert proposals.digest_of(approval(digest="0" * 64)) != "0" * 64
