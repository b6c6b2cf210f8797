"""The whole road, through real processes: a ticket, a card, a crash, a click, an answer."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest

from bot.emulator import Emulator
from tests.e2e.processes import calmops, tokens_for
from tests.until import until

TICKET = "Hello, I think something is off with the thing you sent me about the other matter, could someone look?"


@pytest.mark.timeout(180)
async def test_a_waiting_job_survives_the_death_of_the_whole_bot_and_finishes_after_the_click(
    emu: Emulator, data: Path, tmp_path: Path
) -> None:
    """S-B3."""
    log = tmp_path / "bot.log"
    async with calmops("run", "--data", str(data), log=log, variables=tokens_for(emu)) as bot:
        await bot.ready()
        ticket = await emu.say("cho", "C0SUPPORT", TICKET)
        card = await approval_card(emu, ticket)
        await bot.kill_all()

    failed = await emu.click("ana", card, button(card, "card.approve"), value_of(card, "card.approve"))
    assert not failed["acked"], "nobody runs, so the click fails visibly"

    async with calmops("run", "--data", str(data), log=log, variables=tokens_for(emu)) as bot:
        await bot.ready()
        click = await emu.click("ana", card, button(card, "card.approve"), value_of(card, "card.approve"))
        assert click["acked"]
        decided = await until(
            lambda: repainted(emu, ticket, card["ts"]), seconds=30, what="the card to show the decision"
        )
        await until(lambda: finished(emu, ticket), seconds=30, what="the job's thread to show its end")

        assert "Approved" in str(decided["blocks"])
        assert not [m for m in await emu.messages("C0SUPPORT", thread_ts=ticket) if has_approve(m)]
        assert await bot.stop() == 0


@pytest.mark.timeout(120)
async def test_calmops_try_says_one_line_and_ends_quickly(data: Path, tmp_path: Path) -> None:
    async with calmops("try", "--port", "0", "--data", str(data), log=tmp_path / "log") as bot:
        address = await bot.ready()
        assert address.startswith("http://127.0.0.1:")
        assert len(bot.pids()) == 4
        pids = bot.pids()
        began = asyncio.get_running_loop().time()
        assert await bot.stop(signal.SIGINT) == 0
        assert asyncio.get_running_loop().time() - began < 10
        assert bot.said == [f"READY {address}"]
        assert not [pid for pid in pids if alive(pid)]


@pytest.mark.timeout(120)
async def test_no_process_outlives_a_supervisor_that_was_killed(data: Path, tmp_path: Path) -> None:
    async with calmops("try", "--port", "0", "--data", str(data), log=tmp_path / "log") as bot:
        await bot.ready()
        pids = bot.pids()
        bot.process.kill()
        await bot.process.wait()
        await until(lambda: not [pid for pid in pids if alive(pid)], seconds=20, what="the children to end")


@pytest.mark.timeout(120)
async def test_a_worker_that_stands_still_or_dies_holds_nobody_up_and_is_started_again(
    emu: Emulator, data: Path, tmp_path: Path
) -> None:
    """S-B13, the half that people see: Slack hears from the edge in time whatever the workers do."""
    log = tmp_path / "log"
    async with calmops("run", "--data", str(data), log=log, variables=tokens_for(emu)) as bot:
        await bot.ready()
        worker = next(pid for pid in bot.pids() if "CALMOPS_LANES=fast,normal" in of_process(pid, "environ"))
        environment = of_process(worker, "environ")
        assert "PATH=" in environment
        assert "xoxb-" not in environment
        assert "xapp-" not in environment
        os.kill(worker, signal.SIGSTOP)
        assert (await emu.command("ana", "C0OPS", "/ops jobs"))["acked"]
        assert (await emu.command("ana", "C0OPS", "/ops run triage I was charged twice"))["acked"]
        os.kill(worker, signal.SIGKILL)
        await until(lambda: "The worker 1 runs again" in log.read_text(), seconds=40, what="the worker to be back")
        assert "ended (by SIGKILL)" in log.read_text()
        answer = await emu.command("ana", "C0OPS", "/ops jobs")
        assert answer["acked"]


async def approval_card(emu: Emulator, thread: str) -> dict[str, Any]:
    async def look() -> dict[str, Any] | None:
        thread_messages = await emu.messages("C0SUPPORT", thread_ts=thread)
        return next((m for m in thread_messages if has_approve(m)), None)

    return await until(look, seconds=60, what="the approval card")


async def repainted(emu: Emulator, thread: str, ts: str) -> dict[str, Any] | None:
    found = [m for m in await emu.messages("C0SUPPORT", thread_ts=thread) if m["ts"] == ts]
    return found[0] if found and not has_approve(found[0]) else None


async def finished(emu: Emulator, thread: str) -> bool:
    """The one progress message of the job has lost its Stop button: the job is over."""
    found = await emu.messages("C0SUPPORT", thread_ts=thread)
    return not any(e["action_id"].startswith("job.stop") for m in found for e in elements(m))


def elements(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [e for block in message.get("blocks", ()) if block["type"] == "actions" for e in block["elements"]]


def has_approve(message: dict[str, Any]) -> bool:
    return any(e["action_id"].startswith("card.approve") for e in elements(message))


def button(message: dict[str, Any], name: str) -> str:
    return next(e["action_id"] for e in elements(message) if e["action_id"].startswith(name))


def value_of(message: dict[str, Any], name: str) -> str:
    return next(e.get("value", "") for e in elements(message) if e["action_id"].startswith(name))


def of_process(pid: int, what: str) -> str:
    """What the kernel tells of a process: `cmdline`, `environ` or `stat`; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/{what}").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def alive(pid: int) -> bool:
    """Whether a process runs still; one that ended and was not collected yet does not."""
    stat = of_process(pid, "stat")
    return bool(stat) and stat.rpartition(")")[2].split()[0] != "Z"
