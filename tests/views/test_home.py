"""App Home with nothing, one, 200 and 5,000 things in it."""

import re
import time
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert

from agents.core.contract import Registry, Tier
from agents.core.policy import Policy
from agents.core.records import EscalationRecord
from agents.library import all_agents
from handlers.blocks.check import problems_of_view
from handlers.homes import draw_home
from handlers.operations import delegate
from storage import jobs
from storage.store import Tx
from storage.tables import escalations
from tests.handlers.desk import PEOPLE, Desk, words_in


async def fill(desk: Desk, number: int, **more: Any) -> None:
    """Open questions, each of its own job's like the first one."""
    first = await desk.question()
    values = {
        name: getattr(first, name)
        for name in EscalationRecord.__dataclass_fields__
        if name not in ("id", "name", "evidence", "choices")
    }
    rows = [
        values | {"name": f"call {place}", "evidence": [], "choices": None} | more for place in range(2, number + 1)
    ]

    def write(tx: Tx) -> None:
        for start in range(0, len(rows), 500):
            tx.execute(insert(escalations), rows[start : start + 500])

    await desk.store.write(write)


async def home_of(desk: Desk, who: str = "bo", **params: Any) -> dict[str, Any]:
    view: dict[str, Any] = await desk.store.read(
        lambda tx: draw_home(tx, desk.deps.registry, desk.deps.policy(), PEOPLE[who], params, "https://calm.slack.com/")
    )
    assert [str(problem) for problem in problems_of_view(view)] == []
    return view


async def test_empty_home_says_so_and_what_to_try(desk: Desk) -> None:
    said = words_in((await home_of(desk))["blocks"])
    assert "Nothing waits for you" in said
    assert "/ops run" in said


async def test_one_question_has_its_buttons_and_its_link(desk: Desk) -> None:
    asked = await desk.question()
    view = await home_of(desk)
    said = words_in(view["blocks"])
    assert "1 question waits for you" in said
    assert "Assign ticket 482 to Billing?" in said
    assert f"Sorter E{asked.id}" in said
    assert "/archives/C0SUPPORT/p" in said
    assert "card.approve" in str(view)


async def test_home_shows_only_what_its_viewer_may_decide(desk: Desk) -> None:
    await desk.question()
    for who in ("dee", "gus", "eve", "lost"):
        assert "Nothing waits for you" in words_in((await home_of(desk, who))["blocks"])


@pytest.mark.parametrize("number", [200, 5000])
async def test_home_has_pages_of_ten(desk: Desk, number: int) -> None:
    await fill(desk, number)
    view = await home_of(desk)
    assert f"{number:,} questions wait for you" in words_in(view["blocks"])
    assert f"Page 1 of {number // 10:,}" in words_in(view["blocks"])
    assert f"Page {number // 10:,} of {number // 10:,}" in words_in(
        (await home_of(desk, page=number // 10 - 1))["blocks"]
    )


async def test_a_page_that_is_gone_shows_the_last_one(desk: Desk) -> None:
    await fill(desk, 25)
    assert "Page 3 of 3" in words_in((await home_of(desk, page=99))["blocks"])


async def test_critical_comes_first_then_the_oldest(desk: Desk) -> None:
    await fill(desk, 3)
    critical = await desk.question(tier=Tier.CRITICAL, question="Erase the archive?")
    said = words_in((await home_of(desk))["blocks"])
    assert said.index("Erase the archive?") < said.index("Assign ticket 482")
    assert said.index(f"E{critical.id} ") < said.index("E1 ")


async def test_a_critical_question_cannot_be_approved_from_the_list(desk: Desk) -> None:
    await desk.question(tier=Tier.CRITICAL)
    assert "card.approve" not in str(await home_of(desk))


async def test_home_of_5000_takes_at_most_20_ms_of_processor(desk: Desk) -> None:
    await fill(desk, 5000)
    await home_of(desk)
    registry, policy = desk.deps.registry, desk.deps.policy()

    def timed(tx: Tx) -> float:
        started = time.thread_time()
        draw_home(tx, registry, policy, PEOPLE["bo"], {})
        return time.thread_time() - started

    best = min([await desk.store.read(timed) for _ in range(5)])
    assert best <= 0.020, f"{best * 1000:.1f} ms"


async def test_dead_letters_are_a_list_to_work_off(desk: Desk) -> None:
    job_id = await desk.job(text="Charged twice")
    await desk.store.write(lambda tx: jobs.change(tx, job_id, status="dead", error="Helpdesk refused it", attempts=3))
    view = await home_of(desk, "ana")
    said = words_in(view["blocks"])
    assert "Failed, kept for you to decide" in said
    assert "Cause, after 3 tries:  Helpdesk refused it" in said
    for action in ("job.retry", "job.edit", "job.drop"):
        assert action in str(view)


async def test_away_says_who_decides(desk: Desk) -> None:
    now = desk.clock.now()
    await desk.store.write(
        lambda tx: delegate(tx, PEOPLE["bo"], PEOPLE["cho"], first_at=now, last_at=now + 86400) and None
    )
    assert "<@U0CHO> decides for you until" in words_in((await home_of(desk))["blocks"])


async def test_delegate_finds_what_waits_in_their_inbox(desk: Desk) -> None:
    await desk.question()
    cho = replace(PEOPLE["cho"], stands_in_for=(PEOPLE["bo"],))
    view = await desk.store.read(lambda tx: draw_home(tx, desk.deps.registry, desk.deps.policy(), cho, {}))
    assert "1 question waits for you" in words_in(view["blocks"])


async def test_my_digests_and_schedules_are_listed_with_their_next_time(desk: Desk) -> None:
    await desk.command("bo", "digest add <#C0OPS|ops> weekdays 09:00 approvals")
    await desk.command("ana", "digest add <#C0OPS|ops> daily 07:00")
    said = words_in((await home_of(desk))["blocks"])
    assert "approvals in <#C0OPS>: weekdays 09:00" in said
    assert "daily 07:00" not in said


@pytest.mark.parametrize(("number", "more"), [(9, None), (12, None), (15, "3 more: `/ops agents`")])
async def test_every_agent_is_on_home_or_counted(desk: Desk, number: int, more: str | None) -> None:
    agents = [replace(all_agents()[0], name=f"agent{place:02}", title=f"Agent {place:02}") for place in range(number)]
    owner = {"owner": ["U0BO"], "approvers": ["U0BO"]}
    policy = Policy.model_validate({"operators": ["U0BO"], "agents": {agent.name: owner for agent in agents}})
    view = await desk.store.read(lambda tx: draw_home(tx, Registry(agents), policy, PEOPLE["bo"], {}))
    said = words_in(view["blocks"])
    assert re.findall(r"#(agent\d\d)", str(view["blocks"])) == [agent.name for agent in agents[:12]]
    assert re.findall(r"\d+ more: `/ops agents`", said) == ([more] if more else [])
