"""Writing and reading: messages, threads, unread marks, reactions, edits, private notes."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.until import until

pytestmark = pytest.mark.browser


async def test_what_is_typed_reaches_slack_with_mentions_and_formatting(desk: Desk) -> None:
    await desk.visit()
    await desk.type("*Bold* for @bo in #ops & <b>not a tag</b> `<!channel>`")
    message = await desk.slack.wait_message("C0SUPPORT", text="Bold")

    assert message["text"] == "*Bold* for <@U0BO> in <#C0OPS> &amp; &lt;b&gt;not a tag&lt;/b&gt; `&lt;!channel&gt;`"
    shown = desk.message(message["ts"])
    await expect(shown.locator("strong")).to_have_text("Bold")
    await expect(shown.locator(".mention")).to_have_text(["@bo", "#ops"])
    await expect(shown.locator("code")).to_have_text("<!channel>")
    await expect(shown).to_contain_text("<b>not a tag</b>")
    await expect(desk.at("composer")).to_have_value("")
    event = await until(lambda: next((e for e in desk.app.events if e.get("text") == message["text"]), None))
    assert event["blocks"][0]["type"] == "rich_text"


async def test_shift_enter_makes_a_line_and_an_empty_message_is_not_sent(desk: Desk) -> None:
    await desk.visit()
    await expect(desk.at("send")).to_be_disabled()
    await desk.at("composer").press("Enter")
    await desk.at("composer").press_sequentially("one")
    await desk.at("composer").press("Shift+Enter")
    await desk.at("composer").press_sequentially("two")
    await desk.at("send").click()
    message = await desk.slack.wait_message("C0SUPPORT", text="one")
    assert message["text"] == "one\ntwo"
    assert len(await desk.slack.messages("C0SUPPORT")) == 1


async def test_messages_of_others_arrive_live_and_count_as_unread_elsewhere(desk: Desk) -> None:
    await desk.visit()
    await desk.slack.say("cho", "C0SUPPORT", "Seen at once")
    await expect(desk.page.locator("#main")).to_contain_text("Seen at once")
    await desk.slack.say("bo", "C0OPS", "first")
    await desk.slack.say("bo", "C0OPS", "second")
    await expect(desk.at("channel-C0OPS")).to_have_attribute("data-unread", "2")
    await expect(desk.at("channel-C0SUPPORT")).not_to_have_attribute("data-unread", "1")

    await desk.at("channel-C0OPS").click()
    await expect(desk.at("channel-title")).to_have_text("ops")
    await expect(desk.at("new-divider")).to_be_visible()
    await expect(desk.at("channel-C0OPS")).not_to_have_attribute("data-unread", "2")
    await desk.page.reload()
    await expect(desk.at("channel-C0OPS")).to_be_visible()
    await expect(desk.at("channel-C0OPS").locator(".badge")).to_have_count(0)


async def test_a_thread_opens_beside_takes_replies_and_closes_with_escape(desk: Desk) -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "The root")
    await desk.visit()
    await desk.message(ts).hover()
    await desk.message(ts).get_by_test_id("reply").click()
    await expect(desk.at("thread-composer")).to_be_focused()
    await desk.at("thread-composer").fill("A reply from the page")
    await desk.at("thread-composer").press("Enter")

    await expect(desk.at("thread-pane").get_by_test_id("message")).to_have_count(2)
    await expect(desk.message(ts).get_by_test_id("thread-summary")).to_contain_text("1 reply")
    replies = await desk.slack.messages("C0SUPPORT", thread_ts=ts)
    assert [reply["text"] for reply in replies] == ["The root", "A reply from the page"]
    assert f"thread={ts}" in desk.page.url

    await desk.at("thread-composer").press("Escape")
    await expect(desk.at("thread-pane")).to_be_hidden()
    await expect(desk.at("composer")).to_be_focused()


async def test_an_address_opens_a_thread_and_back_closes_it(desk: Desk) -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "The root")
    await desk.slack.say("bo", "C0SUPPORT", "Answer", thread_ts=ts)
    await desk.visit(f"as=ana&channel=C0SUPPORT&thread={ts}")
    await expect(desk.at("thread-pane")).to_contain_text("Answer")
    await desk.at("channel-C0OPS").click()
    await expect(desk.at("thread-pane")).to_be_hidden()
    await desk.page.go_back()
    await expect(desk.at("thread-pane")).to_contain_text("Answer")


async def test_a_private_note_is_marked_and_only_its_reader_sees_it(desk: Desk) -> None:
    await desk.visit()
    await desk.type("/whisper quietly")
    note = desk.page.locator("#main [data-ephemeral=true]")
    await expect(note).to_contain_text("You said: quietly")
    await expect(note.get_by_test_id("only-you")).to_have_text("Only visible to you")
    await desk.at("as-switcher").click()
    await desk.at("as-bo").click()
    await expect(desk.at("as-switcher")).to_have_attribute("data-as", "U0BO")
    await expect(desk.at("channel-title")).to_have_text("support")
    await expect(desk.page.locator("#main [data-ephemeral=true]")).to_have_count(0)


async def test_reactions_toggle_and_show_who(desk: Desk) -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "React to me")
    await desk.slack.react("cho", {"channel": "C0SUPPORT", "ts": ts}, "eyes")
    await desk.visit()
    reaction = desk.message(ts).get_by_test_id("reaction-eyes")
    await expect(reaction).to_have_attribute("aria-pressed", "false")
    await reaction.click()
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await expect(reaction).to_have_accessible_name("eyes, 2: cho, ana")
    await reaction.click()
    await expect(reaction).to_have_attribute("aria-pressed", "false")

    await desk.message(ts).hover()
    await desk.message(ts).get_by_test_id("react").click()
    await desk.at("emoji-search").fill("rocket")
    await desk.at("emoji-search").press("Enter")
    await expect(desk.message(ts).get_by_test_id("reaction-rocket")).to_be_visible()


async def test_own_messages_are_edited_and_deleted(desk: Desk) -> None:
    ts = await desk.slack.say("ana", "C0SUPPORT", "Frist try")
    await desk.visit()
    shown = desk.message(ts)
    await shown.hover()
    await shown.get_by_test_id("message-menu").click()
    await desk.at("menu-edit").click()
    await expect(desk.at("edit-text")).to_have_value("Frist try")
    await desk.at("edit-text").fill("*First* try")
    await desk.at("edit-save").click()
    await expect(shown).to_contain_text("First try")
    await expect(shown.locator("strong")).to_have_text("First")
    await expect(shown.locator(".edited")).to_have_text("(edited)")

    await shown.hover()
    await shown.get_by_test_id("message-menu").click()
    await desk.at("menu-delete").click()
    await expect(shown).to_have_count(0)
    assert await desk.slack.messages("C0SUPPORT") == []


async def test_a_message_of_somebody_else_cannot_be_edited(desk: Desk) -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "Hers")
    await desk.visit()
    await desk.message(ts).hover()
    await desk.message(ts).get_by_test_id("message-menu").click()
    await expect(desk.at("menu-json")).to_be_visible()
    await expect(desk.at("menu-edit")).to_have_count(0)


async def test_joining_lets_a_visitor_write_and_an_outsider_is_told_why_not(desk: Desk) -> None:
    created = await desk.slack.act("create_channel", **{"as": "bo"}, name="quiet-room")
    await desk.visit(f"as=ana&channel={created['channel']}")
    await expect(desk.at("composer")).to_have_count(0)
    await desk.at("join").click()
    await expect(desk.at("composer")).to_be_visible()
    await desk.slack.act("archive", channel=created["channel"])
    await expect(desk.page.locator("#main")).to_contain_text("This channel is archived")


async def test_a_new_channel_and_a_new_conversation_are_made_from_the_sidebar(desk: Desk) -> None:
    await desk.visit()
    await desk.at("new-channel").click()
    await desk.at("new-channel-name").fill("Refund Cases")
    await desk.at("new-channel-create").click()
    await expect(desk.at("channel-title")).to_have_text("refund-cases")
    await desk.at("new-dm").click()
    await desk.at("dm-cho").click()
    await expect(desk.page.locator("#main h1")).to_have_text("Cho Min-ji")
    await desk.type("Between us")
    await expect(desk.page.locator("#main")).to_contain_text("Between us")


async def test_a_long_thread_opens_at_its_end_and_a_reply_takes_no_focus_away(desk: Desk) -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "The root")
    for number in range(40):
        await desk.slack.say("cho", "C0SUPPORT", f"Reply number {number}", thread_ts=ts)
    await desk.visit(f"as=ana&channel=C0SUPPORT&thread={ts}")
    pane = desk.at("thread-pane")
    await expect(pane.get_by_text("Reply number 39")).to_be_in_viewport()
    await pane.get_by_test_id("message").nth(39).focus()
    await desk.slack.say("bo", "C0SUPPORT", "One more", thread_ts=ts)
    await expect(pane.get_by_text("One more")).to_be_in_viewport()
    await expect(pane.get_by_test_id("message").nth(39)).to_be_focused()
