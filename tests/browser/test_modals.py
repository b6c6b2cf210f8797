"""Dialogs: every input submitted, errors on their fields, stacked views, silence, and closing that decides nothing."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.browser.kit import form, second
from tests.until import until

pytestmark = pytest.mark.browser


async def opened(desk: Desk) -> None:
    await desk.visit()
    await desk.type("/form")
    await expect(desk.at("modal-title")).to_have_text("A form")


async def test_every_input_arrives_as_it_was_entered(desk: Desk) -> None:
    await opened(desk)
    await expect(desk.at("action-title")).to_be_focused()
    await desk.at("action-title").fill("Wrong VAT")
    await desk.at("action-note").fill("Line one\nline two")
    await desk.at("action-email").fill("ana@example.com")
    await desk.at("action-website").fill("https://example.com")
    await desk.at("action-amount").fill("42")
    await desk.at("action-rich").fill("*Bold* for @bo\n- one\n- two")
    await desk.at("action-queue").click()
    await desk.at("popup").get_by_test_id("option-shipping").click()
    await desk.at("action-people").click()
    await desk.at("popup").get_by_test_id("option-U0BO").click()
    await desk.at("popup").get_by_test_id("option-U0CHO").click()
    await desk.at("search-people").press("Escape")
    await expect(desk.at("modal")).to_be_visible()
    await desk.at("action-tags").get_by_test_id("option-billing").check()
    await desk.at("action-priority").get_by_test_id("option-account").check()
    await desk.at("action-day").fill("2027-02-03")
    await desk.at("modal-submit").click()
    await expect(desk.at("modal")).to_have_count(0)

    values = desk.app.values()
    assert values["title"]["value"] == "Wrong VAT"
    assert values["note"]["value"] == "Line one\nline two"
    assert values["email"]["value"] == "ana@example.com"
    assert values["website"]["value"] == "https://example.com"
    assert values["amount"]["value"] == "42"
    assert values["queue"]["selected_option"]["value"] == "shipping"
    assert values["people"]["selected_users"] == ["U0BO", "U0CHO"]
    assert [o["value"] for o in values["tags"]["selected_options"]] == ["billing"]
    assert values["priority"]["selected_option"]["value"] == "account"
    assert values["day"]["selected_date"] == "2027-02-03"
    rich = values["rich"]["rich_text_value"]
    assert rich["elements"][0]["elements"][0] == {"type": "text", "text": "Bold", "style": {"bold": True}}
    assert rich["elements"][0]["elements"][2] == {"type": "user", "user_id": "U0BO"}
    assert rich["elements"][1]["type"] == "rich_text_list"


@pytest.mark.parametrize(
    ("action_id", "entered", "said"),
    [
        ("title", "", "Please complete this required field."),
        ("email", "not an address", "Enter an email address, such as ana@example.com."),
        ("website", "example", "Enter a full address, such as https://example.com."),
        ("amount", "4.5", "Enter a whole number."),
        ("amount", "many", "Enter a number."),
        ("amount", "101", "Enter 100 or less."),
        ("title", "x" * 61, "Use at most 60 characters (now 61)."),
    ],
)
async def test_a_wrong_entry_is_named_on_its_field_and_not_sent(
    desk: Desk, action_id: str, entered: str, said: str
) -> None:
    await opened(desk)
    await desk.at("action-title").fill("Fine")
    await desk.at(f"action-{action_id}").fill(entered)
    await desk.at("modal-submit").click()
    await expect(desk.at("field-error")).to_have_text(said)
    await expect(desk.at(f"action-{action_id}")).to_be_focused()
    await expect(desk.at(f"action-{action_id}")).to_have_attribute("aria-invalid", "true")
    assert desk.app.submissions == []
    await desk.at(f"action-{action_id}").press_sequentially("1")
    await expect(desk.at("field-error")).to_have_count(0)


async def test_errors_of_the_app_stand_on_their_field(desk: Desk) -> None:
    await opened(desk)
    desk.app.answer_submission = {"response_action": "errors", "errors": {"b-title": "This title is taken."}}
    await desk.at("action-title").fill("Taken")
    await desk.at("action-title").press("Enter")
    await expect(desk.at("field-error")).to_have_text("This title is taken.")
    await expect(desk.at("field-error")).to_have_attribute("data-block", "b-title")
    await expect(desk.at("action-title")).to_have_value("Taken")
    await desk.at("action-title").fill("Free")
    await desk.at("modal-submit").click()
    await expect(desk.at("modal")).to_have_count(0)


async def test_the_answer_may_change_or_stack_the_view(desk: Desk) -> None:
    await opened(desk)
    await desk.at("action-title").fill("Stays")
    desk.app.answer_submission = {"response_action": "update", "view": form("Again")}
    await desk.at("modal-submit").click()
    await expect(desk.at("modal-title")).to_have_text("Again")
    await expect(desk.at("action-title")).to_have_value("Stays")
    desk.app.answer_submission = {"response_action": "push", "view": second(2)}
    await desk.at("modal-submit").click()
    await expect(desk.at("modal-title")).to_have_text("Step 2")
    desk.app.answer_submission = {"response_action": "clear"}
    await desk.at("modal-submit").click()
    await expect(desk.at("modal")).to_have_count(0)


async def test_views_stack_three_deep_and_close_one_by_one(desk: Desk) -> None:
    await opened(desk)
    await desk.at("action-title").fill("Below")
    await desk.at("action-push_view").click()
    await expect(desk.at("modal-title")).to_have_text("Step 2")
    await desk.at("action-push_view").click()
    await expect(desk.at("modal-title")).to_have_text("Step 3")
    await expect(desk.at("modal")).to_have_attribute("data-depth", "3")
    await desk.at("modal-back").click()
    await expect(desk.at("modal-title")).to_have_text("Step 2")
    await desk.page.keyboard.press("Escape")
    await expect(desk.at("modal-title")).to_have_text("A form")
    await expect(desk.at("action-title")).to_have_value("Below")
    await desk.at("modal-close").click()
    await expect(desk.at("modal")).to_have_count(0)
    await expect(desk.at("composer")).to_be_focused()
    closed = await until(lambda: len(desk.app.closed) == 3 and desk.app.closed)
    assert [body["view"]["callback_id"] for body in closed] == ["second", "second", "form"]
    assert desk.app.submissions == []


async def test_the_cross_closes_the_whole_stack(desk: Desk) -> None:
    await opened(desk)
    await desk.at("action-push_view").click()
    await expect(desk.at("modal-title")).to_have_text("Step 2")
    await desk.at("modal-x").click()
    await expect(desk.at("modal")).to_have_count(0)
    closed = await until(lambda: len(desk.app.closed) == 2 and desk.app.closed)
    assert all(body["is_cleared"] for body in closed)


async def test_an_update_keeps_what_was_typed_and_where_the_cursor_was(desk: Desk) -> None:
    await opened(desk)
    await desk.at("action-title").fill("A title")
    await desk.at("action-note").fill("Half a note")
    view_id = await desk.at("modal").get_attribute("data-view-id")
    await desk.at("action-note").evaluate("node => node.setSelectionRange(4, 4)")
    await desk.app.client.views_update(view_id=view_id, view=form("Drawn again"))
    await expect(desk.at("modal-title")).to_have_text("Drawn again")
    await expect(desk.at("action-note")).to_be_focused()
    await desk.page.keyboard.type(" of")
    await expect(desk.at("action-note")).to_have_value("Half of a note")
    await expect(desk.at("action-title")).to_have_value("A title")


async def test_a_button_in_the_form_carries_what_was_typed_beside_it(desk: Desk) -> None:
    await opened(desk)
    await desk.at("action-title").fill("Not yet sent")
    await desk.at("action-redraw").click()
    await expect(desk.at("modal-title")).to_have_text("Drawn again")
    action = desk.app.actions[-1]
    assert action["view"]["state"]["values"]["b-title"]["title"]["value"] == "Not yet sent"


async def test_silence_after_submit_is_said_and_can_be_tried_again(desk: Desk) -> None:
    await desk.slack.act("settings", ack_seconds=0.4)
    await opened(desk)
    await desk.at("action-title").fill("Once more")
    desk.app.answer_submission = {"silent": True}
    await desk.at("modal-submit").click()
    await expect(desk.at("modal-submit")).to_have_attribute("aria-busy", "true")
    await expect(desk.at("modal-trouble")).to_contain_text("Tester did not respond within 3 seconds.")
    await expect(desk.at("modal-submit")).to_have_attribute("aria-busy", "false")
    await desk.at("modal-submit").click()
    await expect(desk.at("modal")).to_have_count(0)
    assert len(desk.app.submissions) == 2


async def test_a_dialog_survives_a_reload_of_the_page(desk: Desk) -> None:
    await opened(desk)
    await desk.page.reload()
    await expect(desk.at("modal-title")).to_have_text("A form")


async def test_focus_stays_inside_the_dialog(desk: Desk) -> None:
    await opened(desk)
    for _ in range(60):
        await desk.page.keyboard.press("Tab")
        inside = await desk.page.evaluate(
            "() => document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside
