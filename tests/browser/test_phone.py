"""On a phone's width everything is reached and nothing runs out of the screen."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Desk
from tests.browser.kit import kit

pytestmark = pytest.mark.browser

WIDER = "() => document.documentElement.scrollWidth > innerWidth + 1"


async def narrow(desk: Desk, query: str = "as=ana&channel=C0SUPPORT") -> None:
    await desk.page.set_viewport_size({"width": 360, "height": 720})
    await desk.visit(query)


async def test_the_channels_are_in_a_drawer(desk: Desk) -> None:
    await narrow(desk)
    await expect(desk.at("channel-C0OPS")).not_to_be_visible()
    await desk.at("drawer").click()
    await desk.at("channel-C0OPS").click()
    await expect(desk.at("channel-title")).to_have_text("ops")
    await expect(desk.at("channel-C0OPS")).not_to_be_visible()
    await desk.at("drawer").click()
    await desk.page.keyboard.press("Escape")
    await expect(desk.at("channel-C0OPS")).not_to_be_visible()


async def test_a_thread_fills_the_screen_and_has_a_way_back(desk: Desk) -> None:
    ts = await desk.slack.say("cho", "C0SUPPORT", "The root")
    await narrow(desk, f"as=ana&channel=C0SUPPORT&thread={ts}")
    box = await desk.at("thread-pane").bounding_box()
    assert box is not None
    assert (box["x"], round(box["width"])) == (0, 360)
    await desk.at("thread-back").click()
    await expect(desk.at("thread-pane")).to_be_hidden()


async def test_nothing_is_wider_than_the_screen(desk: Desk) -> None:
    await desk.app.client.chat_postMessage(channel="C0SUPPORT", text="Every element", blocks=kit())
    await desk.slack.say("cho", "C0SUPPORT", "W" * 300 + " https://example.com/" + "x" * 300)
    wide = [[{"type": "raw_text", "text": f"column {n} with words"} for n in range(12)]] * 3
    await desk.app.client.chat_postMessage(channel="C0SUPPORT", text="Wide", blocks=[{"type": "table", "rows": wide}])
    await narrow(desk)
    await expect(desk.at("action-press")).to_be_attached()
    assert not await desk.page.evaluate(WIDER)
    spilled = await desk.page.evaluate(
        """() => [...document.querySelectorAll("#main .message *")].filter((node) => {
          if (node.closest(".table-scroll table, .rail, svg")) return false;
          const box = node.getBoundingClientRect();
          return box.width > 0 && box.right > innerWidth + 1;
        }).map((node) => node.outerHTML.slice(0, 120))"""
    )
    assert spilled == []


async def test_a_dialog_fills_the_screen(desk: Desk) -> None:
    await narrow(desk)
    await desk.type("/form")
    await expect(desk.at("modal")).to_be_visible()
    box = await desk.at("modal").bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (360, 720)
    await expect(desk.at("modal-submit")).to_be_in_viewport()
    assert not await desk.page.evaluate(WIDER)


@pytest.mark.parametrize("tools", ["traffic", "faults", "clock"])
async def test_the_tools_fit_too(desk: Desk, tools: str) -> None:
    await narrow(desk, f"as=ana&channel=C0SUPPORT&tools={tools}")
    await expect(desk.at(f"{tools}-tab")).to_be_in_viewport()
    assert not await desk.page.evaluate(WIDER)
