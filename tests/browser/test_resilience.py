"""The page outlives its server, a busy channel and a lost connection."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.emulator import start_emulator
from tests.browser.conftest import Desk
from tests.browser.manifest import manifest
from tests.until import until

pytestmark = pytest.mark.browser

# What stands at the top of the scrolled area and where, once two frames have been drawn.
IN_SIGHT = """
async (scroller) => {
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const edge = scroller.getBoundingClientRect().top;
  const messages = [...scroller.querySelectorAll("[data-testid=message]")];
  const first = messages.find((node) => node.getBoundingClientRect().bottom > edge + 4);
  return [first.dataset.ts, Math.round((first.getBoundingClientRect().top - edge) / 4)];
}
"""


async def test_the_page_finds_the_server_again_and_shows_what_it_missed(page: Page, tmp_path: Path) -> None:
    async with start_emulator(manifest=manifest(), data=tmp_path) as first:
        port = int(first.base_url.rsplit(":", 1)[1])
        await first.say("cho", "C0SUPPORT", "Before the restart")
        await page.goto(f"{first.base_url}/?as=ana&channel=C0SUPPORT")
        await expect(page.locator("#main")).to_contain_text("Before the restart")
    await expect(page.get_by_test_id("link-notice")).to_contain_text("Connection lost")
    await page.get_by_test_id("composer").fill("Written while it was away")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("toast")).to_contain_text("Local Slack does not answer")
    await expect(page.get_by_test_id("composer")).to_have_value("Written while it was away")

    async with start_emulator(manifest=manifest(), data=tmp_path, port=port) as second:
        await second.say("cho", "C0SUPPORT", "After the restart")
        await expect(page.locator("#main")).to_contain_text("After the restart", timeout=10_000)
        await expect(page.locator("#main")).to_contain_text("Before the restart")
        await expect(page.get_by_test_id("link-notice")).to_have_count(0)
        await page.get_by_test_id("composer").press("Enter")
        await second.wait_message("C0SUPPORT", text="Written while it was away")


async def test_an_app_that_is_not_connected_is_said_at_once(page: Page) -> None:
    async with start_emulator(manifest=manifest()) as slack:
        await page.goto(f"{slack.base_url}/?as=ana&channel=C0SUPPORT")
        await page.get_by_test_id("composer").fill("/form")
        await page.get_by_test_id("composer").press("Enter")
        await expect(page.get_by_test_id("command-failed")).to_contain_text("Tester is not connected.")
        await page.get_by_test_id("app-A0CALMOPS").click()
        await expect(page.get_by_test_id("home")).to_contain_text("Tester is not connected")


async def test_five_hundred_messages_scroll_smoothly_and_stay_in_place(lonely_desk: Desk) -> None:
    for number in range(500):
        await lonely_desk.slack.say(
            "cho" if number % 3 else "bo", "C0SUPPORT", f"Message number {number} " + "and more " * 12
        )
    await lonely_desk.visit()
    scroller = lonely_desk.page.locator("#main .scroller")
    await expect(lonely_desk.page.get_by_text("Message number 499 ")).to_be_in_viewport()
    # Going up loads the older pages; what is looked at must not jump.
    for _ in range(12):
        await scroller.evaluate("node => node.scrollTo(0, 0)")
        if await lonely_desk.page.get_by_text("Message number 0 ").count():
            break
        await until(lambda: scroller.evaluate("node => node.scrollTop > 200"))
    await expect(lonely_desk.page.get_by_text("Message number 0 ")).to_have_count(1)
    await expect(lonely_desk.page.locator("#main [data-testid=message]")).to_have_count(500)

    slow = await scroller.evaluate(
        """async (node) => {
          const times = [];
          let last = performance.now();
          for (let step = 0; step < 60; step += 1) {
            node.scrollTop = (node.scrollHeight * step) / 60;
            await new Promise(requestAnimationFrame);
            const now = performance.now();
            times.push(now - last);
            last = now;
          }
          times.sort((a, b) => a - b);
          return times[Math.floor(times.length * 0.5)];
        }"""
    )
    assert slow < 400, f"half of the frames took longer than {slow:.0f} ms"  # other tests run beside this one


async def test_new_messages_do_not_move_what_is_being_read(lonely_desk: Desk) -> None:
    for number in range(60):
        await lonely_desk.slack.say("cho" if number % 2 else "bo", "C0SUPPORT", f"Message number {number}")
    await lonely_desk.visit()
    scroller = lonely_desk.page.locator("#main .scroller")
    await scroller.evaluate("node => { node.scrollTop = node.scrollHeight / 3; }")
    before = await scroller.evaluate(IN_SIGHT)
    await lonely_desk.slack.say("bo", "C0SUPPORT", "A newcomer")
    await expect(lonely_desk.page.get_by_text("A newcomer")).to_have_count(1)
    assert await scroller.evaluate(IN_SIGHT) == before
    await scroller.evaluate("node => { node.scrollTop = node.scrollHeight; }")
    await lonely_desk.slack.say("bo", "C0SUPPORT", "Another one")
    await expect(lonely_desk.page.get_by_text("Another one")).to_be_in_viewport()


async def test_a_permalink_shows_its_message_far_back(lonely_desk: Desk) -> None:
    first = await lonely_desk.slack.say("bo", "C0SUPPORT", "The very first")
    for number in range(450):
        await lonely_desk.slack.say("cho", "C0SUPPORT", f"Message number {number}")
    await lonely_desk.visit(f"as=ana&channel=C0SUPPORT&ts={first}")
    await expect(lonely_desk.message(first)).to_be_in_viewport()
    await expect(lonely_desk.message(first)).to_be_focused()


async def test_what_comes_while_the_page_reads_is_not_lost_nor_set_back(lonely_desk: Desk) -> None:
    merged = await _in_page(
        lonely_desk,
        """async () => {
          const { Shelf, moment } = await import("/page/app/shelf.js");
          const shelf = new Shelf();
          shelf.put("gone", "old");
          shelf.put("kept", "old");
          const asked = moment();
          shelf.put("arrived", "new");
          shelf.put("changed", "new");
          shelf.drop("deleted");
          shelf.merge([["kept", "read"], ["changed", "stale"], ["deleted", "stale"]], asked, () => true);
          return Object.fromEntries(shelf.values);
        }""",
    )
    assert merged == {"kept": "read", "arrived": "new", "changed": "new"}


async def _in_page(desk: Desk, script: str) -> object:
    await desk.visit()
    return await desk.page.evaluate(script)
