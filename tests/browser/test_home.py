"""An app's Home and Messages tabs."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.until import until

pytestmark = pytest.mark.browser


async def test_the_home_is_published_on_opening_and_redrawn_after_a_press(desk: Desk) -> None:
    await desk.visit()
    await desk.at("app-A0CALMOPS").click()
    await expect(desk.at("home")).to_contain_text("Pressed 0 times")
    await expect(desk.at("home-tab")).to_have_attribute("aria-selected", "true")
    await desk.at("action-home_count").click()
    await expect(desk.at("home")).to_contain_text("Pressed 1 times")
    await expect(desk.at("action-home_count")).to_be_focused()


async def test_a_choice_on_the_home_reaches_the_app_and_stays(desk: Desk) -> None:
    await desk.visit("as=ana&app=A0CALMOPS&tab=home")
    await desk.at("action-home_select").click()
    await desk.at("popup").get_by_test_id("option-account").click()
    await until(lambda: desk.app.action("home_select"))
    await desk.at("action-home_count").click()
    await expect(desk.at("home")).to_contain_text("Pressed 1 times")
    await expect(desk.at("action-home_select")).to_contain_text("Account")


async def test_the_messages_tab_is_a_conversation_with_the_app(desk: Desk) -> None:
    await desk.visit("as=ana&app=A0CALMOPS&tab=home")
    await desk.at("home-tab").press("ArrowRight")
    await expect(desk.at("messages-tab")).to_have_attribute("aria-selected", "true")
    await desk.type("Hello app")
    event = await until(lambda: next((e for e in desk.app.events if e.get("text") == "Hello app"), None))
    assert event["channel_type"] == "im"
    await desk.app.client.chat_postMessage(channel=event["channel"], text="Hello Ana")
    await expect(desk.page.locator("#main")).to_contain_text("Hello Ana")
    assert "tab=messages" in desk.page.url


async def test_a_message_of_the_app_counts_as_unread_beside_its_name(desk: Desk) -> None:
    await desk.visit()
    dm = await desk.slack.open_dm("ana", "U0CALMOPS")
    await desk.app.client.chat_postMessage(channel=dm, text="A private word")
    await expect(desk.at("app-A0CALMOPS")).to_have_attribute("data-unread", "1")
