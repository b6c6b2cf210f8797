"""The bot itself in the page: a workflow that waits for an approval, a reaction that starts an agent, Slack's own Stop."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from agents.core.contract import AgentSpec
from agents.core.job import Job
from agents.core.policy import Policy
from agents.core.records import JobRecord
from agents.core.status import JobStatus
from bot.emulator import Emulator, start_emulator
from storage import jobs
from tests.browser.conftest import PATIENCE_MS
from tests.edge.clerk import CLERK
from tests.edge.rig import Rig, edge_on
from tests.engine.toys import Note, Said, Shop
from tests.until import until

pytestmark = pytest.mark.browser


async def _count_for_ever(job: Job, given: Note) -> Said:
    await job.progress("Count the stars")
    await job.sleep("the night", 3600)
    return Said(text=given.text)


COUNTER: AgentSpec[Any, Any] = AgentSpec(
    name="counter",
    title="Star counter",
    purpose="Counts what cannot be counted.",
    version="1",
    owner="night watch",
    input=Note,
    output=Said,
    run=_count_for_ever,
    tools=(),
    evidence=("the sky",),
    deadline=timedelta(hours=8),
    from_text=lambda text: Note(text=text),
)
POLICY = Policy.model_validate(
    {
        "operators": {"users": ["U0DEE"]},
        "agents": {
            "clerk": {"owner": ["U0ANA"], "approvers": ["U0BO"], "channels": ["C0SUPPORT"], "reactions": ["eyes"]},
            "counter": {"owner": ["U0ANA"], "approvers": ["U0BO"]},
        },
    }
)


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[Emulator]:
    """A local Slack that knows the bot by its own manifest."""
    async with start_emulator(seed=1) as running:
        yield running


@dataclass(kw_only=True)
class Visitor:
    """Somebody at the page, with the bot behind it."""

    slack: Emulator
    page: Page
    shop: Shop
    data: Path

    def bot(self) -> Any:
        """The bot for the length of a `with` block; it can be started again on the same data."""
        agents = (CLERK, COUNTER)
        return edge_on(self.slack, self.data, agents=agents, policy=POLICY, worker=True, ports={Shop: self.shop})

    async def visit(self, query: str) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        await self.page.goto(f"{self.slack.base_url}/?{query}")
        await expect(self.page.locator("html[data-ready]")).to_be_attached()

    def message(self, ts: str) -> Locator:
        return self.page.locator(f"#main [data-testid=message][data-ts='{ts}']")


@pytest.fixture
def visitor(slack: Emulator, page: Page, tmp_path: Path) -> Visitor:
    return Visitor(slack=slack, page=page, shop=Shop(), data=tmp_path)


async def execution(slack: Emulator, number: str) -> dict[str, Any]:
    found = await slack.act("executions", id=number)
    return dict(found["executions"][0])


async def test_a_workflow_waits_for_the_approval_and_goes_on_also_over_a_restart(visitor: Visitor) -> None:
    slack = visitor.slack
    async with visitor.bot():
        inputs = {"agent": "clerk", "text": "the north wall", "user": "U0CHO", "channel": "C0SUPPORT"}
        step = (await slack.act("function", callback_id="run_agent", inputs=inputs))["function_execution_id"]
        await visitor.visit("as=bo&channel=C0SUPPORT")
        await expect(visitor.page.get_by_role("button", name="Paint it blue")).to_be_visible()
        assert (await execution(slack, step))["status"] == "running"

    async with visitor.bot():
        assert (await execution(slack, step))["status"] == "running"
        await visitor.page.get_by_role("button", name="Paint it blue").click()

        async def ended() -> dict[str, Any] | None:
            found = await execution(slack, step)
            return found if found["status"] != "running" else None

        found = await until(ended, seconds=60, what="the workflow to go on")
        assert found["error"] is None
        assert found["outputs"]["job"] == "J1"
        assert "the north wall" in json.loads(found["outputs"]["result"])["text"]
        assert len(visitor.shop.calls) == 1
        await expect(visitor.page.locator("#main")).to_contain_text("Approved by @bo")


async def test_a_workflow_is_told_why_when_people_say_no(visitor: Visitor) -> None:
    """A rejection is the agent's to answer: its result says so, and the workflow goes on."""
    slack = visitor.slack
    async with visitor.bot():
        inputs = {"agent": "clerk", "text": "the north wall", "user": "U0CHO", "channel": "C0SUPPORT"}
        step = (await slack.act("function", callback_id="run_agent", inputs=inputs))["function_execution_id"]
        await visitor.visit("as=bo&channel=C0SUPPORT")
        await visitor.page.get_by_role("button", name="Reject").click()
        dialog = visitor.page.get_by_test_id("modal")
        await dialog.get_by_text("Not now").click()
        await dialog.get_by_role("button", name="Reject").click()

        async def ended() -> dict[str, Any] | None:
            found = await execution(slack, step)
            return found if found["status"] != "running" else None

        found = await until(ended, seconds=60, what="the workflow to go on")
        assert "rejected" in str(found["outputs"])
        assert visitor.shop.calls == []


async def test_a_reaction_from_the_page_starts_the_agent_once(visitor: Visitor) -> None:
    async with visitor.bot() as rig:
        ts = await visitor.slack.say("gus", "C0SUPPORT", "the wall looks sad")
        await visitor.visit("as=ana&channel=C0SUPPORT")
        message = visitor.message(ts)
        await message.hover()
        await message.get_by_test_id("react").click()
        await visitor.page.get_by_test_id("emoji-search").fill("eyes")
        await visitor.page.get_by_test_id("emoji-eyes").click()
        await expect(message.get_by_test_id("reaction-eyes")).to_be_visible()

        await until(lambda: _waiting(rig), seconds=60, what="the job to ask")
        await message.get_by_test_id("reaction-eyes").click()  # taken back
        await message.get_by_test_id("react-more").or_(message.get_by_test_id("react")).first.click()
        await visitor.page.get_by_test_id("emoji-search").fill("eyes")
        await visitor.page.get_by_test_id("emoji-eyes").click()
        await rig.settled()
        [started] = [job for job in await _jobs(rig, "clerk") if job.source.kind == "reaction"]
        assert (started.requester, started.input["text"]) == ("T0LOCAL/U0ANA", "the wall looks sad")


async def test_slacks_own_stop_button_ends_the_job_and_its_session(visitor: Visitor) -> None:
    async with visitor.bot() as rig:
        await visitor.visit("as=ana&channel=C0SUPPORT")
        ts = await visitor.slack.say("ana", "C0SUPPORT", "<@U0CALMOPS> run counter tonight")
        stop = visitor.message(ts).get_by_test_id("stop")
        await expect(stop).to_be_visible()
        await stop.click()

        async def stopped() -> bool:
            return any(job.status is JobStatus.CANCELLED for job in await _jobs(rig, "counter"))

        await until(stopped, seconds=60, what="the job to be stopped")
        await expect(stop).to_have_count(0)
        await rig.settled()
        assert "job.cancelled" in await rig.events()


async def _jobs(rig: Rig, agent: str) -> list[JobRecord]:
    """The jobs of an agent."""
    return await rig.read(lambda tx: jobs.recent(tx, agent=agent, limit=10))


async def _waiting(rig: Rig) -> bool:
    return any(job.status is JobStatus.WAITING for job in await _jobs(rig, "clerk") if job.source.kind == "reaction")
