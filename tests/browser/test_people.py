"""Acting as one of several people, each with their own view of the workspace."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk

pytestmark = pytest.mark.browser


async def test_each_person_sees_their_own_conversations(desk: Desk) -> None:
    await desk.visit("as=ana")
    await expect(desk.at("channel-C0PARTNER")).to_be_visible()
    await expect(desk.at("channel-C0FINANCE")).to_have_count(0)
    await desk.at("as-switcher").click()
    await desk.at("as-dee").click()
    await expect(desk.at("as-switcher")).to_have_attribute("data-as", "U0DEE")
    await expect(desk.at("channel-C0FINANCE")).to_be_visible()
    assert "as=dee" in desk.page.url
    await desk.page.reload()
    await expect(desk.at("as-switcher")).to_have_attribute("data-as", "U0DEE")


async def test_the_switcher_names_roles_and_offers_no_deactivated_account(desk: Desk) -> None:
    await desk.visit("as=ana")
    await desk.at("as-switcher").click()
    await expect(desk.at("as-bo")).to_contain_text("Admin")
    await expect(desk.at("as-gus")).to_contain_text("Guest")
    await expect(desk.at("as-eve")).to_contain_text("External")
    await expect(desk.at("as-old")).to_be_disabled()
    await expect(desk.at("as-slackbot")).to_have_count(0)
    await expect(desk.at("as-otherbot")).to_have_count(0)


async def test_the_switcher_is_used_with_arrow_keys(desk: Desk) -> None:
    await desk.visit("as=ana")
    await desk.at("as-switcher").focus()
    await desk.page.keyboard.press("Enter")
    await expect(desk.at("as-ana")).to_be_focused()
    await desk.page.keyboard.press("ArrowDown")
    await expect(desk.at("as-bo")).to_be_focused()
    await desk.page.keyboard.press("Escape")
    await expect(desk.at("as-switcher")).to_be_focused()
    await expect(desk.at("as-switcher")).to_have_attribute("aria-expanded", "false")


async def test_a_person_who_left_the_channel_loses_sight_of_it(desk: Desk) -> None:
    await desk.visit("as=dee&channel=C0FINANCE")
    await expect(desk.at("channel-title")).to_have_text("finance")
    await desk.slack.act("leave", channel="C0FINANCE", user="dee")
    await expect(desk.at("channel-C0FINANCE")).to_have_count(0)
    await expect(desk.page.locator("#main")).to_contain_text("cannot see this conversation")


async def test_a_stranger_in_the_address_gets_a_clear_answer(desk: Desk) -> None:
    await desk.page.goto(f"{desk.slack.base_url}/?as=nobody")
    await expect(desk.page.get_by_role("alert")).to_contain_text("nobody called 'nobody'")
    await desk.page.get_by_role("link", name="Start as Ana").click()
    await expect(desk.at("as-switcher")).to_have_attribute("data-as", "U0ANA")


async def test_two_windows_of_two_people_see_the_same_message(desk: Desk) -> None:
    await desk.visit("as=ana&channel=C0SUPPORT")
    other = await desk.page.context.new_page()
    await other.goto(f"{desk.slack.base_url}/?as=bo&channel=C0SUPPORT")
    await expect(other.get_by_test_id("composer")).to_be_visible()
    await desk.type("Hello Bo")
    await expect(other.locator("#main")).to_contain_text("Hello Bo")
