"""Every block and element of Block Kit is drawn; what is unknown is shown, not dropped."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import ConsoleMessage, Page, expect

from bot.emulator import Emulator
from tests.browser.conftest import Desk

pytestmark = pytest.mark.browser

KNOWN_BLOCKS = {
    "actions", "alert", "auth_provider", "card", "carousel", "container", "context", "context_actions", "data_table",
    "data_visualization", "divider", "file", "header", "image", "input", "markdown", "plan", "rich_text", "section", "table",
    "task_card", "video",
}  # fmt: skip


async def gallery(page: Page, slack: Emulator) -> None:
    await page.goto(f"{slack.base_url}/page/gallery.html")
    await expect(page.locator("html[data-ready]")).to_be_attached()


async def test_the_gallery_draws_every_type_and_only_its_last_story_is_unknown(page: Page, slack: Emulator) -> None:
    await gallery(page, slack)
    held = await page.evaluate(
        """async () => {
          const { stories } = await import("/page/gallery/stories.js");
          const blocks = await import("/page/blocks/index.js");
          const elements = await import("/page/elements/index.js");
          const found = new Set();
          const walk = (v) => {
            if (!v || typeof v !== "object") return;
            if (v.type) found.add(v.type);
            Object.values(v).forEach(walk);
          };
          walk(stories);
          return { found: [...found], blocks: blocks.blockTypes, elements: elements.elementTypes };
        }"""
    )
    assert set(held["blocks"]) == KNOWN_BLOCKS
    assert set(held["blocks"]) | set(held["elements"]) <= set(held["found"])
    stories = page.locator("[data-story]")
    unknown = page.get_by_test_id("unsupported")
    assert await unknown.count() == await stories.last.get_by_test_id("unsupported").count() == 3


async def test_an_unknown_block_shows_its_type_and_its_json(page: Page, slack: Emulator) -> None:
    await gallery(page, slack)
    unknown = page.get_by_test_id("unsupported").first
    await expect(unknown.locator("summary")).to_have_text("Unsupported block: hologram")
    await unknown.locator("summary").click()
    assert json.loads(await unknown.locator("pre").inner_text())["projector"] == 3


async def test_a_data_table_sorts_by_its_headings_and_turns_its_pages(page: Page, slack: Emulator) -> None:
    await gallery(page, slack)
    table = page.locator("[data-story=data_table]")
    first = table.locator("tbody tr").first
    await expect(first).to_contain_text("Billing")
    await expect(table.locator("tbody tr")).to_have_count(4)
    await table.get_by_role("button", name="Next page").click()
    await expect(first).to_contain_text("Product")
    await table.get_by_role("button", name="Tickets").click()
    await expect(first).to_contain_text("Other")
    await table.get_by_role("button", name="Tickets").click()
    await expect(first).to_contain_text("Billing")
    await expect(table.locator("th[aria-sort=descending]")).to_have_count(1)


async def test_a_chart_has_its_figures_beside_it(page: Page, slack: Emulator) -> None:
    await gallery(page, slack)
    chart = page.get_by_role("group", name="Chart: Tickets by day (bar)")
    await expect(chart.locator("rect")).to_have_count(10)
    await chart.get_by_text("Figures").click()
    await expect(chart.get_by_role("row", name="Mon 12 5")).to_be_visible()


async def test_long_text_is_folded_until_asked_for(page: Page, slack: Emulator) -> None:
    await gallery(page, slack)
    story = page.locator("[data-story='Folded text']")
    before = await story.bounding_box()
    await story.get_by_role("button", name="See more").click()
    after = await story.bounding_box()
    assert before
    assert after
    assert after["height"] > before["height"] + 100
    await expect(story.get_by_role("button", name="See less")).to_have_attribute("aria-expanded", "true")


async def test_a_message_that_breaks_the_drawing_leaves_the_others_alone(desk: Desk) -> None:
    await desk.slack.say("cho", "C0SUPPORT", "Before")
    broken: list[dict[str, Any]] = [{"type": "data_visualization", "title": "x", "chart": {"type": "radar"}}]
    await desk.slack.say("cho", "C0SUPPORT", "Broken", blocks=broken)
    await desk.slack.say("cho", "C0SUPPORT", "After")
    await desk.visit()
    await expect(desk.page.locator("#main")).to_contain_text("Before")
    await expect(desk.page.locator("#main")).to_contain_text("After")
    await expect(desk.at("unsupported").locator("summary")).to_contain_text("data_visualization")


async def test_the_page_fetches_nothing_from_elsewhere_and_logs_no_error(desk: Desk) -> None:
    elsewhere: list[str] = []
    errors: list[str] = []

    def log(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    desk.page.on("console", log)
    desk.page.on("request", lambda r: elsewhere.append(r.url) if not r.url.startswith(desk.slack.base_url) else None)
    await desk.visit("as=ana&channel=C0SUPPORT&tools=traffic")
    await desk.type("/kit")
    await expect(desk.at("action-press")).to_be_visible()
    assert [url for url in elsewhere if not url.startswith("data:")] == []
    assert errors == []


def test_no_file_of_the_page_writes_markup_from_strings() -> None:
    page = Path(__file__).parents[2] / "bot" / "emulator" / "page"
    files = [path for path in page.rglob("*") if path.suffix in {".js", ".html"}]
    assert len(files) > 30
    for path in files:
        text = path.read_text("utf-8")
        for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert forbidden not in text, f"{path.name} uses {forbidden}"
