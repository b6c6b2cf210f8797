"""The doctor names each planted fault."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agents.core.ids import EscalationId, person_id
from agents.core.schedule import Slot
from agents.core.status import JobStatus
from agents.library import all_agents
from bot.doctor.names import ROOMS, check_names
from bot.doctor.scopes import NEEDED, OPTIONAL, check_scopes
from storage import escalations, jobs, queue, schedules
from storage.store import Tx
from tests.cli.conftest import Do, Run
from tests.cli.test_commands import ask

ANA = person_id("T0LOCAL", "U0ANA")
TRIAGE = next(agent for agent in all_agents() if agent.name == "triage")


def problems(run: Run, *arguments: str) -> list[str]:
    found = run("doctor", "--offline", "--json", *arguments).json["findings"]
    return [one["what"] for one in found if one["level"] == "problem"]


def test_a_fresh_bot_has_no_problem(calmops: Run, do: Do) -> None:
    ran = calmops("doctor", "--offline")
    assert ran.code == 0, ran.out
    assert "All four packages are ours" in ran.out
    assert "The audit chain is whole" in ran.out


def test_each_thing_that_is_stuck_is_named(calmops: Run, do: Do, data: Path) -> None:
    """S-I6."""
    calmops("submit", "triage", "text")

    def plant(tx: Tx) -> None:
        [job] = queue.claim(tx, TRIAGE.lane, worker="w", lease_seconds=60, limit=1)
        jobs.move(tx, job.id, JobStatus.DEAD, fence=job.fence)
        made = schedules.add(
            tx,
            kind="digest",
            name="queue-health",
            channel="C0OPS",
            spec="daily 09:00",
            timezone="UTC",
            owner=ANA,
            params={},
        )
        schedules.served(tx, made, Slot(name="", at=tx.now - 3 * 86_400))

    do(plant)
    (data / "health.json").write_text('{"pid": 1, "url": "http://127.0.0.1:9/health"}')
    found = problems(calmops)
    assert any("1 dead letters: J1" in what for what in found)
    assert any("D1 (queue-health) should have been posted" in what for what in found)
    assert any("The edge (process 1) does not answer" in what for what in found)
    assert calmops("doctor", "--offline").code == 1


@pytest.mark.parametrize(
    ("holidays", "said"),
    [
        ("[]", "the settings name no holidays"),
        ('["2020-12-25"]', "all holidays of the settings are past"),
        ('["2020-12-25", "2199-12-25"]', None),
    ],
)
def test_a_list_of_holidays_that_nobody_continued_is_named(
    calmops: Run, do: Do, data: Path, holidays: str, said: str | None
) -> None:
    with (data / "calmops.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[schedules]\nholidays = {holidays}\n")
    calmops("digest", "add", "C0OPS", "daily 09:00 except holidays")
    out = calmops("doctor", "--offline").out
    assert ("D1: to skip holidays, but" in out) is (said is not None)
    assert said is None or said in out


def test_a_question_that_should_have_expired_and_one_that_nobody_may_answer_are_named(
    calmops: Run, do: Do, data: Path
) -> None:
    """S-I6: stuck approvals."""
    do(ask)
    do(lambda tx: escalations.change(tx, EscalationId(1), approvers={"users": ["U0ANA"], "groups": []}))
    assert not any("E1" in what for what in problems(calmops))
    do(lambda tx: escalations.change(tx, EscalationId(1), expires_at=tx.now - 120))
    assert any("1 questions should have expired: E1" in what for what in problems(calmops))
    do(lambda tx: escalations.change(tx, EscalationId(1), approvers={"users": [], "groups": []}))
    assert any("E1 waits, and nobody may answer it" in what for what in problems(calmops))


def test_a_forged_line_of_the_audit_is_named(calmops: Run, do: Do, data: Path) -> None:
    """S-I6: the chain."""
    calmops("submit", "triage", "text")
    with closing(sqlite3.connect(data / "calmops.db")) as database, database:
        database.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    found = calmops("doctor", "--offline", "--json").json["findings"]
    assert [one["level"] for one in found if one["check"] == "audit"] == ["problem"]


def test_a_missing_or_broken_policy_is_named(calmops: Run, do: Do, data: Path) -> None:
    (data / "calmops.toml").write_text("[agents.triage\n")
    assert any("not valid TOML" in what for what in problems(calmops))
    (data / "calmops.toml").unlink()
    assert any("nobody may approve" in what for what in problems(calmops))


def test_missing_tokens_are_named(calmops: Run, do: Do) -> None:
    ran = calmops("doctor")
    assert ran.code == 1
    assert "SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set" in ran.out


def test_a_stop_in_force_is_told(calmops: Run, do: Do) -> None:
    calmops("stop")
    assert "Everything is stopped" in calmops("doctor", "--offline").out


def test_another_distribution_with_our_names_is_named() -> None:
    clash = check_names(owners=lambda: {"agents": ["calmops", "openai-agents"]})
    assert [one.what for one in clash] == ["`agents` is also installed by openai-agents."]
    assert "environment of its own" in clash[0].do


def test_a_package_from_elsewhere_is_named() -> None:
    places = {name: f"/ours/{name}/__init__.py" for name in ROOMS} | {"agents": "/theirs/agents/__init__.py"}
    [found] = check_names(owners=dict, where=places.__getitem__)
    assert "`agents` was imported from /theirs" in found.what


@pytest.mark.parametrize("scope", [*NEEDED, *OPTIONAL])
def test_each_missing_scope_is_named_with_what_it_costs(scope: str) -> None:
    every = {*NEEDED, *OPTIONAL}
    assert [one.level for one in check_scopes(every)] == ["ok"]
    [found] = check_scopes(every - {scope})
    assert scope in found.what
    assert found.level == ("problem" if scope in NEEDED else "note")
