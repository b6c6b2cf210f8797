"""Pictures in digests: there when they can be, and never the reason that a digest is late, double or lost."""

import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from agents.core.contract import Lane
from agents.core.ids import person_id
from agents.core.job import Source
from agents.core.report import Chart
from bot import charts
from bot.edge import pictures
from bot.edge.pictures import Pictures
from bot.emulator import Emulator
from storage import jobs
from storage.outbox import Urgency, put
from storage.store import Tx
from tests.edge.ledger import Ledger
from tests.edge.rig import Rig, edge_on

ANA = person_id("T0LOCAL", "U0ANA")
CHART = Chart(title="Open work", labels=("fast",), series={"to start": (2.0,)})
SHORT_PAUSE = 0.01


@pytest.fixture(scope="module", autouse=True)
def the_drawing_library_is_loaded() -> None:
    """Loading it for the first time takes long on a busy machine."""
    charts.draw(CHART)


def digest_with_open_work(tx: Tx) -> None:
    """Two jobs wait, and a digest says so."""
    for _ in range(2):
        jobs.add(
            tx, agent="clerk", agent_version="1", lane=Lane.FAST, priority=0, deadline_at=tx.now + 900, summary="a job",
            input={}, requester=ANA, source=Source(),
        )  # fmt: skip
    put(tx, "post", "digest", channel="C0OPS", stream="digest:1", urgency=Urgency.DIGEST, subject="digest:1:x",
        report="queue-health", since=tx.now - 3_600, until=tx.now + 1)  # fmt: skip


async def sent(rig: Rig) -> dict[str, Any]:
    """The one digest that came to the channel."""
    await rig.write(digest_with_open_work)
    await rig.settled()
    [message] = [m for m in await rig.emu.messages("C0OPS", viewer="bo") if m["user"] == "U0CALMOPS"]
    return message


def images(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [block for block in message["blocks"] if block["type"] == "image"]


def says_its_numbers(message: dict[str, Any]) -> bool:
    return "Waiting to start" in str(message["blocks"])


async def uploads(emu: Emulator) -> int:
    return len(await emu.calls("files.getUploadURLExternal"))


async def test_a_digest_brings_its_chart_with_every_number_in_words(emu: Emulator, tmp_path: Path) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        message = await sent(rig)
        [image] = images(message)
        [row] = await rig.outbox()
        address = f"{emu.base_url}/files/{image['slack_file']['id']}/digest.png"
        async with aiohttp.ClientSession() as session:
            seen = await (await session.get(f"{address}?as=bo")).read()
            outside = await session.get(f"{address}?as=gus")

        assert seen.startswith(b"\x89PNG")
        assert outside.status == 404
        assert image["alt_text"] == "Open work by lane (jobs). fast: 2 to start, 0 running, 0 waiting."
        assert row.params["picture"] == image["slack_file"]["id"]
        assert says_its_numbers(message)


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("files.getUploadURLExternal", "missing_scope"),
        ("files.getUploadURLExternal", "ratelimited"),
        ("files.completeUploadExternal", "internal_error"),
    ],
)
async def test_an_upload_that_slack_refuses_costs_the_picture_only(
    emu: Emulator, tmp_path: Path, method: str, error: str
) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault("error", {"method": method}, error=error)
        message = await sent(rig)

        assert not images(message)
        assert says_its_numbers(message)
        assert await uploads(emu) == 1


async def test_without_the_drawing_library_the_digest_is_text_and_slack_is_not_asked(
    emu: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        message = await sent(rig)

        assert not images(message)
        assert says_its_numbers(message)
        assert await uploads(emu) == 0


async def test_a_drawing_that_breaks_or_takes_too_long_is_left_out(
    emu: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(chart: Chart) -> bytes:
        raise RuntimeError(f"no font for {chart.title}")

    monkeypatch.setattr(pictures, "draw", broken)
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        message = await sent(rig)
        assert not images(message)
        assert says_its_numbers(message)

        monkeypatch.setattr(pictures, "PICTURE_SECONDS", SHORT_PAUSE)
        monkeypatch.setattr(pictures, "draw", charts.draw)
        await emu.fault("slow", {"method": "files.getUploadURLExternal"}, seconds=1)
        assert rig.edge.deliverer._pictures is not None
        assert await rig.edge.deliverer._pictures.file_of(CHART) == ""


async def test_without_the_scope_slack_is_not_asked(emu: Emulator) -> None:
    async with aiohttp.ClientSession() as session:
        web = AsyncWebClient(token=emu.bot_token, base_url=emu.api_url, session=session)
        without = Pictures(web=web, session=session, scopes=frozenset({"chat:write"}))
        with_it = Pictures(web=web, session=session, scopes=frozenset({"chat:write", "files:write"}))

        assert await without.file_of(CHART) == ""
        assert await uploads(emu) == 0
        assert (await with_it.file_of(CHART)).startswith("F")


@pytest.mark.parametrize("fault", ["server_error", "lost_reply"])
async def test_a_post_that_is_tried_again_uploads_nothing_again(emu: Emulator, tmp_path: Path, fault: str) -> None:
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault(fault, {"method": "chat.postMessage"})
        message = await sent(rig)

        assert len(images(message)) == 1
        assert await uploads(emu) == 1


async def test_slack_may_need_a_moment_before_it_knows_the_picture(
    emu: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.edge.deliver.SETTLE_SECONDS", SHORT_PAUSE)
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault("error", {"method": "chat.postMessage"}, error="invalid_blocks")
        message = await sent(rig)

        assert len(images(message)) == 1
        assert await uploads(emu) == 1


async def test_a_picture_that_slack_keeps_refusing_is_left_out_and_the_table_stays(
    emu: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.edge.deliver.SETTLE_SECONDS", SHORT_PAUSE)
    async with edge_on(emu, tmp_path, register=Ledger().register) as rig:
        await emu.fault("error", {"method": "chat.postMessage"}, error="invalid_blocks", times=pictures.SETTLE_TRIES)
        message = await sent(rig)

        assert not images(message)
        assert says_its_numbers(message)
        assert len(await emu.calls("chat.postMessage")) == pictures.SETTLE_TRIES + 1


def test_labels_are_drawn_as_they_are_written() -> None:
    odd = Chart(title="$\\frac{", labels=("a $x_$ b$", "two\nlines", "L" * 90), series={"open": (1.0, 2.0, 0.0)})
    assert charts.draw(odd).startswith(b"\x89PNG")
