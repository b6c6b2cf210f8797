"""The same bot on another server that speaks like Slack, and that knows only a dozen methods."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.bare_slack import BareSlack, bare_slack
from tests.e2e.processes import calmops
from tests.e2e.test_story import TICKET
from tests.until import until


def buttons(message: dict[str, Any]) -> set[str]:
    return {e.get("action_id", "") for block in message.get("blocks", []) for e in block.get("elements", [])}


async def shown(slack: BareSlack, text: str) -> dict[str, Any]:
    def found() -> list[dict[str, Any]]:
        return [one for one in slack.messages.values() if text in str(one)]

    return (await until(found, seconds=60, what=f"a message that says {text!r}"))[-1]


@pytest.mark.timeout(180)
async def test_the_whole_road_on_a_server_that_knows_a_dozen_methods(data: Path, tmp_path: Path) -> None:
    async with (
        bare_slack() as slack,
        calmops("run", "--data", str(data), log=tmp_path / "log", variables=slack.variables) as bot,
    ):
        await bot.ready()
        await slack.write("U0CHO", TICKET)
        card = await shown(slack, "card.approve")

        await slack.press("U0CHO", card, "card.approve")
        refused = await until(lambda: slack.whispers, seconds=30, what="the refusal")
        assert "Only the named approvers can decide this" in str(refused)
        assert "card.approve" in buttons(slack.messages[card["ts"]]), "the card waits on"

        await slack.press("U0ANA", card, "card.approve")
        await until(
            lambda: "card.approve" not in buttons(slack.messages[card["ts"]]), seconds=30, what="the decided card"
        )
        assert "Approved" in str(slack.messages[card["ts"]])
        await shown(slack, "J1: Done")

        answer = await slack.command("U0ANA", "jobs")
        assert "J1" in str(answer) or await until(
            lambda: "J1" in str(slack.whispers), seconds=30, what="the list of jobs"
        )
        assert await bot.stop() == 0
        print("asked for and not known:", sorted(slack.unknown))
