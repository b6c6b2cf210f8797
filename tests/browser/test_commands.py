"""Slash commands and shortcuts: completion, answers, and what happens when an app stays silent."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.until import until

pytestmark = pytest.mark.browser


async def test_a_command_is_completed_with_the_keyboard(desk: Desk) -> None:
    await desk.visit()
    composer = desk.at("composer")
    await composer.press_sequentially("/")
    await expect(desk.at("completion").first).to_contain_text("/kit")
    await composer.press_sequentially("whi")
    await expect(desk.at("completion")).to_have_count(1)
    await expect(composer).to_have_attribute("aria-expanded", "true")
    await composer.press("Tab")
    await expect(composer).to_have_value("/whisper ")
    await composer.press_sequentially("hello")
    await composer.press("Enter")
    await expect(desk.page.locator("#main")).to_contain_text("You said: hello")


async def test_people_channels_and_emoji_are_completed(desk: Desk) -> None:
    await desk.visit()
    composer = desk.at("composer")
    await composer.press_sequentially("Ask @cho")
    await composer.press("Enter")
    await composer.press_sequentially("in #supp")
    await composer.press("ArrowDown")
    await composer.press("Enter")
    await composer.press_sequentially(":tad")
    await composer.press("Tab")
    await expect(composer).to_have_value("Ask @cho in #support :tada: ")
    await composer.press_sequentially("@bo")
    await composer.press("Escape")
    await expect(desk.at("completion")).to_have_count(0)


async def test_an_unknown_command_is_explained_and_kept_for_correction(desk: Desk) -> None:
    await desk.visit()
    await desk.type("/nonsense now")
    await expect(desk.page.locator("#main [data-local=true]")).to_contain_text("/nonsense is not a command here")
    await expect(desk.at("composer")).to_have_value("/nonsense now")
    assert await desk.slack.messages("C0SUPPORT") == []


async def test_a_command_inside_a_thread_is_refused_as_in_slack(desk: Desk) -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "The root")
    await desk.visit(f"as=ana&channel=C0SUPPORT&thread={ts}")
    await desk.at("thread-composer").fill("/whisper hello")
    await desk.at("thread-composer").press("Enter")
    await expect(desk.at("thread-pane")).to_contain_text("does not work inside a thread")


async def test_a_command_that_nobody_acknowledges_says_so_beside_it(desk: Desk) -> None:
    await desk.slack.act("settings", ack_seconds=0.3)
    await desk.visit()
    await desk.type("/silent please")
    await expect(desk.at("command-failed")).to_contain_text("/silent failed: Tester did not respond within 3 seconds.")
    await expect(desk.page.locator("#main [data-ephemeral=true]")).to_contain_text("operation_timeout")
    await desk.type("/whisper works")
    await expect(desk.page.locator("#main")).to_contain_text("You said: works")
    await expect(desk.at("command-failed")).to_be_empty()


async def test_the_workspace_has_commands_of_its_own(desk: Desk) -> None:
    await desk.visit("as=ana&channel=C0GENERAL")
    await desk.type("/invite @calmops @tester")
    await expect(desk.page.locator("#main [data-local=true]")).to_contain_text("nobody called")
    bot = (await desk.slack.act("state"))["apps"][0]["bot_user"]
    await desk.type(f"/invite {bot}")
    state = await until(lambda: _members(desk, "C0GENERAL", bot))
    assert state
    await expect(desk.at("members")).to_have_text("6")


async def _members(desk: Desk, channel: str, user: str) -> bool:
    channels = (await desk.slack.act("state", **{"as": "ana"}))["channels"]
    return any(c["id"] == channel and user in c["members"] for c in channels)


async def test_a_global_shortcut_opens_its_form(desk: Desk) -> None:
    await desk.visit()
    await desk.at("plus").click()
    await desk.at("shortcut-new_note").click()
    await expect(desk.at("modal-title")).to_have_text("A note")


async def test_a_message_shortcut_knows_its_message(desk: Desk) -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "Copy me")
    await desk.visit()
    await desk.message(ts).hover()
    await desk.message(ts).get_by_test_id("message-menu").click()
    await desk.at("message-shortcut-take_copy").click()
    await expect(desk.at("modal-title")).to_have_text("About it")
    view = await desk.slack.wait_view("ana")
    assert view["private_metadata"] == "Copy me"
