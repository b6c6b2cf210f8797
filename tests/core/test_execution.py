"""The last look before an approved call runs: still that call, still in time, still somebody's to approve."""

from dataclasses import replace
from typing import Any

import pytest

from agents.core.contract import Tier
from agents.core.ids import EscalationId, JobId, PersonId
from agents.core.people import Person, PersonKind, operator
from agents.core.policy import Clearance, check_execution, people_behind
from agents.core.proposals import digest_of
from agents.core.records import DecisionRecord, EscalationKind, EscalationRecord, EscalationState, Verdict
from tests.operations.town import ANA, BO, CHO, FAY, policy

NOW = 1000.0


def approval(**values: Any) -> EscalationRecord:
    """An approval by Bo of a call that Cho asked for."""
    made = EscalationRecord(
        **{
            "id": EscalationId(17),
            "job_id": JobId(5),
            "kind": EscalationKind.APPROVE,
            "name": "pay",
            "agent": "clerk",
            "case_type": "",
            "tool": "pay",
            "args": {"invoice": 1, "amount": "20"},
            "record": "invoice 1",
            "record_version": "7",
            "nonce": "n",
            "digest": "",
            "tier": Tier.LOW,
            "question": "Pay?",
            "verb": "Pay",
            "because": "",
            "stop_reason": None,
            "choices": (),
            "evidence": (),
            "confidence": None,
            "requester": CHO.id,
            "approvers": {"users": [], "groups": []},
            "quorum": 1,
            "state": EscalationState.DECIDED,
            "version": 1,
            "created_at": 0.0,
            "expires_at": 2000.0,
            "remind_at": None,
            "reminders": 0,
            "decided_at": 500.0,
            "decided_by": BO.id,
            "verdict": Verdict.APPROVED,
            "answer": None,
            "reason": None,
            "edits": None,
            "outcome": None,
            "outcome_at": None,
            "replaced_by": None,
            "assigned_to": None,
            "snoozed_until": None,
            "used_at": None,
            "channel": None,
            "thread_ts": None,
            **values,
        }
    )
    return made if values.get("digest") else replace(made, digest=digest_of(made, made.edits))


def vote(by: Person, asked: EscalationRecord, behalf: PersonId | None = None) -> DecisionRecord:
    return DecisionRecord(
        id=1,
        escalation_id=asked.id,
        version=1,
        digest=asked.digest,
        person=by.id,
        verdict=Verdict.APPROVED,
        reason="",
        edits=None,
        changes=[],
        door="test",
        message=None,
        at=500.0,
        on_behalf_of=behalf,
    )


def cleared(
    asked: EscalationRecord, *people: Person, now: float = NOW, version: str | None = "7", **more: Any
) -> Clearance:
    rules = more.pop("policy", policy())
    return check_execution(asked, rules, people or (BO,), version, now, **more).clearance


def test_what_was_approved_runs() -> None:
    assert cleared(approval()) is Clearance.RUN


@pytest.mark.parametrize(
    "changed",
    [
        {"args": {"invoice": 1, "amount": "2000"}},
        {"args": {"invoice": 2, "amount": "20"}},
        {"tool": "wipe"},
        {"job_id": JobId(6)},
        {"requester": BO.id},
        {"nonce": "m"},
        {"record_version": "8"},
        {"edits": {"invoice": 1, "amount": "2000"}},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_call_that_is_not_the_approved_one_is_refused(changed: dict[str, Any]) -> None:
    honest = approval()
    assert cleared(replace(honest, **changed), version=changed.get("record_version", "7")) is Clearance.REFUSE


@pytest.mark.parametrize(
    "state",
    [
        {"state": EscalationState.PENDING, "verdict": None},
        {"state": EscalationState.EXPIRED, "verdict": None},
        {"state": EscalationState.WITHDRAWN, "verdict": None},
        {"state": EscalationState.REPLACED},
        {"verdict": Verdict.REJECTED},
        {"verdict": Verdict.TAKEN_OVER},
        {"used_at": 600.0},
    ],
    ids=str,
)
def test_what_is_not_an_unused_approval_is_refused(state: dict[str, Any]) -> None:
    assert cleared(approval(**state)) is Clearance.REFUSE


@pytest.mark.parametrize("now", [2000.0, 2000.1, 1e12])
def test_an_approval_that_ran_out_is_asked_anew(now: float) -> None:
    assert cleared(approval(), now=now) is Clearance.ASK_AGAIN


@pytest.mark.parametrize("version", ["8", None, ""])
def test_a_record_that_changed_is_asked_anew(version: str | None) -> None:
    """S-C8."""
    assert cleared(approval(), version=version) is Clearance.ASK_AGAIN


@pytest.mark.parametrize(
    "now",
    [
        Person(id=BO.id, kind=PersonKind.DEACTIVATED),
        Person(id=BO.id, kind=PersonKind.GUEST),
        Person(id=BO.id, kind=PersonKind.EXTERNAL),
        Person(id=BO.id, kind=PersonKind.UNKNOWN, groups=None),
        ANA,
    ],
    ids=lambda one: str(one.kind),
)
def test_an_approver_who_lost_the_right_approves_nothing(now: Person) -> None:
    assert cleared(approval(), now) is Clearance.ASK_AGAIN


def test_a_policy_that_no_longer_names_them_takes_the_right_away() -> None:
    assert cleared(approval(), policy=policy(approvers=["U0ANA"])) is Clearance.ASK_AGAIN
    assert cleared(approval(), policy=policy(approvers=[])) is Clearance.ASK_AGAIN


def test_leaving_the_group_takes_the_right_away() -> None:
    asked = approval(decided_by=FAY.id)
    assert cleared(asked, FAY) is Clearance.RUN
    assert cleared(asked, replace(FAY, groups=frozenset())) is Clearance.ASK_AGAIN
    assert cleared(asked, replace(FAY, groups=None)) is Clearance.ASK_AGAIN


def test_a_requester_who_approved_their_own_risky_request_does_not_pass() -> None:
    """S-C3."""
    asked = approval(tier=Tier.HIGH, requester=BO.id)
    assert cleared(asked) is Clearance.ASK_AGAIN


def test_a_quorum_needs_two_people_who_may_still_approve() -> None:
    """S-C4."""
    rules = policy(quorum=2)
    asked = approval(quorum=2)
    both = [vote(ANA, asked), vote(BO, asked)]
    assert cleared(asked, ANA, BO, votes=both, policy=rules) is Clearance.RUN
    assert cleared(asked, ANA, BO, votes=both[:1], policy=rules) is Clearance.ASK_AGAIN
    assert cleared(asked, ANA, BO, votes=[both[0], both[0]], policy=rules) is Clearance.ASK_AGAIN
    gone = replace(ANA, kind=PersonKind.DEACTIVATED)
    assert cleared(asked, gone, BO, votes=both, policy=rules) is Clearance.ASK_AGAIN


def test_a_stricter_policy_holds_for_what_was_approved_before() -> None:
    asked = approval()
    assert cleared(asked, votes=[vote(BO, asked)], policy=policy(quorum=2)) is Clearance.ASK_AGAIN


def test_a_vote_for_an_earlier_version_does_not_count() -> None:
    asked = approval(quorum=2)
    old = replace(vote(ANA, asked), digest="0" * 64)
    assert cleared(asked, ANA, BO, votes=[old, vote(BO, asked)]) is Clearance.ASK_AGAIN


def test_who_approved_in_somebodys_place_needs_both_to_be_here_still() -> None:
    asked = approval(decided_by=CHO.id, requester=FAY.id)
    votes = [vote(CHO, asked, BO.id)]
    assert people_behind(asked, votes) == {CHO.id, BO.id}
    assert cleared(asked, CHO, BO, votes=votes) is Clearance.RUN
    assert cleared(asked, CHO, replace(BO, kind=PersonKind.DEACTIVATED), votes=votes) is Clearance.ASK_AGAIN
    assert cleared(asked, replace(CHO, kind=PersonKind.DEACTIVATED), BO, votes=votes) is Clearance.ASK_AGAIN
    assert cleared(asked, CHO, votes=votes) is Clearance.ASK_AGAIN


def test_the_command_line_needs_no_looking_up() -> None:
    root = operator("root")
    assert cleared(approval(decided_by=root.id), root) is Clearance.RUN
