"""The agent that docs/howto/agents.md builds, taken from that page and run by the real bot."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.emulator import Emulator
from tests.e2e.processes import ROOT, calmops, tokens_for
from tests.e2e.test_story import button, value_of
from tests.until import until

PAGE = (ROOT / "docs" / "howto" / "agents.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The page's one block of code in a language."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return str(found)


@pytest.fixture
def shop(tmp_path: Path, data: Path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "our_shop.py").write_text(block("python"))
    (folder / "orders.json").write_text(json.dumps({"1182": {"days_late": 3, "total": 90}}))
    with (data / "calmops.toml").open("a") as policy:
        policy.write("\n" + block("toml"))
    return folder


@pytest.mark.timeout(180)
async def test_the_agent_of_the_page_asks_and_gives_credit_once(
    emu: Emulator, data: Path, shop: Path, tmp_path: Path
) -> None:
    variables = {
        **tokens_for(emu),
        "CALMOPS_EXTENSIONS": "our_shop",
        "SHOP_FOLDER": str(shop),
        "PYTHONPATH": f"{ROOT}:{shop}",
    }
    async with calmops("run", "--data", str(data), log=tmp_path / "log", variables=variables) as bot:
        await bot.ready()
        await emu.command("dee", "C0OPS", "/ops run credit order=1182")

        async def asked() -> dict[str, Any] | None:
            found = [m for m in await emu.messages("C0OPS") if "Give 15 euros of credit for order 1182?" in str(m)]
            return next((m for m in found if "card.approve" in str(m)), None)

        card = await until(asked, seconds=60, what="the card")
        assert card is not None
        await emu.click("bo", card, button(card, "card.approve"), value_of(card, "card.approve"))

        async def told() -> bool:
            return "Order 1182: 15 euros given." in str(await emu.messages("C0OPS"))

        await until(told, seconds=60, what="the answer")
        assert await bot.stop() == 0
    (line,) = (shop / "credits.jsonl").read_text().splitlines()
    assert {name: value for name, value in json.loads(line).items() if name != "key"} == {"order": "1182", "euros": 15}


@pytest.mark.parametrize(
    ("module", "why"),
    [
        ("", "cannot be imported: ModuleNotFoundError"),
        ("1 / 0", "cannot be imported: ZeroDivisionError: division by zero, in .*broken.py, line 1"),
        ("agents = ['credit']", "broken.agents must be a tuple of AgentSpec"),
        ("from agents.library.triage import triage\nagents = (triage,)", "Two agents are named triage"),
    ],
    ids=["missing", "broken", "no contract", "name taken"],
)
async def test_a_module_that_cannot_be_used_ends_the_start_with_one_line(
    emu: Emulator, data: Path, tmp_path: Path, module: str, why: str
) -> None:
    if module:
        (tmp_path / "broken.py").write_text(module)
    variables = {**tokens_for(emu), "CALMOPS_EXTENSIONS": "broken", "PYTHONPATH": f"{ROOT}:{tmp_path}"}
    async with calmops("run", "--role", "edge", "--data", str(data), log=tmp_path / "log", variables=variables) as bot:
        await until(lambda: bot.process.returncode is not None, seconds=60, what="the end")
        assert bot.process.returncode == 2
    said = (tmp_path / "log").read_text()
    assert re.search(why, said), said
    assert "Traceback" not in said
