"""`python -m tests.tour` takes the pictures of the documentation: every view, in the local Slack, in headless Chromium.

Pictures for the README go to docs/pictures, the tour with all of them to docs/tour. Look at them before you commit them.
"""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, async_playwright

from bot.charts import draw
from bot.emulator import Emulator, start_emulator
from tests.fixtures.browser import CHROMIUM_ARGS
from tests.tour.scenes import PICTURES, SCENES, Scene
from tests.views import digests
from tests.views.specimens import ALL

DOCS = Path(__file__).parents[2] / "docs"


async def main() -> None:
    async with start_emulator(port=0) as emulator, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGS)
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {emulator.bot_token}"}) as session:
            await session.post(f"{emulator.base_url}/_control/faults", json={"rates": False})
            for scene in chosen(sys.argv[1:]):
                await take(emulator, session, browser, scene)
        await browser.close()
    write_tour(SCENES)
    for left_over in set((DOCS / "tour").glob("*.png")) - {DOCS / "tour" / f"{scene.name}.png" for scene in SCENES}:
        left_over.unlink()
    for name, scene in PICTURES.items():
        shutil.copyfile(DOCS / "tour" / f"{scene}.png", DOCS / "pictures" / f"{name}.png")


def chosen(names: Sequence[str]) -> Sequence[Scene]:
    """The scenes that are named, or all."""
    return [scene for scene in SCENES if not names or scene.name in names]


async def take(emulator: Emulator, session: aiohttp.ClientSession, browser: Browser, scene: Scene) -> None:
    """Shows one scene and keeps its picture."""
    await session.post(f"{emulator.base_url}/_control/reset", json={})
    place = await show(emulator, session, scene)
    context = await browser.new_context(
        viewport={"width": scene.width, "height": scene.height},
        color_scheme=scene.scheme,
        device_scale_factor=1.5,
        reduced_motion="reduce",
    )
    page = await context.new_page()
    await page.goto(f"{emulator.base_url}/?as=bo&{place}")
    await settled(page)
    await page.screenshot(path=DOCS / "tour" / f"{scene.name}.png", clip=await frame(page, scene))
    await context.close()


async def show(emulator: Emulator, session: aiohttp.ClientSession, scene: Scene) -> str:
    """Puts the scene's specimens into the local Slack. Returns where to look."""

    async def api(method: str, **body: Any) -> dict[str, Any]:
        async with session.post(f"{emulator.api_url}{method}", json=body) as response:
            answer: dict[str, Any] = await response.json()
            assert answer["ok"], (scene.name, method, answer)
            return answer

    for name in scene.specimens:
        kind, _, which = name.partition("/")
        made = digests.digest(which, await picture(emulator, session, which)) if kind == "digest" else ALL[name]()
        if made.view and made.view["type"] == "home":
            await api("views.publish", user_id="U0BO", view=made.view)
            return "app=A0CALMOPS&tab=home"
        if made.view:
            await api("views.open", trigger_id=permission(emulator), view=made.view)
        else:
            await api("chat.postMessage", channel="C0OPS", text=made.text, blocks=made.blocks, parse="none")
    return "channel=C0OPS"


def permission(emulator: Emulator) -> str:
    """A permission to open a dialog, such as a press of a button gives."""
    return emulator.local.triggers.issue("A0CALMOPS", "U0BO")


async def picture(emulator: Emulator, session: aiohttp.ClientSession, which: str) -> str:
    """Uploads the digest's chart as the outbox does. Returns its id."""
    chart = digests.REPORTS[which]().chart
    assert chart is not None
    data = draw(chart)
    form = {"filename": "chart.png", "length": str(len(data))}
    async with session.post(f"{emulator.api_url}files.getUploadURLExternal", data=form) as response:
        place = await response.json()
    await session.post(place["upload_url"], data=data)
    body = {"files": [{"id": place["file_id"], "title": chart.title}], "channel_id": "C0OPS"}
    await session.post(f"{emulator.api_url}files.completeUploadExternal", json=body)
    return str(place["file_id"])


async def settled(page: Page) -> None:
    """Waits until the page shows what it was given."""
    await page.wait_for_load_state("networkidle")
    await page.evaluate("document.fonts.ready")
    await page.wait_for_timeout(400)


async def frame(page: Page, scene: Scene) -> Any:
    """The part of the page that the picture shows."""
    if not scene.part:
        return {"x": 0, "y": 0, "width": scene.width, "height": scene.height}
    found = [await one.bounding_box() for one in await page.locator(scene.part).all()]
    boxes = [box for box in found[-len(scene.specimens) :] if box]
    assert boxes, scene.name
    left, top = max(0.0, min(box["x"] for box in boxes) - 8), max(0.0, min(box["y"] for box in boxes) - 8)
    right = min(scene.width, max(box["x"] + box["width"] for box in boxes) + 8)
    bottom = min(scene.height, max(box["y"] + box["height"] for box in boxes) + 8)
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def write_tour(scenes: Sequence[Scene]) -> None:
    """The page with every picture and what it shows."""
    lines = [
        "# A tour in pictures",
        "",
        "What Calmops looks like in Slack, taken in its local Slack by `make shots`.",
        "",
    ]
    for scene in scenes:
        lines += [f"## {scene.title}", "", scene.words, "", f"![{scene.alt}]({scene.name}.png)", ""]
    (DOCS / "tour" / "README.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
