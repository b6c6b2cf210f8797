"""Every command does what its Slack counterpart does, and refuses in one line what cannot be done."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from agents.core.contract import Lane
from agents.core.ids import JobId, person_id
from agents.core.job import Source
from agents.core.policy import AgentPolicy, People
from agents.core.records import EscalationKind
from agents.core.status import JobStatus
from agents.library import all_agents
from handlers import operations
from storage import escalations, jobs, queue
from storage.store import Tx
from tests.cli.conftest import Do, Run

TRIAGE = next(agent for agent in all_agents() if agent.name == "triage")
RULES = AgentPolicy(approvers=People(users=frozenset({"U0BO"})))


def ask(tx: Tx) -> int:
    """A job that waits for a decision. Returns the number of its question."""
    made = operations.submit(
        tx,
        TRIAGE,
        TRIAGE.from_text("help"),
        requester=person_id("T0LOCAL", "U0CHO"),
        source=Source(),  # type: ignore[misc]
    )
    [job] = queue.claim(tx, TRIAGE.lane, worker="w", lease_seconds=60, limit=1)
    question = operations.escalate(
        tx,
        job,
        RULES,
        kind=EscalationKind.CHOOSE,
        name="which",
        question="Which queue?",
        verb="Choose",
        because="not sure",
        choices=("Billing", "Access"),
    )
    jobs.move(
        tx, made.job_id, JobStatus.WAITING, fence=job.fence, wait_kind="person", wait_for=f"escalation:{question.id}"
    )
    return int(question.id)


def test_help_lists_every_command(calmops: Run) -> None:
    shown = calmops("--help", with_data=False)
    assert shown.code == 0
    for name in (
        "try",
        "run",
        "emulator",
        "jobs",
        "inbox",
        "approve",
        "stop",
        "doctor",
        "digest",
        "audit",
        "backup",
        "eval",
    ):
        assert f"  {name} " in shown.out


@pytest.mark.parametrize(
    "line",
    [
        ["nonsense"],
        ["jobs", "--nonsense"],
        ["jobs", "--status", "sleeping"],
        ["jobs", "--agent", "nobody"],
        ["job", "J99"],
        ["job", "seven"],
        ["retry", "J99"],
        ["cancel", "J99"],
        ["approve", "E99"],
        ["approve", "x"],
        ["pause", "nobody"],
        ["submit", "nobody", "text"],
        ["digest", "add", "C1", "someday"],
        ["digest", "add", "C1", "weekdays 09:00", "--kind", "weather"],
        ["digest", "remove", "D9"],
        ["autonomy", "triage", "reckless"],
        ["audit", "verify", "--head", "x"],
        ["audit", "erase", "somebody"],
        ["policy", "praise"],
        ["run", "--role", "king"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_one_line_and_code_2(calmops: Run, do: Do, line: list[str]) -> None:
    ran = calmops(*line)
    assert ran.code == 2
    assert ran.err.startswith("calmops: ")
    assert ran.err.count("\n") == 1
    assert "Traceback" not in ran.err


def test_a_typing_error_in_the_folder_makes_no_database(calmops: Run, data: Path) -> None:
    ran = calmops("jobs")
    assert ran.code == 2
    assert "There is no database" in ran.err
    assert not list(data.glob("*.db"))


def test_a_database_of_a_newer_version_is_refused_and_left_alone(calmops: Run, do: Do, data: Path) -> None:
    with sqlite3.connect(data / "calmops.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    ran = calmops("jobs")
    assert ran.code == 2
    assert "newer version" in ran.err


def test_a_broken_policy_is_one_line_and_code_2(calmops: Run, do: Do, data: Path) -> None:
    (data / "calmops.toml").write_text("[agents.triage\n")
    ran = calmops("jobs")
    assert ran.code == 2
    assert "calmops.toml" in ran.err
    assert ran.err.count("\n") == 1


def test_a_job_is_started_listed_shown_cancelled_and_started_once_per_key(calmops: Run, do: Do) -> None:
    first = calmops("submit", "triage", "I was charged twice", "--key", "k1", "--json").json
    again = calmops("submit", "triage", "I was charged twice", "--key", "k1", "--json").json
    assert (first["new"], again["new"], again["job"]) == (True, False, first["job"])
    [listed] = calmops("jobs", "--json").json
    assert listed["status"] == "queued"
    assert listed["requester"].startswith("operator/")
    assert first["job"] in calmops("jobs").out
    assert "queued" in calmops("job", first["job"]).out
    assert "J1 is being stopped (cancelled)." in calmops("cancel", "J1", "--reason", "a test").out
    assert calmops("job", "1", "--json").json["status"] == "cancelled"
    assert calmops("cancel", "J1").code == 2


def test_a_dead_job_is_tried_again(calmops: Run, do: Do) -> None:
    calmops("submit", "triage", "text")

    def die(tx: Tx) -> None:
        [job] = queue.claim(tx, TRIAGE.lane, worker="w", lease_seconds=60, limit=1)
        jobs.move(tx, job.id, JobStatus.DEAD, fence=job.fence, error="it broke")

    do(die)
    assert "J1" in calmops("jobs", "--status", "dead").out
    assert "it broke" in calmops("job", "J1").out
    assert "queued again" in calmops("retry", "J1").out
    assert do(lambda tx: jobs.get(tx, JobId(1))).status is JobStatus.QUEUED


def test_an_open_question_is_shown_and_answered_and_the_job_goes_on(calmops: Run, do: Do) -> None:
    do(ask)
    assert "Which queue?" in calmops("inbox").out
    assert calmops("inbox", "--json").json[0]["choices"] == ["Billing", "Access"]
    shown = calmops("question", "E1").out
    assert "not sure" in shown
    assert "Billing, Access" in shown
    assert "Answered: E1" in calmops("choose", "E1", "Billing").out
    assert do(lambda tx: jobs.get(tx, JobId(1))).status is JobStatus.QUEUED
    late = calmops("choose", "E1", "Access")
    assert late.code == 2
    assert do(lambda tx: escalations.get(tx, 1)).answer == "Billing"  # type: ignore[arg-type]
    assert "Nothing waits" in calmops("inbox").out


def test_stop_pause_and_resume(calmops: Run, do: Do) -> None:
    assert "triage is paused" in calmops("pause", "triage", "--reason", "a test").out
    assert "already" in calmops("pause", "triage").out
    assert "goes on" in calmops("resume", "triage").out
    assert calmops("stop", "--json").json == {"changed": True}
    assert calmops("stop", "--json").json == {"changed": False}
    assert "Everything goes on" in calmops("resume", "all").out


def test_digests_are_added_listed_paused_run_and_removed(calmops: Run, do: Do) -> None:
    """S-I2."""
    made = calmops("digest", "add", "C0OPS", "weekdays 9:00", "--zone", "Europe/Berlin", "--json").json
    assert (made["spec"], made["timezone"], made["channel"]) == ("weekdays 09:00", "Europe/Berlin", "C0OPS")
    assert "weekdays 09:00" in calmops("digest", "list").out
    assert "paused" in calmops("digest", "pause", "D1").out
    assert calmops("digest", "list", "--json").json[0]["enabled"] is False
    assert "goes on" in calmops("digest", "resume", "D1").out
    assert "runs now" in calmops("digest", "run", "1").out
    assert calmops("digest", "preview").code == 0
    assert "removed" in calmops("digest", "remove", "D1").out
    assert "No digests" in calmops("digest", "list").out


@pytest.mark.parametrize(
    "times", ["every 30 minutes", "every 2 hours from 08:00 to 18:00 on weekdays", "cron */15 8-9 * * mon-fri"]
)  # fmt: skip
def test_every_form_of_time_is_previewed_added_and_listed_alike(calmops: Run, do: Do, times: str) -> None:
    shown = calmops("schedule", "preview", times, "--zone", "Europe/Berlin", "--json").json
    made = calmops("digest", "add", "C0OPS", times, "--zone", "Europe/Berlin", "--json").json
    assert shown["spec"] == made["spec"] == times
    assert len(shown["coming"]) == 5
    assert times in calmops("digest", "list").out
    assert calmops("digest", "run", "D1").code == 0


def test_agents_are_scheduled_listed_paused_run_and_removed(calmops: Run, do: Do) -> None:
    made = calmops(
        "schedule", "add", "triage", "every 2 hours", "the open tickets", "--channel", "C0OPS", "--json"
    ).json
    assert (made["kind"], made["name"], made["spec"]) == ("run", "triage", "every 2 hours")
    assert calmops("schedule", "list", "--json").json[0]["id"] == made["id"]
    assert "paused" in calmops("schedule", "pause", "D1").out
    assert "goes on" in calmops("schedule", "resume", "D1").out
    assert "runs now" in calmops("schedule", "run", "D1").out
    assert "removed" in calmops("schedule", "remove", "D1").out
    assert "No scheduled runs" in calmops("schedule", "list").out


def test_the_second_of_two_who_change_a_schedule_is_told(calmops: Run, do: Do) -> None:
    calmops("digest", "add", "C0OPS", "weekdays 09:00")
    calmops("digest", "pause", "D1")
    second = calmops("digest", "pause", "D1")
    assert second.code == 2
    assert second.err.startswith("calmops: D1 is paused already; nothing was changed. operator/")
    calmops("digest", "remove", "D1")
    assert "D1 (queue-health) was removed by operator/" in calmops("digest", "resume", "D1").err


def test_a_schedule_is_edited_and_an_old_version_is_refused(calmops: Run, do: Do) -> None:
    calmops("digest", "add", "C0OPS", "weekdays 09:00", "--zone", "Europe/Berlin")
    changed = calmops("digest", "edit", "D1", "--times", "every weekday at 10am", "--kind", "approvals", "--json").json
    assert (changed["spec"], changed["name"], changed["version"]) == ("weekdays 10:00", "approvals", 2)
    assert changed["changed"] == [
        "times from “weekdays 09:00” to “weekdays 10:00”",
        "content from “queue-health” to “approvals”",
    ]
    late = calmops("digest", "edit", "D1", "--times", "daily 08:00", "--version", "1")
    assert late.code == 2
    assert "was changed in the meantime" in late.err
    assert "times from “weekdays 09:00” to “weekdays 10:00”" in late.err
    assert calmops("digest", "list", "--json").json[0]["spec"] == "weekdays 10:00"
    assert "nothing was changed" in calmops("digest", "edit", "D1", "--times", "weekdays 10:00").out
    assert "--times" in calmops("digest", "edit", "D1").err


def test_a_scheduled_run_keeps_its_agent_and_takes_new_words(calmops: Run, do: Do) -> None:
    calmops("schedule", "add", "triage", "daily 08:00", "the open tickets")
    edited = calmops("schedule", "edit", "1", "--text", "the new tickets", "--zone", "Asia/Kolkata").out
    assert "what it is given from “the open tickets” to “the new tickets”" in edited
    assert "time zone from “Europe/Berlin” to “Asia/Kolkata”" in edited
    assert "a digest is given no words" not in edited
    assert "is no" not in calmops("schedule", "preview", "D1").err


def test_holidays_of_the_file_are_shown_and_skipped(calmops: Run, do: Do, data: Path) -> None:
    with (data / "calmops.toml").open("a", encoding="utf-8") as file:
        file.write('\n[schedules.holidays]\n2099-12-25 = "Christmas Day"\n')
    times = "cron 0 9 25 12 * except holidays"
    calmops("digest", "add", "C0OPS", "weekdays 09:00 except holidays")
    shown = calmops("schedule", "preview", times, "--json").json
    assert shown["spec"] == times
    assert shown["skips"] == []
    assert "except holidays" in calmops("digest", "list").out
    assert len(calmops("digest", "preview", "D1", "--json").json["coming"]) == 5


def test_a_preview_shows_the_whole_digest_as_text(calmops: Run, do: Do) -> None:
    calmops("digest", "add", "C0OPS", "mon 09:00", "--kind", "weekly")
    for line in ("next", "Weekly operations: A quiet week: nothing to report.", "From "):
        assert line in calmops("digest", "preview", "D1").out
    assert "Approvals: Nothing waits for an answer." in calmops("digest", "preview", "approvals").out
    assert "There is no 30 February" in calmops("schedule", "preview", "30 February 09:00").err
    assert "Which" not in calmops("schedule", "preview", "daily at 9am").err


def test_metrics_are_rates_over_a_period(calmops: Run, do: Do) -> None:
    found = calmops("metrics", "--days", "30", "--json").json
    assert found["until"] - found["since"] == 30 * 86_400
    assert isinstance(found["agents"], list)
    assert calmops("metrics").code == 0
    assert calmops("metrics", "--days", "0").code == 2


def test_time_saved_is_a_number_where_the_owner_estimated_it_and_null_elsewhere(calmops: Run, do: Do) -> None:
    """The policy of a trial says four minutes for triage, and nothing for draft."""

    def finish(tx: Tx) -> None:
        for agent in ("triage", "triage", "draft"):
            job, _ = jobs.add(
                tx, agent=agent, agent_version="1", lane=Lane.FAST, priority=0, deadline_at=tx.now, summary="a job", input={},
                requester=person_id("T0LOCAL", "U0ANA"), source=Source(),
            )  # fmt: skip
            jobs.change(tx, job, status=JobStatus.SUCCEEDED, finished_at=tx.now - 60)

    do(finish)
    found = {one["agent"]: one["minutes_saved"] for one in calmops("metrics", "--json").json["agents"]}
    assert found == {"draft": None, "triage": 8.0}
    said = calmops("metrics").out
    assert "saved 8 min by the owner's estimate" in said
    assert said.count("saved") == 1


def test_agents_and_their_modes(calmops: Run, do: Do) -> None:
    names = {sheet["name"] for sheet in calmops("agents", "--json").json}
    assert "triage" in names
    assert calmops("agents", "triage").code == 0
    assert "review" in calmops("autonomy", "triage").out
    assert "shadow" in calmops("autonomy", "triage", "shadow").out


def test_the_audit_is_shown_verified_exported_and_a_forged_line_is_found(
    calmops: Run, do: Do, data: Path, tmp_path: Path
) -> None:
    calmops("submit", "triage", "text")
    assert "job.submitted" in calmops("audit", "show").out
    whole = calmops("audit", "verify")
    assert whole.code == 0
    head = whole.out.rpartition("Head: ")[2].strip()
    assert calmops("audit", "verify", "--head", head).code == 0
    calmops("audit", "export", "--out", str(tmp_path / "trace.jsonl"))
    assert (tmp_path / "trace.jsonl").read_text().startswith("{")
    with sqlite3.connect(data / "calmops.db") as connection:
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
    connection.close()
    forged = calmops("audit", "verify")
    assert forged.code == 1
    assert forged.err.startswith("calmops: ")


def test_a_backup_opens_and_never_overwrites_unasked(calmops: Run, do: Do, tmp_path: Path) -> None:
    calmops("submit", "triage", "text")
    copy = tmp_path / "copy.db"
    assert calmops("backup", str(copy)).code == 0
    with sqlite3.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM jobs").fetchone() == (1,)
    connection.close()
    assert calmops("backup", str(copy)).code == 2
    assert calmops("backup", str(copy), "--force").code == 0


@pytest.mark.parametrize(
    "line",
    [
        ["jobs"],
        ["inbox"],
        ["digest", "list"],
        ["agents"],
        ["autonomy"],
        ["audit", "show"],
        ["audit", "verify"],
        ["policy"],
    ],
    ids=" ".join,
)
def test_json_is_json(calmops: Run, do: Do, line: list[str]) -> None:
    ran = calmops(*line, "--json")
    found: Any = ran.json
    assert isinstance(found, list | dict)
