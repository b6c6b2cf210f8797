"""A local Slack with the small test app behind it, and a page of the browser looking at it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect
from slack_sdk.web.async_client import AsyncWebClient

from bot.emulator import Emulator, start_emulator
from tests.browser.bolt_app import Tester, running
from tests.browser.manifest import manifest

PATIENCE_MS = 20_000  # how long a busy machine may take; a test that passes waits for none of it
expect.set_options(timeout=PATIENCE_MS)


@dataclass(kw_only=True)
class Desk:
    """One visitor at the page."""

    slack: Emulator
    app: Tester
    page: Page

    async def visit(self, query: str = "as=ana&channel=C0SUPPORT") -> None:
        """Open the page at a place and wait until it is ready."""
        self.page.set_default_timeout(PATIENCE_MS)
        await self.page.goto(f"{self.slack.base_url}/?{query}")
        await expect(self.page.locator("html[data-ready]")).to_be_attached()

    def at(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    def message(self, ts: str) -> Locator:
        return self.page.locator(f"#main [data-testid=message][data-ts='{ts}']")

    async def type(self, text: str, *, enter: bool = True) -> None:
        """Write in the conversation's composer."""
        await self.at("composer").fill(text)
        if enter:
            await self.at("composer").press("Escape")
            await self.at("composer").press("Enter")


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[Emulator]:
    async with start_emulator(manifest=manifest()) as emulator:
        yield emulator


@pytest_asyncio.fixture
async def desk(slack: Emulator, page: Page) -> AsyncIterator[Desk]:
    async with running(slack) as tester:
        yield Desk(slack=slack, app=tester, page=page)


@pytest_asyncio.fixture
async def lonely_desk(slack: Emulator, page: Page) -> Desk:
    """A desk whose app never connected: for tests of many messages, which it would all be told of."""
    return Desk(
        slack=slack, app=Tester(client=AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)), page=page
    )


@pytest_asyncio.fixture(scope="module")
async def shared_desk(browser: Browser) -> AsyncIterator[Desk]:
    """One desk for all tests of a module that each touch something of their own."""
    context = await browser.new_context(viewport={"width": 1280, "height": 1100})
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    async with start_emulator(manifest=manifest()) as emulator, running(emulator) as tester:
        yield Desk(slack=emulator, app=tester, page=page)
    await context.close()
