"""Every interactive element of a message is pressed, picked or typed into, and the app hears the right thing."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.browser.kit import kit
from tests.until import until

pytestmark = pytest.mark.browser


async def shown(desk: Desk) -> None:
    """The kit stands in #support and the page looks at it."""
    await desk.app.client.chat_postMessage(channel="C0SUPPORT", text="Every element", blocks=kit())
    await desk.visit()
    await expect(desk.at("action-press")).to_be_visible()


async def pick(desk: Desk, action_id: str, *keys: str, search: str = "") -> None:
    """Open a select, search when asked to, and choose options by their keys."""
    await desk.at(f"action-{action_id}").click()
    if search:
        await desk.at(f"search-{action_id}").fill(search)
    for key in keys:
        await desk.at("popup").get_by_test_id(f"option-{key}").click()
    if action_id.startswith("many"):
        await desk.at(f"search-{action_id}").press("Escape")


async def press_confirmed(desk: Desk) -> None:
    await desk.at("action-danger").click()
    await expect(desk.at("confirm-dialog")).to_contain_text("Email 212 customers?")
    await desk.at("confirm-yes").click()


async def choose(desk: Desk, action_id: str, option: str) -> None:
    await desk.at(f"action-{action_id}").get_by_test_id(f"option-{option}").check()


async def overflow(desk: Desk) -> None:
    await desk.at("action-overflow").click()
    await desk.at("popup").get_by_test_id("option-shipping").click()


async def fill(desk: Desk, action_id: str, value: str) -> None:
    await desk.at(f"action-{action_id}").fill(value)
    await desk.at(f"action-{action_id}").press("Enter")


Act = Callable[[Desk], Awaitable[Any]]
CASES: dict[str, tuple[str, Act, Callable[[dict[str, Any]], Any], Any]] = {
    "button": ("press", lambda d: d.at("action-press").click(), lambda a: a["value"], "v-press"),
    "confirmed button": ("danger", press_confirmed, lambda a: a["value"], "v-danger"),
    "overflow": ("overflow", overflow, lambda a: a["selected_option"]["value"], "shipping"),
    "static select": ("static", lambda d: pick(d, "static", "account"), lambda a: a["selected_option"]["value"], "account"),
    "grouped select": ("grouped", lambda d: pick(d, "grouped", "shipping"), lambda a: a["selected_option"]["value"],
                       "shipping"),
    "external select": ("external", lambda d: pick(d, "external", "northwind", search="north"),
                        lambda a: a["selected_option"]["value"], "northwind"),
    "users select": ("user", lambda d: pick(d, "user", "U0BO", search="lind"), lambda a: a["selected_user"], "U0BO"),
    "conversations select": ("conversation", lambda d: pick(d, "conversation", "C0OPS"),
                             lambda a: a["selected_conversation"], "C0OPS"),
    "channels select": ("channel", lambda d: pick(d, "channel", "C0SUPPORT"), lambda a: a["selected_channel"], "C0SUPPORT"),
    "datepicker": ("date", lambda d: fill(d, "date", "2027-02-03"), lambda a: a["selected_date"], "2027-02-03"),
    "timepicker": ("time", lambda d: fill(d, "time", "09:45"), lambda a: a["selected_time"], "09:45"),
    # Ana lives in Lisbon, where July is one hour ahead of UTC.
    "datetimepicker": ("moment", lambda d: fill(d, "moment", "2027-07-01T10:00"), lambda a: a["selected_date_time"],
                       1814432400),
    "checkboxes": ("boxes", lambda d: choose(d, "boxes", "shipping"),
                   lambda a: [o["value"] for o in a["selected_options"]], ["shipping"]),
    "radio buttons": ("radio", lambda d: choose(d, "radio", "account"), lambda a: a["selected_option"]["value"], "account"),
    "multi static select": ("many_static", lambda d: pick(d, "many_static", "billing", "account"),
                            lambda a: [o["value"] for o in a["selected_options"]], ["billing", "account"]),
    "multi external select": ("many_external", lambda d: pick(d, "many_external", "contoso", search="con"),
                              lambda a: [o["value"] for o in a["selected_options"]], ["contoso"]),
    "multi users select": ("many_users", lambda d: pick(d, "many_users", "U0ANA", "U0CHO"),
                           lambda a: a["selected_users"], ["U0ANA", "U0CHO"]),
    "multi conversations select": ("many_conversations", lambda d: pick(d, "many_conversations", "C0OPS"),
                                   lambda a: a["selected_conversations"], ["C0OPS"]),
    "multi channels select": ("many_channels", lambda d: pick(d, "many_channels", "C0OPS", "C0SUPPORT"),
                              lambda a: a["selected_channels"], ["C0OPS", "C0SUPPORT"]),
    "feedback": ("feedback", lambda d: d.at("action-feedback-negative").click(), lambda a: a["value"], "bad"),
    "icon button": ("trash", lambda d: d.at("action-trash").click(), lambda a: a["value"], "gone"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
async def test_the_app_hears_of(shared_desk: Desk, name: str) -> None:
    action_id, perform, value, expected = CASES[name]
    if shared_desk.page.url == "about:blank":
        await shown(shared_desk)
    await perform(shared_desk)
    action = await until(lambda: shared_desk.app.action(action_id), what=f"the action {action_id}")
    assert value(action) == expected


def test_every_element_of_the_kit_has_a_case() -> None:
    held = {element["action_id"] for block in kit() for element in block.get("elements", [])}
    held |= {block["accessory"]["action_id"] for block in kit() if "accessory" in block}
    assert held - {case[0] for case in CASES.values()} == {"silent", "only_bo"}


async def test_saying_no_to_a_confirmation_sends_nothing(desk: Desk) -> None:
    await shown(desk)
    await desk.at("action-danger").click()
    await desk.at("confirm-no").click()
    await expect(desk.at("confirm-dialog")).to_have_count(0)
    await desk.at("action-danger").click()
    await expect(desk.at("confirm-yes")).to_be_focused()
    await desk.page.keyboard.press("Escape")
    await expect(desk.at("confirm-dialog")).to_have_count(0)
    await expect(desk.at("action-danger")).to_be_focused()
    await desk.at("action-press").click()
    await until(lambda: desk.app.action("press"))
    assert desk.app.action("danger") is None


async def test_a_button_waits_visibly_and_then_says_that_nobody_answered(desk: Desk) -> None:
    await desk.slack.act("settings", ack_seconds=0.5)
    await shown(desk)
    frame = desk.page.locator(".control", has=desk.at("action-silent"))
    await desk.at("action-silent").click()
    await expect(frame).to_have_attribute("data-state", "waiting")
    await expect(desk.at("action-silent")).to_have_attribute("aria-busy", "true")
    await expect(frame).to_have_attribute("data-state", "failed")
    await expect(frame.get_by_test_id("action-failed")).to_have_text("Tester did not respond within 3 seconds.")
    await desk.at("action-press").click()
    await until(lambda: desk.app.action("press"))


async def test_a_double_click_is_one_click(desk: Desk) -> None:
    await desk.slack.act("settings", ack_seconds=0.5)
    await shown(desk)
    # By script, since a mouse cannot even reach a button that waits; a key or a screen reader can.
    await desk.at("action-silent").evaluate("node => { node.click(); node.click(); }")
    await expect(desk.at("action-failed")).to_be_visible()
    assert len(desk.app.actions) == 1


async def test_a_button_for_one_person_is_hidden_from_others(desk: Desk) -> None:
    await shown(desk)
    await expect(desk.at("action-only_bo")).to_have_count(0)
    await desk.visit("as=bo&channel=C0SUPPORT")
    await desk.at("action-only_bo").click()
    await until(lambda: desk.app.action("only_bo"))


async def test_a_select_is_used_with_the_keyboard_alone(desk: Desk) -> None:
    await shown(desk)
    await desk.at("action-static").focus()
    await desk.page.keyboard.press("ArrowDown")
    search = desk.at("search-static")
    await expect(search).to_be_focused()
    await expect(desk.page.locator("[role=option]")).to_have_count(3)
    await desk.page.keyboard.press("ArrowDown")
    await desk.page.keyboard.press("Enter")
    action = await until(lambda: desk.app.action("static"))
    assert action["selected_option"]["value"] == "shipping"
    await expect(desk.at("action-static")).to_be_focused()
    await expect(desk.at("action-static")).to_contain_text("Shipping")


async def test_what_was_chosen_before_travels_with_the_next_click(desk: Desk) -> None:
    await shown(desk)
    await choose(desk, "boxes", "billing")
    await until(lambda: desk.app.action("boxes"))
    await desk.at("action-press").click()
    await until(lambda: desk.app.action("press"))
    state = desk.app.actions[-1]["state"]["values"]["kit"]
    assert [o["value"] for o in state["boxes"]["selected_options"]] == ["billing"]


async def test_an_external_select_says_when_the_app_is_silent(desk: Desk) -> None:
    await desk.slack.act("settings", ack_seconds=0.3)
    await shown(desk)
    await desk.slack.fault("lose_ack", {"type": "interactive"})
    await desk.at("action-external").click()
    await expect(desk.page.locator(".options-note")).to_have_text("Type to search")
    await desk.at("search-external").fill("n")
    await expect(desk.page.locator(".options-note")).to_have_text("Tester did not respond within 3 seconds.")
