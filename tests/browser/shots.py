"""Pictures of the page, to be looked at: `python -m tests.browser.shots` writes build/shots/*.png.

With `--url` it takes one picture of a running local Slack instead:
`python -m tests.browser.shots --url "http://127.0.0.1:8770/?as=ana" --name try --dark --phone`.
"""

import argparse
import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from bot.emulator import start_emulator
from tests.browser.bolt_app import running
from tests.browser.manifest import manifest
from tests.browser.scene import tell
from tests.fixtures.browser import CHROMIUM_ARGS

OUT = Path("build/shots")
DESKTOP = (1280, 800)
PHONE = (360, 740)
NOT_ON_A_PHONE = {"people", "shortcuts"}  # one is behind the drawer, the other behind hovering
Do = Callable[[Page], Awaitable[None]]


async def nothing(page: Page) -> None:
    """Take the picture as it is."""


def press(*testids: str) -> Do:
    """Press these, one after the other."""

    async def do(page: Page) -> None:
        for testid in testids:
            await page.get_by_test_id(testid).first.click()

    return do


async def open_form(page: Page) -> None:
    await page.get_by_test_id("composer").fill("/form")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("modal")).to_be_visible()


async def wrong_form(page: Page) -> None:
    await open_form(page)
    await page.get_by_test_id("action-email").fill("not an address")
    await page.get_by_test_id("modal-submit").click()


async def complete(page: Page) -> None:
    await page.get_by_test_id("composer").fill("/")


async def shortcuts(page: Page) -> None:
    message = page.locator("#main [data-testid=message]").first
    await message.hover()
    await message.get_by_test_id("message-menu").click()


async def silent(page: Page) -> None:
    await page.get_by_test_id("composer").fill("/silent now")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("command-failed")).to_contain_text("did not respond")


async def take(browser: Browser, url: str, name: str, *, dark: bool, phone: bool, do: Do = nothing) -> None:
    """One picture of one place."""
    width, height = PHONE if phone else DESKTOP
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", has_touch=phone,
        device_scale_factor=2 if phone else 1,
    )  # fmt: skip
    page = await context.new_page()
    await page.goto(url)
    await expect(page.locator("html[data-ready]")).to_be_attached()
    await do(page)
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    await page.screenshot(path=OUT / f"{name}.png", full_page="gallery" in url)
    await context.close()


async def story(browser: Browser) -> None:
    """All pictures of the small story."""
    async with start_emulator(manifest=manifest("Calmops")) as slack, running(slack) as app:
        ts = await tell(slack, app.client)
        await slack.act("settings", ack_seconds=0.3)
        support = f"{slack.base_url}/?as=ana&channel=C0SUPPORT"
        home = f"{slack.base_url}/?as=ana&app=A0CALMOPS&tab=home"
        places: list[tuple[str, str, Do]] = [
            ("channel", support, nothing),
            ("thread", f"{support}&thread={ts}", nothing),
            ("digest", f"{slack.base_url}/?as=bo&channel=C0OPS", nothing),
            ("home", home, nothing),
            ("people", support, press("as-switcher")),
            ("shortcuts", support, shortcuts),
            ("commands", support, complete),
            ("silent", support, silent),
            ("traffic", f"{support}&tools=traffic", nothing),
            ("faults", f"{support}&tools=faults", press("fault-rate_limited")),
            ("clock", f"{support}&tools=clock", nothing),
            ("form", support, open_form),
            ("form-errors", support, wrong_form),
            ("gallery", f"{slack.base_url}/page/gallery.html", nothing),
        ]
        for dark in (False, True):
            for phone in (False, True):
                look = ("-phone" if phone else "") + ("-dark" if dark else "")
                for name, url, do in places:
                    if phone and name in NOT_ON_A_PHONE:
                        continue
                    await take(browser, url, name + look, dark=dark, phone=phone, do=do)
                    await slack.act("clear_faults")
                    for view in await slack.views("ana"):
                        await slack.close_view("ana", view)
        await take(browser, support, "drawer-phone", dark=False, phone=True, do=press("drawer"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Take pictures of the local Slack's page.")
    parser.add_argument("--url", help="a page of a running local Slack")
    parser.add_argument("--name", default="page", help="the picture's name")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--phone", action="store_true")
    wanted = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    asyncio.run(shoot(wanted))


async def shoot(wanted: argparse.Namespace) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        if wanted.url:
            await take(browser, wanted.url, wanted.name, dark=wanted.dark, phone=wanted.phone)
        else:
            await story(browser)
        await browser.close()


if __name__ == "__main__":
    main()
